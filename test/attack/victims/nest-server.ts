// Runs in a separate process: a Nest microservice with Nest's own logger, as a user starts one.
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import {
  type ThriftContext,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { Observable } from 'rxjs';
import { NestTarget } from './nest-target.js';

/** What the handlers have seen so far. */
export interface NestState {
  /** Results that are Observables and have a subscriber now. */
  readonly subscribed: number;
  readonly slowNotes: number;
  readonly abortedNotes: number;
  readonly boundNotes: number;
}

const TICK_MS = 50;
const state = { subscribed: 0, slowNotes: 0, abortedNotes: 0, boundNotes: 0 };
const apps: INestMicroservice[] = [];

@ThriftService(NestTarget)
class NestTargetController {
  @ThriftMethod()
  echo(text: string): string {
    return text;
  }

  /** Never completes by itself. */
  @ThriftMethod()
  ticks(): Observable<number> {
    return new Observable((subscriber) => {
      state.subscribed++;
      const timer = setInterval(() => subscriber.next(0), TICK_MS);
      return () => {
        state.subscribed--;
        clearInterval(timer);
      };
    });
  }

  @ThriftMethod()
  async slowNote(milliseconds: number, { signal, deadline }: ThriftContext): Promise<void> {
    await sleep(milliseconds);
    state.slowNotes++;
    state.abortedNotes += Number(signal.aborted);
    state.boundNotes += Number(Number.isFinite(deadline));
  }

  /** Throws something that the IDL does not declare. */
  @ThriftMethod()
  fail(): never {
    throw new Error('the handler failed');
  }
}

@Module({
  imports: [ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } })],
  controllers: [NestTargetController],
})
class NestTargetModule {}

/** Starts an application; returns the port that it serves on. Additional applications may be started after it. */
export async function serve(): Promise<number> {
  const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(NestTargetModule, {
    inject: [ThriftServer],
    useFactory: (strategy: ThriftServer) => ({ strategy }),
  });
  await app.listen();
  apps.push(app);
  const { address } = app.get(ThriftServer).unwrap();
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

/** Closes the application that was started last. */
export async function closeLast(): Promise<void> {
  await apps.pop()!.close();
}

export function nestState(): NestState {
  return state;
}

import 'reflect-metadata';
import type { AddressInfo, Server } from 'node:net';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  ClientProxyFactory,
  MessagePattern,
  type MicroserviceOptions,
  Payload,
  Transport,
} from '@nestjs/microservices';
import { firstValueFrom, timeout } from 'rxjs';
import { DEFAULT_TIMEOUT_MS, type StackClient } from './stack.js';

@Controller()
class TargetController {
  @MessagePattern('echo')
  echo(@Payload() text: string): string {
    return text;
  }

  @MessagePattern('fill')
  fill(@Payload() bytes: number): string {
    return 'x'.repeat(bytes);
  }

  @MessagePattern('hang')
  hang(): Promise<void> {
    return new Promise(() => undefined);
  }

  @MessagePattern('count')
  count(@Payload() values: object): number {
    return Object.keys(values).length;
  }
}

@Module({ controllers: [TargetController] })
class TargetModule {}

export async function serve(): Promise<number> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(TargetModule, {
    transport: Transport.TCP,
    options: { host: '127.0.0.1', port: 0 },
    logger: false,
  });
  await app.listen();
  return (app.unwrap<Server>().address() as AddressInfo).port;
}

export async function connect(host: string, port: number): Promise<StackClient> {
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host, port } });
  await client.connect();
  return {
    echo: (text, timeoutMs = DEFAULT_TIMEOUT_MS) =>
      firstValueFrom(client.send<string>('echo', text).pipe(timeout(timeoutMs))),
    note: async (payload) => {
      await firstValueFrom(client.emit<void>('note', payload.toString('latin1')), {
        defaultValue: undefined,
      });
    },
    close: () => void client.close(),
  };
}

import 'reflect-metadata';
import type { CanActivate } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import {
  getThriftClientToken,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
} from '@nestjs-thrift/microservice';
import type { MethodPolicies } from '@nestjs-thrift/microservice/governance';
import type { TransportObserver } from '@nestjs-thrift/transport';
import { Registry } from 'prom-client';
import { Bench, type BenchClient, type Counter, type User, type Users } from '../../gen/bench.js';
import type { Peer } from '../peer.js';
import { peerClient } from './thrift-transport.js';

@ThriftService(Bench)
class BenchController {
  @ThriftMethod()
  async Small(request: Counter): Promise<Counter> {
    return request;
  }

  @ThriftMethod()
  async Medium(request: User): Promise<User> {
    return request;
  }

  @ThriftMethod()
  async Large(request: Users): Promise<Users> {
    return request;
  }
}

/** Features that are added to the bare stack. */
interface NestVariant {
  /** Policies of the client. */
  readonly policies?: MethodPolicies;
  readonly slicedStrings?: boolean;
  /** Of the application: anything bound to a handler makes calls go through Nest's pipeline. */
  readonly guard?: CanActivate;
  /** Made once in each process, for the server and for the client. */
  readonly observers?: () => Promise<TransportObserver[]>;
}

function nestPeer({ policies, slicedStrings = false, guard, observers }: NestVariant): Peer {
  return {
    async startServer() {
      const thrift = ThriftModule.forRoot({
        server: {
          port: 0,
          host: '127.0.0.1',
          slicedStrings,
          observers: (await observers?.()) ?? [],
        },
      });
      const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(
        { module: class BenchModule {}, imports: [thrift], controllers: [BenchController] },
        {
          inject: [ThriftServer],
          useFactory: (strategy: ThriftServer) => ({ strategy }),
          logger: false,
        },
      );
      if (guard !== undefined) {
        app.useGlobalGuards(guard);
      }
      const { port } = (await app.listen()) as unknown as { port: number };
      return { port, close: () => app.close() };
    },

    async connect(port, kind, connections) {
      const feature = ThriftModule.forFeature([
        {
          name: 'bench',
          service: Bench,
          endpoints: [`127.0.0.1:${port}`],
          transport: 'Framed',
          slicedStrings,
          connection:
            kind === 'shared' ? { mode: 'mux' } : { mode: 'long', maxPerAddress: connections },
          observers: (await observers?.()) ?? [],
          ...(policies === undefined ? {} : { policies }),
        },
      ]);
      const app = await NestFactory.createApplicationContext(
        { module: class ClientModule {}, imports: [ThriftModule.forRoot({}), feature] },
        { logger: false },
      );
      const client = app.get<BenchClient>(getThriftClientToken('bench'), { strict: false });
      return peerClient(client, () => app.close());
    },
  };
}

/** This project as its users have it: Nest on both sides. */
export const thriftNest = nestPeer({});

/** The same with the strings of a message in bulk. */
export const thriftNestBulk = nestPeer({ slicedStrings: true });

/** With a guard that lets everybody in. */
export const thriftNestGuarded = nestPeer({ guard: { canActivate: () => true } });

/** With the policies most calls have. */
export const thriftNestWithPolicies = nestPeer({
  policies: {
    timeout: { attemptTimeoutMs: 1000 },
    retry: { type: 'failure', maxRetries: 2, idempotent: true },
    circuitBreaker: { errorRate: 0.5, minSamples: 200 },
  },
});

/** Metrics and tracing on both sides, without an SDK behind the tracing. */
export const thriftNestObserved = nestPeer({
  observers: async () => {
    const { ThriftMetrics } = await import('@nestjs-thrift/telemetry/metrics');
    const { ThriftTracing } = await import('@nestjs-thrift/telemetry/tracing');
    return [new ThriftMetrics({ registry: new Registry() }), new ThriftTracing()];
  },
});

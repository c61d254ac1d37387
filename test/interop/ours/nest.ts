import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import {
  ThriftClient,
  ThriftContext,
  ThriftMethod,
  ThriftModule,
  type ThriftServerOptions,
  ThriftService,
} from '@nestjs-thrift/microservice';
import type {
  IncomingCall,
  MethodHandler,
  TransportName,
  TransportObserver,
} from '@nestjs-thrift/transport';
import type { OurClient } from './client.js';
import { services } from './definitions.js';
import { seenOf } from './probe.js';
import { interopHandlers } from './service.js';

const handlers = interopHandlers();

function handle(method: string, args: FieldValues): unknown {
  return (handlers[method] as MethodHandler)(args, undefined as unknown as IncomingCall);
}

/** Serves Interop as Nest applications do: a method of one parameter gets it as it is, any other an object. */
@ThriftService(services.Interop!)
class InteropController {
  @ThriftMethod() baseAdd(args: FieldValues): unknown {
    return handle('baseAdd', args);
  }

  @ThriftMethod() check(args: FieldValues): unknown {
    return handle('check', args);
  }

  @ThriftMethod() async produce(caseName: string): Promise<unknown> {
    return handle('produce', { caseName });
  }

  @ThriftMethod() echo(value: unknown): unknown {
    return value;
  }

  @ThriftMethod() async combine(args: FieldValues): Promise<unknown> {
    return handle('combine', args);
  }

  @ThriftMethod() flip(shape: unknown): unknown {
    return handle('flip', { shape });
  }

  @ThriftMethod() nothing(): void {}

  @ThriftMethod() async fail(kind: string): Promise<unknown> {
    return handle('fail', { kind });
  }

  @ThriftMethod() remember(text: string): void {
    handle('remember', { text });
  }

  @ThriftMethod() recall(): unknown {
    return handle('recall', {});
  }
}

/** A running Nest application. */
export interface NestServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a Nest microservice on a free port; its server is the one of the container. */
export async function startNest(
  controller: new (...args: never[]) => object,
  { idl, observers }: Pick<ThriftServerOptions, 'idl' | 'observers'> = {},
): Promise<NestServer> {
  @Module({
    imports: [ThriftModule.forRoot({ idl, server: { host: '127.0.0.1', port: 0, observers } })],
    controllers: [controller],
  })
  class AppModule {}
  const microservice = ThriftModule.microservice({ logger: false });
  const app = await NestFactory.createMicroservice(AppModule, microservice);
  // Nest's type hides that the address comes back.
  const { port } = (await app.listen()) as unknown as { port: number };
  return { port, close: () => app.close() };
}

/** A Nest application that serves Interop. */
export function startNestServer(): Promise<NestServer> {
  return startNest(InteropController);
}

/** A Nest application that serves `relay` of Probe with a separate client, both watched by the observers. */
export function startNestRelay(observers: readonly TransportObserver[]): Promise<NestServer> {
  @ThriftService(services.Probe!)
  class RelayController {
    @ThriftMethod() async relay(endpoint: string): Promise<unknown> {
      const client = openNestClient(endpoint, 'TTHeaderFramed', observers);
      try {
        return await client.call('Probe', 'see');
      } finally {
        await client.close();
      }
    }

    @ThriftMethod() see(_request: unknown, context: ThriftContext): unknown {
      return seenOf(context.call);
    }

    @ThriftMethod() sendBack(): void {}

    @ThriftMethod() status(): void {}

    @ThriftMethod() pause(milliseconds: number): number {
      return milliseconds;
    }

    @ThriftMethod() attempt(): number {
      return 0;
    }

    @ThriftMethod() note(): void {}

    @ThriftMethod() attempts(): number {
      return 0;
    }

    @ThriftMethod() relayAttempt(): number {
      return 0;
    }
  }
  return startNest(RelayController, { observers });
}

/** A client of Nest's package for all services. */
export function openNestClient(
  endpoint: string,
  transport: TransportName = 'TTHeaderFramed',
  observers: readonly TransportObserver[] = [],
): Pick<OurClient, 'call'> & { close(): Promise<void> } {
  const { Interop, InteropNext, Probe } = services;
  const client = new ThriftClient({
    services: [Interop!, Probe!],
    endpoints: [endpoint],
    serviceName: 'interop.nest',
    transport,
    attemptTimeoutMs: 10_000,
    connectTimeoutMs: 5_000,
    readTimeoutMs: 10_000,
    connection: { mode: 'long', maxPerAddress: 32 },
    observers,
  });
  // Of the same name as Interop, so a separate client.
  const next = new ThriftClient({ services: [InteropNext!], endpoints: [endpoint], transport });
  return {
    call: (service, method, args = {}) => {
      const definition = services[service]!;
      const holder = service === 'InteropNext' ? next : client;
      const typed = holder.getService(definition) as Record<
        string,
        (...values: unknown[]) => Promise<unknown>
      >;
      const { parameters } = definition.methods[method]!;
      return typed[method]!(...parameters.map((name) => args[name]));
    },
    close: async () => {
      await Promise.all([client.close(), next.close()]);
    },
  };
}

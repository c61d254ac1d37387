import 'reflect-metadata';
import { equal, match, ok, rejects } from 'node:assert/strict';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INestMicroservice, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { GovernanceConfigSource, Registry } from '@nestjs-thrift/governance';
import {
  Fallback,
  Retry,
  RpcTimeout,
  ThriftClient,
  type ThriftClientOptions,
  ThriftGovernanceConfig,
  ThriftMethod,
  ThriftServer,
  type ThriftServerOptions,
  ThriftService,
  UsePolicy,
} from '@nestjs-thrift/microservice';
import { CallbackError, RpcTimeoutError } from '@nestjs-thrift/transport';
import { refusingAddress } from '#test/ports.js';
import { type AnyPolicy } from '@nestjs-thrift/governance/internal';
import { until } from '#test/until.js';
import { Probe } from '#test/shop.js';
import { broken, type CallbackCase, type CaseContext, FAULTS } from './support/case-runner.js';

@ThriftService(Probe)
class ProbeController {
  @ThriftMethod() Ask(question: string): string {
    if (question === 'fail') {
      broken();
    }
    return `you asked ${question}`;
  }
}

/** Keeps what is logged. */
class Recorder implements LoggerService {
  readonly errors: string[] = [];

  log(): void {}
  warn(): void {}

  error(message: unknown): void {
    this.errors.push(String(message));
  }
}

const brokenLogger: LoggerService = { log() {}, warn: broken, error: broken };

class AppModule {}

interface Served {
  readonly app: INestMicroservice;
  readonly server: ThriftServer;
  readonly address: string;
}

/** Serves the probe through Nest until the case is over. */
async function serve(
  { world }: CaseContext,
  options: ThriftServerOptions = {},
  prepare: (server: ThriftServer) => void = () => {},
  logger: LoggerService = new Recorder(),
): Promise<Served> {
  const server = new ThriftServer({ host: '127.0.0.1', port: 0, ...options });
  prepare(server);
  const module = { module: AppModule, controllers: [ProbeController] };
  const app = await NestFactory.createMicroservice(module, { strategy: server, logger: false });
  app.useLogger(logger);
  world.onClose(() => app.close());
  const { port } = (await app.listen()) as unknown as { port: number };
  return { app, server, address: `127.0.0.1:${port}` };
}

function clientOf(
  { world }: CaseContext,
  address: string,
  options: Partial<ThriftClientOptions> = {},
) {
  const client = new ThriftClient({ services: [Probe], endpoints: [address], ...options });
  world.onClose(() => client.close());
  return client;
}

function ofServers(): CallbackCase[] {
  return FAULTS.flatMap(([how, fault]): CallbackCase[] => [
    {
      name: `listeners of a server that ${how === 'throws' ? 'throw' : 'reject'} keep it neither from serving nor from closing`,
      run: async (context) => {
        const recorder = new Recorder();
        const heard: string[] = [];
        const { app, address } = await serve(
          context,
          {},
          (server) => {
            for (const event of ['listening', 'connect', 'disconnect', 'error', 'close'] as const) {
              server.on(event, fault);
              server.on(event, () => heard.push(event));
            }
          },
          recorder,
        );
        const probe = clientOf(context, address).getService(Probe);
        equal(await probe.Ask('a'), 'you asked a');
        connect(Number(address.split(':')[1]), '127.0.0.1')
          .on('error', () => {})
          .end('no Thrift at all');
        await until(() => heard.includes('error'));
        await app.close();
        for (const event of ['listening', 'connect', 'disconnect', 'error', 'close']) {
          ok(heard.includes(event), event);
        }
        await until(() => recorder.errors.length === 5);
        match(recorder.errors[0]!, /^a listener of the event "listening" of ThriftServer threw: /);
      },
    },
    {
      name: `a start hook of a server that ${how} changes no request`,
      run: async (context) => {
        const { address } = await serve(context, {}, (server) =>
          server.setOnProcessingStartHook(fault),
        );
        equal(await clientOf(context, address).getService(Probe).Ask('a'), 'you asked a');
      },
    },
    {
      name: `an end hook of a server that ${how} changes no request`,
      run: async (context) => {
        const { address } = await serve(context, {}, (server) => {
          server.setOnProcessingStartHook((_transport, _context, done) => void done());
          server.setOnProcessingEndHook(fault);
        });
        equal(await clientOf(context, address).getService(Probe).Ask('a'), 'you asked a');
      },
    },
    {
      name: `a registry whose register ${how} keeps the server from starting, with a reason`,
      run: async (context) => {
        const registry = { register: fault } as Registry;
        const starting = serve(context, { registration: { registry } });
        await rejects(starting, /cannot register Probe at .*: the callback is broken/);
      },
    },
    {
      name: `a registration whose close ${how} lets the server stop`,
      run: async (context) => {
        const registry = { register: async () => ({ close: fault }) } as Registry;
        const { app, server } = await serve(
          context,
          { registration: { registry } },
          undefined,
          brokenLogger,
        );
        await app.close();
        let last = '';
        server.status.subscribe((status) => (last = status)).unsubscribe();
        equal(last, 'closed');
      },
    },
  ]);
}

function ofClients(): CallbackCase[] {
  return FAULTS.flatMap(([how, fault]): CallbackCase[] => [
    {
      name: `listeners of a client that ${how === 'throws' ? 'throw' : 'reject'} change no call`,
      run: async (context) => {
        const { address } = await serve(context);
        const client = clientOf(context, address);
        const heard: string[] = [];
        for (const event of ['connect', 'disconnect', 'error'] as const) {
          client.on(event, fault);
          client.on(event, () => heard.push(event));
        }
        equal(await client.getService(Probe).Ask('a'), 'you asked a');
        const refused = { address: await refusingAddress() };
        await rejects(client.getService(Probe).Ask('a', refused), /ECONNREFUSED/);
        await client.close();
        equal(heard.join(), 'connect,error,disconnect');
      },
    },
    {
      name: `a dispatch hook of a client that ${how} changes no call`,
      run: async (context) => {
        const { address } = await serve(context);
        const client = clientOf(context, address);
        client.setOnDispatchHook(fault);
        equal(await client.getService(Probe).Ask('a'), 'you asked a');
      },
    },
    {
      name: `a resolver whose close ${how} lets the client close its connections`,
      run: async (context) => {
        const { address } = await serve(context);
        const resolver = {
          name: 'own',
          watch: (_service: string, listener: { update(list: object[]): void }) => {
            listener.update([{ address, weight: 10, tags: {} }]);
            return { close: fault };
          },
        };
        const client = clientOf(context, address, { resolver: resolver as never });
        equal(await client.getService(Probe).Ask('a'), 'you asked a');
        await client.close();
        equal((client.unwrap() as { stats(): Map<string, unknown> }).stats().size, 0);
      },
    },
  ]);
}

/** Methods with policies of their own. */
class Guarded {
  @Retry({ retryError: broken })
  retried(): string {
    return broken();
  }

  @Fallback(() => 'instead', broken)
  replaced(): string {
    return broken();
  }

  @UsePolicy({ execute: broken } as unknown as AnyPolicy)
  policed(): string {
    return 'not reached';
  }

  @RpcTimeout(60_000)
  limited(): string {
    return broken();
  }

  @Retry({ retryErrors: [RpcTimeoutError] })
  fine(): string {
    return 'fine';
  }
}

function ofDecorators(): CallbackCase[] {
  const guarded = new Guarded() as unknown as Record<string, () => Promise<string>>;
  return [
    {
      name: 'retryError of @Retry that throws rejects the method',
      run: async () => {
        await rejects(guarded['retried']!(), (error) => {
          ok(error instanceof CallbackError);
          match(error.message, /^retryError of Guarded\.retried failed/);
          return true;
        });
      },
    },
    {
      name: 'the condition of @Fallback that throws rejects the method',
      run: async () => {
        await rejects(guarded['replaced']!(), { option: 'fallback.on' });
      },
    },
    {
      name: 'a policy of @UsePolicy that throws rejects the method',
      run: async () => {
        await rejects(guarded['policed']!(), /broken/);
      },
    },
    {
      name: 'a method under @RpcTimeout that throws rejects',
      run: async () => {
        await rejects(guarded['limited']!(), /broken/);
        equal(await guarded['fine']!(), 'fine');
      },
    },
  ];
}

/** Functions of the application that throw: nest. */
export const nestCases: readonly CallbackCase[] = [
  ...ofServers(),
  ...ofClients(),
  ...ofDecorators(),
  {
    name: 'a logger that throws changes no answer and keeps no server from closing',
    run: async (context) => {
      const { app, address } = await serve(
        context,
        {},
        (server) => server.on('connect', broken),
        brokenLogger,
      );
      const probe = clientOf(context, address).getService(Probe);
      await rejects(probe.Ask('fail'), /internal error/);
      equal(await probe.Ask('a'), 'you asked a');
      await app.close();
    },
  },
  {
    name: 'a logger that throws while the server starts rejects its start',
    run: async (context) => {
      const starting = serve(context, {}, undefined, { ...brokenLogger, log: broken });
      await rejects(starting, /the callback is broken/);
    },
  },
  {
    name: 'a source of configuration whose subscriptions cannot be ended lets the application stop',
    run: async () => {
      const source = {
        current: { services: {} },
        onChange: () => ({ dispose: broken }),
        onRejected: () => ({ dispose: broken }),
        close: async () => {},
      } as GovernanceConfigSource;
      const config = await ThriftGovernanceConfig.open({ source });
      await config.onApplicationShutdown();
      await sleep(5);
    },
  },
];

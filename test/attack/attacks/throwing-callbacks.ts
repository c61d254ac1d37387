import {
  ClientTransport,
  createClient,
  ServerTransport,
  type TransportObserver,
} from '@nestjs-thrift/transport';
import { ThriftClient, type ThriftClientOptions } from '@nestjs-thrift/microservice';
import { type Attack, hold } from '../arena/attack.js';
import { Target, type TargetClient } from '../victims/target.js';
import { targetHandlers } from '../victims/target-handlers.js';
import { HostileServer } from '../wire/hostile-server.js';

const TIMEOUT_MS = 1_000;

const fail = (): never => {
  throw new Error('a function of the user throws');
};

const throwingObserver: TransportObserver = {
  connectionOpened: fail,
  connectionClosed: fail,
  connectionFailed: fail,
  limitExceeded: fail,
  decodeFailed: fail,
  callStarted: fail,
  callFinished: fail,
  requestStarted: fail,
  requestFinished: fail,
};

/** Clients whose functions throw, by what throws; each is called at a good address and at one that refuses. */
const CLIENTS: Readonly<Record<string, Omit<ThriftClientOptions, 'services'>>> = {
  'retryError, mixed': {
    policies: { retry: { type: 'mixed', delayMs: 5, idempotent: true, retryError: fail } },
  },
  'retryResult, mixed': {
    policies: { retry: { type: 'mixed', delayMs: 5, idempotent: true, retryResult: fail } },
  },
  'retryError, failure': {
    policies: { retry: { type: 'failure', idempotent: true, retryError: fail } },
  },
  'retryResult, failure': {
    policies: { retry: { type: 'failure', idempotent: true, retryResult: fail } },
  },
  fallback: { policies: { fallback: { on: fail, answer: fail } } },
  middleware: { middlewares: [() => fail] },
  observers: { observers: [throwingObserver] },
  balancer: { balancer: { name: 'throwing', createPicker: fail } },
  resolver: { resolver: { name: 'throwing', watch: fail } },
};

/** Runs in the client; resolves with the calls that did not end. */
export async function callWithThrowing(good: string, refused: string): Promise<string[]> {
  const unsettled: string[] = [];
  for (const [what, options] of Object.entries(CLIENTS)) {
    for (const endpoint of [good, refused]) {
      const ended = await callOnce({ ...options, endpoints: [endpoint] });
      if (!ended) {
        unsettled.push(what);
      }
    }
  }
  const transport = new ClientTransport();
  const client = createClient(Target, { transport, endpoints: [good] });
  await settles(client.echo('hello', { onBackwardMetadata: fail }));
  await transport.close();
  return unsettled;
}

/** Runs in the server: serves with functions that throw; returns the port. */
export async function serveThrowing(): Promise<number> {
  throwing = new ServerTransport([{ definition: Target, handlers: targetHandlers }], {
    host: '127.0.0.1',
    port: 0,
    observers: [throwingObserver],
    admit: fail,
    onHandlerError: fail,
  });
  await throwing.listen();
  return Number(throwing.address.split(':')[1]);
}

/** Runs in the server. */
export function closeThrowing(): Promise<void> {
  return throwing.close();
}

let throwing: ServerTransport;

/** Functions of a user that throw where nothing expects it. */
export const throwingCallbacks: readonly Attack[] = [
  {
    name: 'throwing-callbacks-of-client',
    kind: 'E19',
    does: 'calls with predicates, fallbacks, middlewares, balancers and observers that throw',
    holds: 'the process lives and every call ends',
    victim: 'client',
    limits: { durationMs: 40_000 },
    async carryOut({ victim, port }) {
      const closed = await HostileServer.start(() => undefined);
      const refused = closed.address;
      closed.close();
      const unsettled = await victim
        .module<typeof import('./throwing-callbacks.js')>(import.meta.url)
        .callWithThrowing(`127.0.0.1:${port}`, refused);
      hold(unsettled.length === 0, `calls did not end: ${unsettled.join(', ')}`);
      return 'all calls ended';
    },
  },
  {
    name: 'throwing-callbacks-of-server',
    kind: 'E19',
    does: 'calls a server whose observers, admission and error handler throw',
    holds: 'the process lives and every call ends',
    victim: 'server',
    async carryOut({ victim, dialect, defer }) {
      const server = victim.module<typeof import('./throwing-callbacks.js')>(import.meta.url);
      const port = await server.serveThrowing();
      defer(() => server.closeThrowing());
      const seen = new Set<string>();
      for (const request of [dialect.echo('hello'), dialect.unknownMethod(3)]) {
        const peer = await dialect.open(port);
        defer(() => peer.destroy());
        peer.send(request);
        seen.add((await peer.answer()).kind);
      }
      return `calls ended with ${[...seen].join(', ')}`;
    },
  },
];

async function callOnce(options: Omit<ThriftClientOptions, 'services'>): Promise<boolean> {
  let proxy: ThriftClient;
  try {
    proxy = new ThriftClient({ ...options, services: [Target] });
  } catch {
    // Refused where it is given: nothing can throw later.
    return true;
  }
  const client: TargetClient = proxy.getService(Target);
  const ended = await settles(client.echo('hello', { timeoutMs: TIMEOUT_MS }));
  await proxy.close();
  return ended;
}

function settles(call: Promise<unknown>): Promise<boolean> {
  const settled = call.then(
    () => true,
    () => true,
  );
  const late = new Promise<boolean>((resolve) =>
    setTimeout(resolve, TIMEOUT_MS * 2, false).unref(),
  );
  return Promise.race([settled, late]);
}

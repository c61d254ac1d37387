import { setImmediate as turn } from 'node:timers/promises';
import {
  ClientTransport,
  createClient,
  ServerTransport,
  type TransportObserver,
} from '@nestjs-thrift/transport';
import { ThriftClient, type ThriftClientOptions } from '@nestjs-thrift/microservice';
import { type Attack, hold } from '../arena/attack.js';
import { outcomeOf, SUCCEEDED } from '../victims/outcomes.js';
import { Target, type TargetClient } from '../victims/target.js';
import { targetHandlers } from '../victims/target-handlers.js';
import { HostileServer } from '../wire/hostile-server.js';

const TIMEOUT_MS = 1_000;

const CALLS = 20;
const MAX_REPORTS = 2;
/** Observers and `onHandlerError`; `admit` fails its request. */
const SERVER_CALLBACKS = 2;
const UNSETTLED = 'a call does not end';
const FAILURE = 'a function of the user throws';

const fail = (): never => {
  throw new Error(FAILURE);
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

/** A client whose function throws. */
interface Throwing {
  readonly options: Omit<ThriftClientOptions, 'services'>;
  /** How its calls to a good address end: {@link SUCCEEDED}, or the code or message of their error. */
  readonly outcome: string;
}

const CALLBACK_FAILED = 'CALLBACK_FAILED';

/** By what throws; each is called at a good address and at one that refuses. */
const CLIENTS: Readonly<Record<string, Throwing>> = {
  'retryError, mixed': {
    options: {
      policies: { retry: { type: 'mixed', delayMs: 5, idempotent: true, retryError: fail } },
    },
    outcome: SUCCEEDED,
  },
  'retryResult, mixed': {
    options: {
      policies: { retry: { type: 'mixed', delayMs: 5, idempotent: true, retryResult: fail } },
    },
    outcome: CALLBACK_FAILED,
  },
  'retryError, failure': {
    options: { policies: { retry: { type: 'failure', idempotent: true, retryError: fail } } },
    outcome: SUCCEEDED,
  },
  'retryResult, failure': {
    options: { policies: { retry: { type: 'failure', idempotent: true, retryResult: fail } } },
    outcome: CALLBACK_FAILED,
  },
  fallback: {
    options: { policies: { fallback: { on: fail, answer: fail } } },
    outcome: SUCCEEDED,
  },
  middleware: { options: { middlewares: [() => fail] }, outcome: FAILURE },
  observers: { options: { observers: [throwingObserver] }, outcome: SUCCEEDED },
  balancer: {
    options: { balancer: { name: 'throwing', createPicker: () => ({ size: 1, pick: fail }) } },
    outcome: CALLBACK_FAILED,
  },
  // Without a picker there are no instances yet; the text says why.
  createPicker: {
    options: { balancer: { name: 'throwing', createPicker: fail } },
    outcome: 'NO_INSTANCE',
  },
  resolver: {
    options: { resolver: { name: 'throwing', watch: fail } },
    outcome: FAILURE,
  },
};

/** What came of calls of clients whose functions throw. */
export interface Seen {
  /** Calls that ended otherwise than they should, or not at all, in words. */
  readonly wrong: readonly string[];
  /** Warnings of the process that say that a function threw. */
  readonly reports: number;
}

/** Runs in the client. */
export async function callWithThrowing(good: string, refused: string): Promise<Seen> {
  const wrong: string[] = [];
  let reports = 0;
  const count = (warning: Error): void => {
    reports += Number(isReport(warning));
  };
  process.on('warning', count);
  for (const [what, { options, outcome }] of Object.entries(CLIENTS)) {
    for (const seen of await callAll({ ...options, endpoints: [good] })) {
      if (seen !== outcome) {
        wrong.push(`${what}: ${seen}`);
      }
    }
    for (const seen of await callAll({ ...options, endpoints: [refused] })) {
      if (seen === UNSETTLED || seen === SUCCEEDED) {
        wrong.push(`${what}, refused: ${seen}`);
      }
    }
  }
  const transport = new ClientTransport();
  const client = createClient(Target, { transport, endpoints: [good] });
  const calls = repeat(() => client.echo('hello', { onBackwardMetadata: fail }));
  wrong.push(...(await calls).filter((seen) => seen !== SUCCEEDED));
  await transport.close();
  // Warnings come in a turn of their own.
  await turn();
  process.off('warning', count);
  return { wrong, reports };
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
  serverReports = 0;
  process.on('warning', countServerReport);
  await throwing.listen();
  return Number(throwing.address.split(':')[1]);
}

/** Runs in the server: warnings of the process since it serves that say that a function threw. */
export async function reportsOfThrowing(): Promise<number> {
  await turn();
  return serverReports;
}

/** Runs in the server. */
export function closeThrowing(): Promise<void> {
  process.off('warning', countServerReport);
  return throwing.close();
}

let throwing: ServerTransport;
let serverReports = 0;

function countServerReport(warning: Error): void {
  serverReports += Number(isReport(warning));
}

/** Whether a warning of the process says that a function of the user threw. */
function isReport(warning: Error & { readonly code?: string }): boolean {
  return warning.code === 'THRIFT_CALLBACK_FAILED';
}

/** Functions of a user that throw where nothing expects it. */
export const throwingCallbacks: readonly Attack[] = [
  {
    name: 'throwing-callbacks-of-client',
    kind: 'E19',
    does: 'calls with predicates, fallbacks, middlewares, balancers and observers that throw',
    holds:
      'the process lives, calls end with a result or an error that says which function failed, at most two reports a client',
    victim: 'client',
    module: import.meta.url,
    limits: { durationMs: 40_000 },
    async carryOut({ victim, port }) {
      const closed = await HostileServer.start(() => undefined);
      const refused = closed.address;
      closed.close();
      const { wrong, reports } = await victim
        .module<typeof import('./throwing-callbacks.js')>(import.meta.url)
        .callWithThrowing(`127.0.0.1:${port}`, refused);
      hold(wrong.length === 0, [...new Set(wrong)].join(', '));
      const most = MAX_REPORTS * (2 * Object.keys(CLIENTS).length + 1);
      hold(reports >= 1 && reports <= most, `${reports} reports, allowed are 1 to ${most}`);
      return `all calls ended as they should, ${reports} reports`;
    },
  },
  {
    name: 'throwing-callbacks-of-server',
    kind: 'E19',
    does: 'calls a server whose observers, admission and error handler throw',
    holds: 'the process lives, every request is answered, at most one report of each function',
    victim: 'server',
    module: import.meta.url,
    async carryOut({ victim, dialect, defer }) {
      const server = victim.module<typeof import('./throwing-callbacks.js')>(import.meta.url);
      const port = await server.serveThrowing();
      defer(() => server.closeThrowing());
      const seen = new Set<string>();
      for (const request of [dialect.echo('hello'), dialect.unknownMethod(3)]) {
        for (let count = 0; count < CALLS; count++) {
          const peer = await dialect.open(port);
          defer(() => peer.destroy());
          peer.send(request);
          seen.add((await peer.answer()).kind);
        }
      }
      const reports = await server.reportsOfThrowing();
      const kinds = [...seen].join(', ');
      hold(kinds === 'error', `requests were answered with ${kinds}`);
      hold(reports >= 1 && reports <= SERVER_CALLBACKS, `${reports} reports`);
      return `requests were answered with ${kinds}, ${reports} reports`;
    },
  },
];

/** How the calls of a client ended. */
async function callAll(options: Omit<ThriftClientOptions, 'services'>): Promise<string[]> {
  let proxy: ThriftClient;
  try {
    proxy = new ThriftClient({ ...options, services: [Target] });
  } catch (error) {
    // Refused where it is given: nothing can throw later.
    return [(error as Error).message];
  }
  const client: TargetClient = proxy.getService(Target);
  const outcomes = await repeat(() => client.echo('hello', { timeoutMs: TIMEOUT_MS }));
  await proxy.close();
  return outcomes;
}

async function repeat(call: () => Promise<unknown>): Promise<string[]> {
  const outcomes: string[] = [];
  for (let count = 0; count < CALLS; count++) {
    outcomes.push(await Promise.race([outcomeOf(call()), unsettled()]));
  }
  return outcomes;
}

function unsettled(): Promise<string> {
  return new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS * 2, UNSETTLED).unref());
}

import { type Limits, openSocket, TimeoutError } from '../../../probe/open-socket.js';
import { errorText, milliseconds } from '../../../terminal/terminal.js';
import type { StepResult } from '../step-result.js';
import type { SocketAddress } from '@nestjs-thrift/transport/internal';
import { addressText } from '../../../probe/target.js';

/** The first address that can be connected to; `undefined` if the step failed. */
export interface Connected {
  readonly result: StepResult;
  readonly address?: SocketAddress;
}

interface Attempt {
  readonly address: SocketAddress;
  readonly connectMs: number;
  readonly error?: unknown;
}

/** Connects to every address of the target, one after the other, and closes again. */
export async function connectTcp(
  addresses: readonly SocketAddress[],
  limits: Limits,
): Promise<Connected> {
  const attempts: Attempt[] = [];
  for (const address of addresses) {
    attempts.push(await attempt(address, limits));
  }
  const reached = attempts.filter(({ error }) => error === undefined);
  const failed = attempts.find(({ error }) => error !== undefined);
  const next = failed === undefined ? {} : { next: nextOf(failed.error) };
  const result: StepResult = {
    step: 'TCP',
    verdict: failed === undefined ? 'ok' : reached.length > 0 ? 'warn' : 'fail',
    seen: attempts.map(describe),
    ...next,
    facts: { attempts: attempts.map(factsOf) },
  };
  const [first] = reached;
  return first === undefined ? { result } : { result, address: first.address };
}

async function attempt(address: SocketAddress, limits: Limits): Promise<Attempt> {
  const startedAt = performance.now();
  const passed = (): number => performance.now() - startedAt;
  try {
    (await openSocket({ address }, limits)).destroy();
    return { address, connectMs: passed() };
  } catch (error) {
    limits.signal.throwIfAborted();
    return { address, connectMs: passed(), error };
  }
}

function describe({ address, connectMs, error }: Attempt): string {
  const where = addressText(address);
  return error === undefined
    ? `connected to ${where} in ${milliseconds(connectMs)}`
    : `cannot connect to ${where}: ${errorText(error)}`;
}

function factsOf({ address, connectMs, error }: Attempt): Record<string, unknown> {
  const failure = error === undefined ? {} : { error: errorText(error) };
  return { address: addressText(address), connectMs, ...failure };
}

function nextOf(error: unknown): string {
  const { code } = error as { code?: string };
  if (error instanceof TimeoutError || code === 'ETIMEDOUT') {
    return 'packets are dropped on the way: look at firewalls, security groups and network policies, or give more time with --timeout';
  }
  switch (code) {
    case 'ECONNREFUSED':
      return 'nothing listens there: is the server up, is it this port, and does it listen on more than 127.0.0.1?';
    case 'ENOENT':
      return 'the socket file does not exist: is the server up?';
    case 'EACCES':
      return 'this user may not open it: look at the permissions of the socket file';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no route to that network from here; an IPv6 address may need a client that prefers IPv4';
    default:
      return 'is the server up and reachable from this machine?';
  }
}

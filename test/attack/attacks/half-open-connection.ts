import { setTimeout as sleep } from 'node:timers/promises';
import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { callSteadily, type CallRecord, tallyCalls } from '../arena/steady-calls.js';
import { loadStack, type StackName } from '../stacks/stack.js';
import { Target } from '../victims/target.js';
import { SilentProxy } from '../wire/silent-proxy.js';

const TIMEOUT_MS = 300;
const BEFORE_MS = 500;
/** Time in which a client has to notice. */
const NOTICE_MS = 3_000;
const AFTER_MS = 1_500;

type Echo = (text: string, timeoutMs: number) => Promise<unknown>;

let stopCalls: () => Promise<CallRecord[]>;

/** Runs in the client: calls at a steady rate, whatever becomes of earlier calls, over one multiplexed connection. */
export async function startCalls(stack: StackName, port: number): Promise<void> {
  const [echo, close] = await connect(stack, port);
  const stop = callSteadily(() => echo('hello', TIMEOUT_MS));
  stopCalls = async () => {
    const records = await stop();
    await close();
    return records;
  };
}

export function endCalls(): Promise<CallRecord[]> {
  return stopCalls();
}

async function connect(stack: StackName, port: number): Promise<[Echo, () => unknown]> {
  if (stack !== 'nestjs-thrift') {
    const client = await (await loadStack(stack)).connect('127.0.0.1', port);
    return [(text, timeoutMs) => client.echo(text, timeoutMs), () => client.close()];
  }
  const transport = new ClientTransport({ connection: { mode: 'mux' } });
  const client = createClient(Target, { transport, endpoints: [`127.0.0.1:${port}`] });
  return [(text, timeoutMs) => client.echo(text, { timeoutMs }), () => transport.close()];
}

/** A host vanishes and another one takes its address over. */
export const halfOpenConnection: Attack = {
  name: 'half-open-connection',
  kind: 'B5',
  does: 'silences a multiplexed connection without ending it, while calls have 300 ms; a new connection would work',
  holds: 'from 3 s on calls succeed; a tenth may fail for other reasons, such as a slow machine',
  victim: 'client',
  module: import.meta.url,
  limits: { durationMs: 12_000 },
  comparedWith: ['npm thrift', 'Nest TCP', 'grpc-js'],
  async carryOut({ victim, port, stack, defer }) {
    const proxy = await SilentProxy.start(port);
    defer(() => proxy.close());
    const client = victim.module<typeof import('./half-open-connection.js')>(import.meta.url);
    await client.startCalls(stack, proxy.port);
    await sleep(BEFORE_MS);
    proxy.silence();
    const silentAt = Date.now();
    await sleep(NOTICE_MS + AFTER_MS);
    const { failures, isWell, late } = tallyCalls(await client.endCalls(), silentAt + NOTICE_MS);
    hold(isWell, `calls fail from 3 s on: ${late}`);
    return `${failures} calls failed before the connection was replaced`;
  },
};

import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { Target } from '../victims/target.js';
import { HostileServer } from '../wire/hostile-server.js';
import { Type } from '../wire/thrift-bytes.js';

const CALLERS = 50;
const REFUSED_MS = 2_000;
const MAX_DIALS = 100;
const MAX_CALL_MS = 600;
const RECOVER_MS = 6_000;
const LOOK_EVERY_MS = 50;

/** What a client did while its server was away. */
export interface Outcome {
  readonly dials: number;
  readonly calls: number;
  readonly slowestMs: number;
}

let transport: ClientTransport;
let callRefused: () => Promise<Outcome>;
let callOnce: () => Promise<unknown>;

/** Runs in the client: makes it. */
export function prepare(mode: 'long' | 'mux', address: string): void {
  let dials = 0;
  transport = new ClientTransport({
    connection: { mode },
    observers: [{ connectionFailed: () => void dials++ }],
  });
  const client = createClient(Target, { transport, endpoints: [address] });
  callOnce = () => client.echo('hello');
  callRefused = async () => {
    let [calls, slowestMs] = [0, 0];
    const until = performance.now() + REFUSED_MS;
    const callers = Array.from({ length: CALLERS }, async () => {
      while (performance.now() < until) {
        const startedAt = performance.now();
        await client.echo('hello').catch(() => calls++);
        slowestMs = Math.max(slowestMs, performance.now() - startedAt);
        await turn();
      }
    });
    await Promise.all(callers);
    return { dials, calls, slowestMs };
  };
}

/** Runs in the client: calls without a pause while the address is refused. */
export function callWhileRefused(): Promise<Outcome> {
  return callRefused();
}

/** Runs in the client: calls until one succeeds; returns how long that took. */
export async function callUntilServed(): Promise<number> {
  const startedAt = performance.now();
  while (!(await callOnce().then(Boolean, () => false))) {
    await sleep(LOOK_EVERY_MS);
  }
  await transport.close();
  return performance.now() - startedAt;
}

/** A server that is away and comes back. */
export const refusedAddress: readonly Attack[] = (['long', 'mux'] as const).map((mode): Attack => ({
  name: `refused-address-${mode}`,
  kind: 'C14',
  does: `50 callers call an address without a pause that refuses connections for 2 s (mode ${mode})`,
  holds:
    'at most 100 connections are tried, calls fail within 600 ms, and succeed within 6 s of its return',
  victim: 'client',
  module: import.meta.url,
  limits: { durationMs: 12_000 },
  async carryOut({ victim, defer }) {
    const { address, port } = await refusing();
    const client = victim.module<typeof import('./refused-address.js')>(import.meta.url);
    await client.prepare(mode, address);
    const { dials, calls, slowestMs } = await client.callWhileRefused();
    const server = await HostileServer.start(
      (connection) =>
        connection.onRequest((request) =>
          connection.reply(request, Type.STRING, request.body.subarray(3, -1)),
        ),
      port,
    );
    defer(() => server.close());
    const servedMs = await client.callUntilServed();
    const text = `${dials} connections tried for ${calls} calls, the slowest took ${Math.round(slowestMs)} ms; served after ${Math.round(servedMs)} ms`;
    hold(dials <= MAX_DIALS && slowestMs <= MAX_CALL_MS && servedMs <= RECOVER_MS, text);
    return text;
  },
}));

/** An address where nothing listens. */
async function refusing(): Promise<{ address: string; port: number }> {
  const server = await HostileServer.start(() => undefined);
  const { address, port } = server;
  server.close();
  return { address, port };
}

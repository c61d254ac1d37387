import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import type { GatewayResult } from '../report/results.js';
import { keepOnProcessor } from '../rpc/processors.js';
import { cpuNanosecondsOf, percentile } from '../statistics.js';
import { type GatewayRequest, REQUESTS } from './orders.js';

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));
const IDL = fileURLToPath(new URL('../../../idl/gateway.thrift', import.meta.url));
/** Built by `npm run test:interop -- --prepare --only "generic HTTP"`. */
const KITEX = fileURLToPath(
  new URL('../../../../test/interop/.cache/peers/kitex-generic-http-go-/peer', import.meta.url),
);

const IN_FLIGHT = 32;

/** How long to measure. */
export interface GatewayPlan {
  readonly rounds: number;
  /** Requests of one round. */
  readonly requests: number;
  readonly warmUpRequests: number;
}

/** A gateway in a separate process. */
interface Contestant {
  readonly name: string;
  readonly process: ChildProcess;
  readonly pool: Pool;
}

/** CPU time per request of generated routes, of the same routes by hand, and of Kitex's generic HTTP where it is built. */
export async function runGateway(
  { rounds, requests, warmUpRequests }: GatewayPlan,
  onProgress: (text: string) => void,
): Promise<GatewayResult[]> {
  const service = fork(WORKER, ['service']);
  keepOnProcessor(service.pid!, 0);
  const [port] = (await once(service, 'message')) as [number];
  const address = `127.0.0.1:${port}`;
  const contestants: Contestant[] = [];
  for (const name of ['generated', 'generated, i64 as text', 'by hand']) {
    const env = { ...process.env, NODE_ENV: 'production' };
    contestants.push(await forked(name, fork(WORKER, [name, address], { env })));
  }
  if (existsSync(KITEX)) {
    contestants.push(await kitex(address));
  } else {
    onProgress(
      'gateway: Kitex is not built: npm run test:interop -- --prepare --only "generic HTTP"',
    );
  }
  try {
    const results: GatewayResult[] = [];
    for (const request of REQUESTS) {
      for (const contestant of contestants) {
        await send(contestant, request, warmUpRequests);
      }
      const spent = new Map(contestants.map(({ name }) => [name, [] as number[]]));
      for (let round = 0; round < rounds; round += 1) {
        // Each is first in turn: a machine that slows down must not always meet the same one.
        for (const [place] of contestants.entries()) {
          const contestant = contestants[(place + round) % contestants.length]!;
          const before = cpuNanosecondsOf(contestant.process.pid!);
          await send(contestant, request, requests);
          const cpuNs = cpuNanosecondsOf(contestant.process.pid!) - before;
          spent.get(contestant.name)!.push(cpuNs / requests);
        }
      }
      const cpuNs = Object.fromEntries([...spent].map(([name, values]) => [name, quiet(values)]));
      results.push({ request: request.name, cpuNs });
      onProgress(`gateway: ${request.name}`);
    }
    return results;
  } finally {
    for (const { process: child, pool } of contestants) {
      await pool.destroy();
      child.kill('SIGKILL');
    }
    service.kill('SIGKILL');
  }
}

/** The lower quartile: what else a machine does only adds to a round. */
function quiet(values: readonly number[]): number {
  return percentile(
    values.toSorted((a, b) => a - b),
    0.25,
  );
}

async function forked(name: string, process: ChildProcess): Promise<Contestant> {
  keepOnProcessor(process.pid!, 1);
  const [port] = (await once(process, 'message')) as [number];
  return { name, process, pool: poolOf(port) };
}

async function kitex(address: string): Promise<Contestant> {
  const child = spawn(KITEX, ['gateway', address, IDL, 'plain'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  keepOnProcessor(child.pid!, 1);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { name: 'Kitex, generic HTTP', process: child, pool: poolOf(Number(line.split(' ')[1])) };
}

function poolOf(port: number): Pool {
  return new Pool(`http://127.0.0.1:${port}`, { connections: IN_FLIGHT });
}

/** Sends a request many times. @throws Error for an answer that is not the order */
async function send(
  { name, pool }: Contestant,
  { method, path, body }: GatewayRequest,
  count: number,
): Promise<void> {
  let unsent = count;
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  async function caller(): Promise<void> {
    while (unsent > 0) {
      unsent -= 1;
      const answer = await pool.request({ method, path, headers, body: body ?? null });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || !text.includes('7000000010009')) {
        throw new Error(`${name}: ${method} ${path} was answered ${answer.statusCode}: ${text}`);
      }
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, caller));
}

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { run } from '@nestjs-thrift/cli';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { ServerTransport } from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { memoryIo } from '#test/memory-io.js';

/** The part of `libs/apache/test/store.thrift` that is called. */
const IDL = 'service Store { i32 add(1: i32 a, 2: i32 b) }\n';
const CALLS = 40;
const CALLERS = 8;
const DELAY_MS = 100;
const STALL_MS = 600;
/** The call that stalls, and those that fail: one in five. */
const STALLED = 7;
const FAILED = CALLS / 5;
const SUCCEEDED = CALLS - FAILED;
/** Timers may fire a millisecond early. */
const TIMER_MS = 1;
/** Figures of one run on a busy machine and of the next one differ; those of a wrong unit, divisor or percentile do by more. */
const TOLERANCE = 1.5;
const ATTEMPTS = 5;

/** A loop around npm thrift and code of the Apache compiler: nothing of this repository runs in its process. */
const INDEPENDENT_CLIENT = `
  const thrift = require('thrift');
  const Store = require('./libs/apache/test/gen/node/Store');
  const [port, calls, callers] = process.argv.slice(1).map(Number);
  const options = { transport: thrift.TFramedTransport, protocol: thrift.TBinaryProtocol };
  const connections = Array.from({ length: callers }, () => thrift.createConnection('127.0.0.1', port, options));
  const latencyMs = [];
  let errors = 0;
  let number = 0;
  const caller = async (client) => {
    const add = require('node:util').promisify(client.add.bind(client));
    while (number < calls) {
      const start = process.hrtime.bigint();
      await add(++number, 0).then(
        () => latencyMs.push(Number(process.hrtime.bigint() - start) / 1e6),
        () => { errors += 1; },
      );
    }
  };
  const connected = connections.map((connection) => new Promise((resolve) => connection.once('connect', resolve)));
  Promise.all(connected).then(async () => {
    const start = process.hrtime.bigint();
    await Promise.all(connections.map((connection) => caller(thrift.createClient(Store, connection))));
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    connections.forEach((connection) => connection.end());
    process.stdout.write(JSON.stringify({ errors, seconds, latencyMs }));
  });`;

interface Figures {
  readonly success: number;
  readonly errors: number;
  readonly throughput: number;
  readonly minMs: number;
  readonly p50Ms: number;
  readonly meanMs: number;
  readonly maxMs: number;
}

async function byApache(port: string): Promise<Figures> {
  const args = ['-e', INDEPENDENT_CLIENT, port, String(CALLS), String(CALLERS)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { errors, seconds, latencyMs } = JSON.parse(stdout) as {
    readonly errors: number;
    readonly seconds: number;
    readonly latencyMs: number[];
  };
  const sorted = latencyMs.toSorted((left, right) => left - right);
  return {
    success: sorted.length,
    errors,
    throughput: sorted.length / seconds,
    minMs: sorted[0]!,
    p50Ms: sorted[Math.ceil(sorted.length / 2) - 1]!,
    meanMs: sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length,
    maxMs: sorted.at(-1)!,
  };
}

async function byBench(address: string, folder: string): Promise<Figures> {
  const io = memoryIo(folder);
  const load = ['-n', String(CALLS), '-c', String(CALLERS), '--transport', 'framed', '--json'];
  const argv = ['bench', address, 'add', 'a={{sequence}}', 'b=0', '--idl', 'store.thrift', ...load];
  expect(await run([...argv, '--timeout', '60s', '--connect-timeout', '10s'], io)).toBe(0);
  const { success, errors, throughput, latencyMs } = JSON.parse(io.out()) as {
    readonly success: number;
    readonly errors: Readonly<Record<string, { readonly calls: number }>>;
    readonly throughput: number;
    readonly latencyMs: Readonly<Record<'min' | 'p50' | 'mean' | 'max', number>>;
  };
  return {
    success,
    errors: errors['REMOTE_ERROR']?.calls ?? 0,
    throughput,
    minMs: latencyMs.min,
    p50Ms: latencyMs.p50,
    meanMs: latencyMs.mean,
    maxMs: latencyMs.max,
  };
}

/** Holds however busy the machine is: nothing answers earlier than the server does. */
function expectKnownServer({ success, errors, throughput, ...latency }: Figures): void {
  expect({ success, errors }).toEqual({ success: SUCCEEDED, errors: FAILED });
  const waitedMs = (CALLS - 1) * DELAY_MS + STALL_MS;
  expect(throughput).toBeLessThanOrEqual((SUCCEEDED / (waitedMs / CALLERS - TIMER_MS)) * 1000);
  expect(latency.minMs).toBeGreaterThanOrEqual(DELAY_MS - TIMER_MS);
  expect(latency.p50Ms).toBeGreaterThanOrEqual(DELAY_MS - TIMER_MS);
  expect(latency.maxMs).toBeGreaterThanOrEqual(STALL_MS - TIMER_MS);
  const meanMs = ((SUCCEEDED - 1) * DELAY_MS + STALL_MS) / SUCCEEDED;
  expect(latency.meanMs).toBeGreaterThanOrEqual(meanMs - TIMER_MS);
}

function agree(left: Figures, right: Figures): boolean {
  return Object.keys(left).every((name) => {
    const ratio = left[name as keyof Figures] / right[name as keyof Figures];
    return ratio <= TOLERANCE && ratio >= 1 / TOLERANCE;
  });
}

describe('the figures of bench and those of a client of Apache Thrift', () => {
  it('agree on a server with a known delay, error rate and stall', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'figures-'));
    cleanUp(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'store.thrift'), IDL);
    const definition = compileSchema(loadSchemaFromText(IDL)).service('Store');
    const add = async ({ a }: Record<string, unknown>) => {
      await sleep(a === STALLED ? STALL_MS : DELAY_MS);
      if ((a as number) % 5 === 0) {
        throw new Error('known');
      }
      return a;
    };
    const server = new ServerTransport([{ definition, handlers: { add } }], {
      port: 0,
      host: '127.0.0.1',
    });
    await server.listen();
    cleanUp(() => server.close({ drainTimeoutMs: 0 }));

    const runs: (readonly [bench: Figures, apache: Figures])[] = [];
    do {
      const bench = await byBench(server.address, folder);
      const apache = await byApache(server.address.split(':')[1]!);
      runs.push([bench, apache]);
      expectKnownServer(bench);
      expectKnownServer(apache);
    } while (!agree(...runs.at(-1)!) && runs.length < ATTEMPTS);
    expect(runs.some(([bench, apache]) => agree(bench, apache)) ? [] : runs).toEqual([]);
  }, 60_000);
});

import { createServer, connect, type Socket } from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '@nestjs-thrift/cli';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { ServerTransport } from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { memoryIo } from '#test/memory-io.js';
import { listenOnFreePort } from '#test/ports.js';

const IDL = 'service Shop { i64 Get(1: i64 number) }\n';
const DELAY_MS = 20;
const STALL_MS = 1000;
/** Timers may fire a millisecond early. */
const TIMER_MS = 1;

interface Outcome {
  readonly calls: number;
  readonly success: number;
  readonly seconds: number;
  readonly throughput: number;
  readonly errors: Record<string, { readonly calls: number }>;
  readonly load: object;
  readonly latencyMs: Record<'min' | 'p50' | 'max', number>;
  readonly histogram: readonly { readonly count: number }[];
  readonly perSecond: readonly { readonly success: number; readonly errors: number }[];
}

describe('the figures of bench', () => {
  it('are those of a server with a known delay, error rate and stall', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'figures-'));
    writeFileSync(join(folder, 'shop.thrift'), IDL);
    const definition = compileSchema(loadSchemaFromText(IDL)).service('Shop');
    const served = { requests: 0, failed: 0 };
    const Get = async ({ number }: Record<string, unknown>) => {
      served.requests += 1;
      await sleep(number === 10n ? STALL_MS : DELAY_MS);
      if ((number as bigint) % 5n === 0n && number !== 10n) {
        served.failed += 1;
        throw new Error('known');
      }
      return number;
    };
    const server = new ServerTransport([{ definition, handlers: { Get } }], {
      port: 0,
      host: '127.0.0.1',
    });
    await server.listen();
    try {
      const io = memoryIo(folder);
      const load = ['--rate', '50', '--duration', '2s', '-c', '100', '--timeout', '20s'];
      const argv = ['bench', server.address, 'Get', '"{{sequence}}"', '--idl', 'shop.thrift'];
      expect(await run([...argv, ...load, '--json', '--connect-timeout', '10s'], io)).toBe(0);
      const outcome = JSON.parse(io.out()) as Outcome;

      expect(served).toEqual({ requests: 100, failed: 19 });
      expect(outcome).toMatchObject({ calls: 100, success: 81, seconds: 2 });
      expect(outcome.errors).toMatchObject({ REMOTE_ERROR: { calls: 19 } });
      expect(outcome.load).toEqual({ due: 100, made: 100, dropped: 0 });
      const sum = (values: readonly number[]) => values.reduce((left, right) => left + right, 0);
      expect(sum(outcome.histogram.map(({ count }) => count))).toBe(81);
      expect(sum(outcome.perSecond.map(({ success }) => success))).toBe(81);
      expect(sum(outcome.perSecond.map(({ errors }) => errors))).toBe(19);
      // Calls that end after the period do not count.
      expect(outcome.throughput).toBeLessThanOrEqual(81 / 2);
      expect(outcome.latencyMs.min).toBeGreaterThanOrEqual(DELAY_MS - TIMER_MS);
      expect(outcome.latencyMs.max).toBeGreaterThanOrEqual(STALL_MS - TIMER_MS);
    } finally {
      await server.close({ drainTimeoutMs: 0 });
      rmSync(folder, { recursive: true });
    }
  });

  it('are those of an observer on the wire with its own histogram', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'figures-'));
    cleanUp(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'shop.thrift'), IDL);
    const definition = compileSchema(loadSchemaFromText(IDL)).service('Shop');
    // From 1 to 40 ms.
    const Get = ({ number }: Record<string, unknown>) =>
      sleep(1 + (Number(number) % 40), number as bigint);
    const server = new ServerTransport([{ definition, handlers: { Get } }], {
      port: 0,
      host: '127.0.0.1',
    });
    await server.listen();
    cleanUp(() => server.close({ drainTimeoutMs: 0 }));
    const observed = createHistogram({ figures: 4 });
    const address = await observing(server.address, (ms) =>
      observed.record(Math.max(1, Math.trunc(ms * 1000))),
    );

    const calls = 200;
    const callers = 4;
    const io = memoryIo(folder);
    const load = ['-n', String(calls), '-c', String(callers), '--transport', 'framed'];
    const argv = ['bench', address, 'Get', '"{{sequence}}"', '--idl', 'shop.thrift', '--json'];
    const startMs = performance.now();
    expect(await run([...argv, ...load, '--connect-timeout', '10s', '--timeout', '60s'], io)).toBe(
      0,
    );
    const elapsedMs = performance.now() - startMs;
    const { latencyMs, ...outcome } = JSON.parse(io.out()) as Outcome & {
      readonly latencyMs: Record<string, number>;
    };

    expect(observed.count).toBe(calls);
    expect(outcome).toMatchObject({ calls, success: calls, errors: {} });
    // A caller waits for what passes on the wire, and for nothing before it: so do the figures, in their precision.
    const precision = 0.98;
    const seen: Record<string, number> = { min: observed.min, max: observed.max };
    for (const percent of [50, 75, 90, 95, 99, 99.9]) {
      seen[`p${String(percent).replace('.', '')}`] = observed.percentile(percent);
    }
    for (const [name, microseconds] of Object.entries(seen)) {
      expect({ name, ms: latencyMs[name] }).toEqual({ name, ms: expect.any(Number) });
      expect(latencyMs[name]).toBeGreaterThanOrEqual((microseconds / 1000) * precision);
      expect(latencyMs[name]).toBeLessThanOrEqual(elapsedMs);
    }
    // All callers together waited for no longer than the run took.
    expect(latencyMs['mean']! * calls).toBeLessThanOrEqual(callers * elapsedMs);
    expect(latencyMs['mean']).toBeGreaterThanOrEqual((observed.mean / 1000) * precision);
    expect(outcome.throughput * outcome.seconds).toBeCloseTo(calls, 0);
    expect(outcome.seconds * 1000).toBeLessThanOrEqual(elapsedMs);
  });
});

/** Passes connections on, each with one call at a time, and times every reply. */
async function observing(address: string, record: (ms: number) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const port = Number(address.split(':')[1]);
  const proxy = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    let sentMs = 0;
    client.on('data', (chunk: Buffer) => {
      sentMs = performance.now();
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      record(performance.now() - sentMs);
      client.write(chunk);
    });
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true).on('error', () => undefined);
      sockets.add(socket);
    }
    client.on('close', () => upstream.destroy());
  });
  cleanUp(() => {
    sockets.forEach((socket) => socket.destroy());
    proxy.close();
  });
  return `127.0.0.1:${await listenOnFreePort(proxy)}`;
}

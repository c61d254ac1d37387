import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '@nestjs-thrift/cli';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { ServerTransport } from '@nestjs-thrift/transport';
import { memoryIo } from '#test/memory-io.js';

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
});

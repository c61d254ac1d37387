import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Protocol } from '../../../codec/test/bytes.js';
import { BOMBS, LARGE } from '../../../codec/test/memory-bombs.js';

const ROOT = join(import.meta.dirname, '../../../..');
/** MiB; the promise of the default of `maxDecodedBytes`. */
const HEAP = 256;
const ALLOWED = /^(decoded|DECODE_LIMIT_EXCEEDED)$/;

/** The outcomes of all bombs in a process of their own; rejects if that runs out of memory. */
async function explode(engine: string, protocol: Protocol): Promise<string[][]> {
  const child = spawn(
    process.execPath,
    [
      `--max-old-space-size=${HEAP}`,
      '--conditions=@nestjs-thrift/source',
      '--import',
      './test/interop/runner/register.mjs',
      'libs/codec/test/explode.ts',
      engine,
      protocol,
    ],
    { cwd: ROOT },
  );
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  if (code !== 0) {
    throw new Error(`the process ended with ${code}: ${errors}`);
  }
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as string[]);
}

describe('maxDecodedBytes by default', () => {
  it.each<[string, Protocol]>([
    ['code', 'Binary'],
    ['code', 'Compact'],
    // The interpreter takes memory alike for both protocols, and takes minutes.
    ['interpreter', 'Compact'],
  ])(
    'decodes or rejects bombs of 15 MB within a heap of 256 MiB, and decodes large messages (%s, %s)',
    async (engine, protocol) => {
      const outcomes = await explode(engine, protocol);
      expect(outcomes).toHaveLength(BOMBS.length + LARGE.length);
      for (const [struct, outcome] of outcomes.slice(0, BOMBS.length)) {
        expect([struct, outcome]).toEqual([struct, expect.stringMatching(ALLOWED)]);
      }
      expect(outcomes).toContainEqual(['EmptyStructs', 'DECODE_LIMIT_EXCEEDED']);
      const large = outcomes.slice(BOMBS.length);
      expect(large).toEqual(LARGE.map(({ struct }) => [struct, 'decoded']));
    },
    600_000,
  );
});

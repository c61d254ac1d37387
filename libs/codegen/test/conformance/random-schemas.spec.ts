import { loadSchemaFromText } from '@nestjs-thrift/idl';
import fc from 'fast-check';
import { decode, encode, PROTOCOLS } from '../../../codec/test/bytes.js';
import { fileEngine } from '../file-engine.js';
import { runTimeEngines, type Engine } from '../../../codec/test/engines.js';
import { randomIdl, randomValue } from '../../../codec/test/random-schema.js';

/** Values per schema; schemas are costlier to make than values. */
const VALUES = 10;

it('reads back what it wrote, with the same bytes from generated code and the interpreter', () => {
  fc.assert(
    fc.property(randomIdl(), fc.nat(), (idl, seed) => {
      const schema = loadSchemaFromText(idl);
      const engines = runTimeEngines(schema);
      for (const value of fc.sample(randomValue(schema, 'Root'), {
        seed,
        numRuns: VALUES,
      })) {
        expect(disagreement(engines, value)).toBeUndefined();
      }
    }),
    { numRuns: 50 },
  );
}, 120_000);

it('does so with generated files too', async () => {
  await fc.assert(
    fc.asyncProperty(randomIdl(), fc.nat(), async (idl, seed) => {
      const schema = loadSchemaFromText(idl);
      const engines = [await fileEngine(schema), ...runTimeEngines(schema)];
      for (const value of fc.sample(randomValue(schema, 'Root'), { seed, numRuns: VALUES })) {
        expect(disagreement(engines, value)).toBeUndefined();
      }
    }),
    { numRuns: 12 },
  );
}, 120_000);

/** What goes wrong with a value, if anything: other bytes, or another value read back from them. */
function disagreement(engines: readonly Engine[], value: object): string | undefined {
  for (const protocol of PROTOCOLS) {
    const all = engines.map((engine) => encode(engine.codec('Root'), protocol, value));
    for (const [index, bytes] of all.entries()) {
      const engine = engines[index]!;
      if (!bytes.equals(all[0]!)) {
        return `${engine.name} writes other bytes in ${protocol}`;
      }
      expect(plain(decode(engine.codec('Root'), protocol, bytes))).toEqual(plain(value));
    }
  }
  return undefined;
}

/** Exceptions as objects of their fields, since values are given as such. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (value instanceof Map) {
    return new Map([...value].map(([key, item]) => [key as unknown, plain(item)]));
  }
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) {
    return value;
  }
  const fields = Object.entries(value).filter(
    ([name]) => !(value instanceof Error && name === 'name'),
  );
  return Object.fromEntries(fields.map(([name, item]) => [name, plain(item)]));
}

import type { StandardSchemaV1 } from '@standard-schema/spec';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { generateJsonSchemas, generateTypeScript } from '@nestjs-thrift/codegen';
import { loadSchemaFromText, type Schema } from '@nestjs-thrift/idl';
import { renderJson } from '@nestjs-thrift/microservice';
import fc from 'fast-check';
import { GeneratedFolder } from '#test/generated-folder.js';
import { randomIdl, randomValue } from '../../../../codec/test/random-schema.js';

type Fields = Record<string, unknown>;

/**
 * What both kinds of schema describe more narrowly than codecs is left out: numbers that an enum does not name, and
 * sets whose elements are equal without being the same.
 */
const narrowIdl = randomIdl().map((idl) =>
  idl.replace(/\bE\b(?! \{)/g, 'i8').replace(/set<(?=list|set|map|S\d|binary|double)/g, 'list<'),
);

describe('validators of random schemas', () => {
  let folder: GeneratedFolder;
  let count = 0;

  beforeAll(() => {
    folder = new GeneratedFolder();
  });
  afterAll(() => folder.remove());

  async function standard(schema: Schema): Promise<StandardSchemaV1['~standard']['validate']> {
    const path = `random-${count++}.ts`;
    const [file] = generateTypeScript(schema, { validators: true });
    folder.write([{ path, text: file?.text ?? '' }]);
    const { RootSchema } = await folder.import<{ RootSchema: StandardSchemaV1 }>(path);
    return RootSchema['~standard'].validate;
  }

  function json(schema: Schema): ValidateFunction {
    const [file] = generateJsonSchemas(schema);
    const ajv = new Ajv2020({ formats: { uuid: true } });
    ajv.addSchema(JSON.parse(file?.text ?? '') as object, 'random');
    return ajv.compile({ $ref: 'random#/$defs/Root' });
  }

  it('take every value of the type, and no value with a field of another type', async () => {
    await fc.assert(
      fc.asyncProperty(narrowIdl, fc.nat(), async (idl, seed) => {
        const schema = loadSchemaFromText(idl);
        const [byStandard, byJson] = [await standard(schema), json(schema)];
        for (const value of fc.sample(randomValue(schema, 'Root'), { seed, numRuns: 10 })) {
          expect(await byStandard(value)).toEqual({ value });
          expect([byJson(asJson(value)), byJson.errors]).toEqual([true, null]);
          for (const broken of withOneWrongField(schema, value as Fields)) {
            expect(await byStandard(broken)).toHaveProperty('issues');
            expect(byJson(asJson(broken))).toBe(false);
          }
        }
      }),
      { numRuns: 10 },
    );
  }, 120_000);
});

/** No type but double takes 1.5. */
function withOneWrongField(schema: Schema, value: Fields): Fields[] {
  const root = schema.files[schema.root]?.structs.find(({ name }) => name === 'Root');
  const fields = root?.fields.filter(({ type }) => type.kind !== 'double') ?? [];
  return fields.map(({ name }) => ({ ...value, [name]: 1.5 }));
}

/** JSON has no number for NaN and its like. */
function asJson(value: unknown): unknown {
  const text = JSON.stringify(renderJson(value), (_key, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? 0 : part,
  );
  return JSON.parse(text);
}

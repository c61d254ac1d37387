import { readFileSync } from 'node:fs';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { goldenText } from '#test/golden-file.js';
import { SchemaShapes } from '../from-idl/schema-shapes.js';
import { emitUnit } from './code-engine.js';

const GOLDEN = new URL('../../test/golden/', import.meta.url);

it('emits the committed JavaScript for an exception with fields of every type', () => {
  const file = 'every-type.thrift';
  const schema = loadSchemaFromText(readFileSync(new URL(file, GOLDEN), 'utf8'), { file });
  const shapes = new SchemaShapes(schema, { i64: 'bigint', invalidUtf8: 'replace' });
  const struct = shapes.struct({ file, name: 'EveryType' });
  const methods = ['writeBinary', 'readBinary', 'writeCompact', 'readCompact'] as const;
  const text = methods.map((method) => `${emitUnit(struct, method).text}\n`).join('\n');

  expect(text).toBe(goldenText(new URL('every-type.js.txt', GOLDEN), text));
});

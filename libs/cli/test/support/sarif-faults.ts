import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ErrorObject } from 'ajv';

const manifest = createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json');
const schemaFile = manifest.replace('package.json', 'lib/schemas/sarif-2.1.0-rtm.5.json');

/** What is wrong with a log by the JSON schema of SARIF 2.1.0. */
export function sarifFaults(log: unknown): ErrorObject[] {
  // Its dialect of JSON Schema is draft 4, of which it uses nothing that later ones read in another way.
  const {
    $schema: _,
    id: __,
    ...schema
  } = JSON.parse(readFileSync(schemaFile, 'utf8')) as Record<string, unknown>;
  const validate = new Ajv({
    strict: false,
    validateFormats: false,
    allErrors: true,
    logger: false,
    unicodeRegExp: false,
  }).compile(schema);
  return validate(log) ? [] : (validate.errors ?? []);
}

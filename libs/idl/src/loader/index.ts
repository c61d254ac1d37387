// What a process needs that loads IDL at run time: neither generators nor linter, whose modules cost its start.
export { IdlError } from '../errors/idl.error.js';
export { loadSchema, loadSchemaFromText, type LoadTextOptions } from './load-schema.js';
export type { LoadOptions, ReadFile } from './load-options.js';
export { ParseCache } from './load-options.js';
export type { Schema } from '../schema/schema.js';

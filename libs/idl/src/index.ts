export { IdlError } from './errors/idl.error.js';
export { renderDiagnostic } from './errors/diagnostic.js';
export { loadSchema, loadSchemaFromText } from './loader/load-schema.js';
export { allMethods, findEnum, findService, findStruct } from './schema/queries.js';

export type { Diagnostic } from './errors/diagnostic.js';
export type { LoadOptions, ReadFile } from './loader/load-options.js';
export type { LoadTextOptions } from './loader/load-schema.js';
export type * from './schema/schema.js';

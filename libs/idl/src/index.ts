export { IdlError } from './errors/idl.error.js';
export { renderDiagnostic } from './errors/diagnostic.js';
export { generatedFrom } from './generator/file-header.js';
export { generateTypeScript } from './generator/generate-typescript.js';
export { loadSchema, loadSchemaFromText } from './loader/load-schema.js';
export { allMethods, findEnum, findService, findStruct } from './schema/queries.js';

export type { Diagnostic } from './errors/diagnostic.js';
export type {
  CodecEmitContext,
  CodecEmitter,
  Int64Representation,
} from './generator/codec-emitter.js';
export type { GeneratedFile, GenerateOptions } from './generator/generate-options.js';
export type { LoadOptions, ReadFile } from './loader/load-options.js';
export type { LoadTextOptions } from './loader/load-schema.js';
export type * from './schema/schema.js';

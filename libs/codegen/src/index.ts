export { generateJsonSchemas } from './json-schema/generate-json-schemas.js';
export { generatedFrom } from './typescript/file-header.js';
export { generateTypeScript } from './typescript/generate-typescript.js';

export type { JsonSchemaOptions } from './json-schema/generate-json-schemas.js';
export type { GeneratedFile, GenerateOptions } from './typescript/generate-options.js';
export { NEST_RUNTIME, NODE_RUNTIME } from './typescript/generate-options.js';
export type { ImportExtension } from './typescript/naming/file-names.js';

export { compareSchemas } from './compatibility/compare-schemas.js';
export { COMPATIBILITY_RULES } from './compatibility/rules/index.js';
export { IdlError } from './errors/idl.error.js';
export { renderDiagnostic } from './errors/diagnostic.js';
export { generatedFrom } from './generator/file-header.js';
export { generateTypeScript } from './generator/generate-typescript.js';
export { generateJsonSchemas } from './json-schema/generate-json-schemas.js';
export { fixFiles } from './lint/fix-files.js';
export { LintConfigError, resolveLintConfig } from './lint/lint-config.js';
export { lintFiles } from './lint/lint-files.js';
export { LINT_RULES } from './lint/rules/index.js';
export { loadSchema, loadSchemaFromText } from './loader/load-schema.js';
export { ParseCache } from './loader/parse-cache.js';
export { allMethods, findEnum, findService, findStruct } from './schema/queries.js';

export type { CompareOptions } from './compatibility/compare-schemas.js';
export type { BreakLevel, CompatibilityRule } from './compatibility/compatibility-rule.js';
export type { Incompatibility } from './compatibility/incompatibility.js';
export type { CompatibilityRuleName } from './compatibility/rules/index.js';
export type { Diagnostic } from './errors/diagnostic.js';
export type {
  CodecEmitContext,
  CodecEmitter,
  CodecProtocol,
  Int64Representation,
} from './generator/codec-emitter.js';
export type { GeneratedFile, GenerateOptions } from './generator/generate-options.js';
export type { JsonSchemaOptions } from './json-schema/generate-json-schemas.js';
export type { FixedFiles } from './lint/fix-files.js';
export type { LintConfig, RuleSetting } from './lint/lint-config.js';
export type { LintFinding } from './lint/lint-finding.js';
export type { LintRuleInfo, LintSeverity } from './lint/lint-rule.js';
export type { LintSources } from './lint/load-linted-files.js';
export type { ChoiceOption, OptionSpecs, OptionValues, WordsOption } from './lint/rule-options.js';
export type { TextEdit } from './lint/text-edit.js';
export type { LoadOptions, ReadFile } from './loader/load-options.js';
export type { LoadTextOptions } from './loader/load-schema.js';
export type * from './schema/schema.js';

export { argumentsFromJson, valueFromJson } from './value-from-json.js';
export { JsonValueError } from './json-value.error.js';
export { JsonObject } from './json-object.js';
export { JsonSyntaxError } from './json-syntax.error.js';
export {
  JsonNumber,
  parseJson,
  type JsonValue,
  type OrderedJson,
  type ParseJsonOptions,
} from './parse-json.js';
export { renderJson } from './render-json.js';
export { stringifyJson, type JsonPart, type StringifyJsonOptions } from './stringify-json.js';
export { typeName } from './scalar-from-json.js';
export { valueToJson, type ValueToJsonOptions } from './value-to-json.js';

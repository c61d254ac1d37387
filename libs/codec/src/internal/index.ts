// For the packages of this project alone: undocumented, changed without notice.
export type { CallKind, FieldValues, OnewayMethod } from '../definition/service-definition.js';
export { branded } from '../errors/branded.js';
export { nearestName } from '../errors/nearest-name.js';
export type { BreakerOutcome, ErrorCodeRow } from '../errors/error-code-row.js';
export { errorRow } from '../errors/thrift-rpc.error.js';
export { readBytes } from '../runtime/read-bytes.js';
export { methodOfProperty, propertyOfMethod } from '../definition/method-property.js';
export { isComparedByIdentity } from '../definition/shape.js';
export { defineEntry, setEntry, withoutDuplicates } from '../runtime/collections.js';
export { watchedMap } from '../runtime/key-watch.js';

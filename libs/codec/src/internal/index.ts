// For the packages of this project alone: undocumented, changed without notice.
export type { FieldValues } from '../definition/service-definition.js';
export { requireProtocol } from '../runtime/missing-protocol.js';

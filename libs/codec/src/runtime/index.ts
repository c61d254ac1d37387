// What emitted code imports. Not for applications: names and signatures follow the emitter.
export type { ReadBuffer } from '../buffer/read-buffer.js';
export type { WriteBuffer } from '../buffer/write-buffer.js';
export type { StructCodec } from '../definition/service-definition.js';
// Here too, so that generated files have one module to look for: that lookup is much of what importing them costs.
export { ThriftException } from '../errors/thrift-exception.js';
export {
  putBinaryList,
  putBinaryMap,
  readBinaryLength,
  readBinaryList,
  readBinaryMap,
} from './binary-containers.js';
export {
  areDistinct,
  areDistinctIntegers,
  areDistinctUuids,
  defineEntry,
  isBytes,
  keyText,
  mapRecord,
  setElements,
  withoutDuplicates,
} from './collections.js';
export {
  putCompactField,
  putCompactList,
  putCompactMap,
  readCompactLength,
  readCompactList,
  readCompactMap,
} from './compact-containers.js';
export {
  badUnion,
  badValue,
  invalidValue,
  mismatchedField,
  missingField,
  tooDeep,
  truncated,
  valueTooDeep,
  within,
} from './failures.js';
export { watchKeys } from './key-watch.js';
export { readKey, readStrictKey } from './map-keys.js';
export {
  i64FromText,
  putI64,
  readBigint,
  readDecimal,
  readDouble,
  readDoubleLittleEndian,
  readSafeInteger,
} from './numbers.js';
export { readBytes } from './read-bytes.js';
export { skipBinary } from './skip-binary.js';
export { skipCompact } from './skip-compact.js';
export {
  makeRoom,
  putBinaryBytes,
  putBinaryString,
  putCompactBytes,
  putCompactString,
  readStrictString,
  readString,
} from './strings.js';
export { putUuid, readUuid } from './numbers.js';
export {
  putVarint,
  putZigzagI64,
  readZigzag,
  readZigzagBigint,
  readZigzagDecimal,
  readZigzagI16,
  readZigzagSafeInteger,
} from './varints.js';

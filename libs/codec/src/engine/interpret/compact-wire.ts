import {
  putCompactField,
  putCompactList,
  putCompactMap,
  readCompactLength,
  readCompactList,
  readCompactMap,
} from '../../runtime/compact-containers.js';
import { readDoubleLittleEndian } from '../../runtime/numbers.js';
import { skipCompact } from '../../runtime/skip-compact.js';
import { putCompactBytes, putCompactString } from '../../runtime/strings.js';
import {
  putVarint,
  putZigzagI64,
  readZigzag,
  readZigzagBigint,
  readZigzagDecimal,
  readZigzagI16,
  readZigzagSafeInteger,
} from '../../runtime/varints.js';
import { COMPACT_FALSE, COMPACT_MINIMUM, COMPACT_TYPES } from '../../runtime/compact-types.js';
import { give, take, type Wire } from './wire.js';

const READ_I64 = {
  bigint: readZigzagBigint,
  number: readZigzagSafeInteger,
  string: readZigzagDecimal,
};

/** The Compact protocol, one value at a time. */
export const compactWire: Wire = {
  name: 'Compact',
  types: COMPACT_TYPES,
  minimum: COMPACT_MINIMUM,
  leastHeader: 1,
  headerHolds: (kind) => kind === 'bool',

  writeHeader(out, { type, id }, lastId, value) {
    const isBool = type.kind === 'bool';
    const wireType = isBool && value === false ? COMPACT_FALSE : COMPACT_TYPES[type.kind];
    out.reserve(4);
    out.position = putCompactField(out.bytes, out.position, wireType, id, lastId);
    return isBool;
  },
  writeBool(out, value) {
    const p = give(out, 1);
    out.bytes[p] = value ? COMPACT_TYPES.bool : COMPACT_FALSE;
  },
  writeI8(out, value) {
    const p = give(out, 1);
    out.bytes[p] = value;
  },
  writeI16(out, value) {
    compactWire.writeI32(out, value);
  },
  writeI32(out, value) {
    out.reserve(5);
    out.position = putVarint(out.bytes, out.position, (value << 1) ^ (value >> 31));
  },
  writeI64(out, value) {
    out.reserve(10);
    const position = putZigzagI64(out.bytes, out.position, value);
    if (position < 0) {
      return false;
    }
    out.position = position;
    return true;
  },
  writeDouble(out, value) {
    const p = give(out, 8);
    out.view.setFloat64(p, value, true);
  },
  writeText(out, value) {
    out.position = putCompactString(out, out.position, value, 0);
  },
  writeBytes(out, value) {
    out.position = putCompactBytes(out, out.position, value, 0);
  },
  writeList(out, type, count) {
    out.reserve(6);
    out.position = putCompactList(out.bytes, out.position, type, count);
  },
  writeMap(out, keyType, valueType, count) {
    out.reserve(6);
    out.position = putCompactMap(out.bytes, out.position, keyType, valueType, count);
  },

  readHeader(input, header) {
    const byte = input.bytes[take(input, 1)]!;
    header.type = byte & 15;
    if (byte === 0) {
      return;
    }
    // Wire type 0 with an id is not the end of the struct; no field has it, and skipping rejects it.
    if (header.type === 0) {
      header.type = UNKNOWN_TYPE;
    }
    header.id = byte >> 4 === 0 ? readZigzagI16(input) : ((header.id + (byte >> 4)) << 16) >> 16;
  },
  holds: (kind, found) =>
    COMPACT_TYPES[kind] === found || (kind === 'bool' && found === COMPACT_FALSE),
  headerValue: (kind, found) => (kind === 'bool' ? found === COMPACT_TYPES.bool : undefined),
  skip(input, type) {
    skipCompact(input, type === UNKNOWN_TYPE ? 0 : type, input.depth);
  },
  readBool: (input) => input.bytes[take(input, 1)] === COMPACT_TYPES.bool,
  readI8: (input) => (input.bytes[take(input, 1)]! << 24) >> 24,
  readI16: readZigzagI16,
  readI32: readZigzag,
  readI64: (input, mode) => READ_I64[mode](input),
  readDouble: (input) => readDoubleLittleEndian(input.bytes, take(input, 8)),
  readLength: readCompactLength,
  readList: readCompactList,
  readMap: readCompactMap,
};

const UNKNOWN_TYPE = -1;

import {
  putBinaryList,
  putBinaryMap,
  readBinaryLength,
  readBinaryList,
  readBinaryMap,
} from '../../runtime/binary-containers.js';
import {
  putI32,
  putI64,
  readBigint,
  readDecimal,
  readDouble,
  readI32,
  readSafeInteger,
} from '../../runtime/numbers.js';
import { skipBinary } from '../../runtime/skip-binary.js';
import { putBinaryBytes, putBinaryString } from '../../runtime/strings.js';
import { BINARY_MINIMUM, BINARY_TYPES } from '../../runtime/binary-types.js';
import { give, take, type Wire } from './wire.js';

const READ_I64 = { bigint: readBigint, number: readSafeInteger, string: readDecimal };

/** The Binary protocol, one value at a time. */
export const binaryWire: Wire = {
  name: 'Binary',
  types: BINARY_TYPES,
  minimum: BINARY_MINIMUM,
  leastHeader: 3,
  headerHolds: () => false,

  writeHeader(out, { type, id }) {
    const p = give(out, 3);
    out.bytes[p] = BINARY_TYPES[type.kind];
    out.bytes[p + 1] = id >> 8;
    out.bytes[p + 2] = id;
    return false;
  },
  writeBool(out, value) {
    const p = give(out, 1);
    out.bytes[p] = value ? 1 : 0;
  },
  writeI8(out, value) {
    const p = give(out, 1);
    out.bytes[p] = value;
  },
  writeI16(out, value) {
    const p = give(out, 2);
    out.bytes[p] = value >> 8;
    out.bytes[p + 1] = value;
  },
  writeI32(out, value) {
    const p = give(out, 4);
    putI32(out.bytes, p, value);
  },
  writeI64(out, value) {
    const p = give(out, 8);
    return putI64(out.bytes, p, value);
  },
  writeDouble(out, value) {
    const p = give(out, 8);
    out.view.setFloat64(p, value);
  },
  writeText(out, value) {
    out.position = putBinaryString(out, out.position, value, 0);
  },
  writeBytes(out, value) {
    out.position = putBinaryBytes(out, out.position, value, 0);
  },
  writeList(out, type, count) {
    const p = give(out, 5);
    putBinaryList(out.view, p, type, count);
  },
  writeMap(out, keyType, valueType, count) {
    const p = give(out, 6);
    putBinaryMap(out.view, p, keyType, valueType, count);
  },

  readHeader(input, header) {
    const p = take(input, 1);
    header.type = input.bytes[p]!;
    if (header.type === 0) {
      return;
    }
    input.position = p;
    take(input, 3);
    header.id = ((input.bytes[p + 1]! << 24) >> 16) | input.bytes[p + 2]!;
  },
  holds: (kind, found) => BINARY_TYPES[kind] === found,
  headerValue: () => undefined,
  skip(input, type) {
    const { bytes, position, end, depth } = input;
    input.position = skipBinary(bytes, position, end, type, depth);
  },
  readBool: (input) => input.bytes[take(input, 1)] !== 0,
  readI8: (input) => (input.bytes[take(input, 1)]! << 24) >> 24,
  readI16(input) {
    const p = take(input, 2);
    return ((input.bytes[p]! << 24) >> 16) | input.bytes[p + 1]!;
  },
  readI32: (input) => readI32(input.bytes, take(input, 4)),
  readI64: (input, mode) => READ_I64[mode](input.bytes, take(input, 8)),
  readDouble: (input) => readDouble(input.bytes, take(input, 8)),
  readLength(input) {
    const length = readBinaryLength(input.openView(), input.position, input.end);
    input.position += 4;
    return length;
  },
  readList(input, type, minimum) {
    const count = readBinaryList(input.openView(), input.position, input.end, type, minimum);
    input.position += 5;
    return count;
  },
  readMap(input, keyType, valueType, minimum) {
    const { position, end } = input;
    const count = readBinaryMap(input.openView(), position, end, keyType, valueType, minimum);
    input.position += 6;
    return count;
  },
};

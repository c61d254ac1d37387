import { BINARY_MINIMUM, BINARY_TYPES } from '../../runtime/binary-types.js';
import type { EmitScope } from './emit-scope.js';
import type { Kind } from '../../definition/shape.js';
import type { WireEmitter } from './wire-emitter.js';
import { fieldKeyText, pathText } from './names.js';

const HEADER_SIZE = 3;

const HAS_LENGTH: ReadonlySet<Kind> = new Set(['string', 'binary', 'list', 'set', 'map']);

const READERS = { bigint: 'readBigint', number: 'readSafeInteger', string: 'readDecimal' } as const;

/** The Binary protocol. */
export const binaryEmitter: WireEmitter = {
  name: 'Binary',
  types: BINARY_TYPES,
  minimum: BINARY_MINIMUM,
  leastHeader: HEADER_SIZE,
  // Strings and structs make room for themselves.
  reserved: { ...BINARY_MINIMUM, string: 0, binary: 0, struct: 0, union: 0, exception: 0 },
  headerSize: HEADER_SIZE,
  storage: 'view',
  countsAfterwards: true,

  // One store of four bytes: the fourth belongs to the value, which comes next and has at least one.
  writeHeader({ code }, { field }) {
    code.line(`view.setInt32(p, ${fieldKeyText(BINARY_TYPES[field.type.kind], field.id)}00);`);
    code.line(`p += ${HEADER_SIZE};`);
  },

  headerHolds: () => false,

  writeScalar(scope, type, value, path) {
    const { code } = scope;
    switch (type.kind) {
      case 'bool':
        code.line(`view.setUint8(p, ${value} ? 1 : 0);`);
        break;
      case 'double':
        code.line(`view.setFloat64(p, ${value});`);
        break;
      case 'i64': {
        const taken = type.as === 'string' ? `${scope.runtime('i64FromText')}(${value})` : value;
        writeChecked(scope, 'putI64', taken, `${pathText(path)}, 'i64', ${value}`);
        break;
      }
      case 'uuid':
        writeChecked(scope, 'putUuid', value, `${pathText(path)}, 'uuid', ${value}`);
        break;
      default:
        code.line(`view.setInt${8 * BINARY_MINIMUM[type.kind]}(p, ${value});`);
    }
    code.line(`p += ${BINARY_MINIMUM[type.kind]};`);
  },

  // A view of the received bytes is worth making only where lengths and counts are read through it.
  declareReader({ code }, struct) {
    if (struct.fields.some(({ type }) => HAS_LENGTH.has(type.kind))) {
      code.line('const view = input.view ?? input.openView();');
    }
  },

  readHeader(scope) {
    const { code } = scope;
    code.line(`if (p >= end) throw ${scope.runtime('truncated')}(0, 1);`);
    code.line(`const type = ${scope.byte()};`);
    code.line('if (type === 0) break;');
    requireBytes(scope, HEADER_SIZE);
  },

  fieldKey: (scope) => `(type << 16) | (${scope.byte(1)} << 8) | ${scope.byte(2)}`,

  fieldCases: ({ id, type }) => [{ key: fieldKeyText(BINARY_TYPES[type.kind], id) }],

  enterField({ code }) {
    code.line(`p += ${HEADER_SIZE};`);
  },

  fieldId: (scope) => `(${scope.byte(-2)} << 8) | ${scope.byte(-1)}`,

  skipField(scope, depth) {
    scope.code.line(`p = ${scope.runtime('skipBinary')}(bytes, p, end, type, ${depth});`);
  },

  readScalar(scope, type) {
    requireBytes(scope, BINARY_MINIMUM[type.kind]);
    switch (type.kind) {
      case 'bool':
        return `${scope.byte()} !== 0`;
      case 'i8':
        return `(${scope.byte()} << 24) >> 24`;
      case 'i16':
        return `(${scope.byte()} << 24 >> 16) | ${scope.byte(1)}`;
      case 'i32':
      case 'enum':
        return `(${scope.byte()} << 24) | (${scope.byte(1)} << 16) | (${scope.byte(2)} << 8) | ${scope.byte(3)}`;
      case 'i64':
        return `${scope.runtime(READERS[type.as])}(bytes, p)`;
      case 'double':
        return `${scope.runtime('readDouble')}(bytes, p)`;
      case 'uuid':
        return `${scope.runtime('readUuid')}(bytes, p)`;
    }
  },

  afterScalar({ code }, kind) {
    code.line(`p += ${BINARY_MINIMUM[kind]};`);
  },

  readLength(scope, name) {
    scope.code.line(`const ${name} = ${scope.runtime('readBinaryLength')}(view, p, end);`);
    scope.code.line('p += 4;');
  },

  readListCount(scope, name, element, minimum) {
    const limits = `${BINARY_TYPES[element]}, ${minimum}`;
    scope.code.line(`const ${name} = ${scope.runtime('readBinaryList')}(view, p, end, ${limits});`);
    scope.code.line('p += 5;');
  },

  readMapCount(scope, name, key, value, minimum) {
    const types = `${BINARY_TYPES[key]}, ${BINARY_TYPES[value]}`;
    scope.code.line(
      `const ${name} = ${scope.runtime('readBinaryMap')}(view, p, end, ${types}, ${minimum});`,
    );
    scope.code.line('p += 6;');
  },
};

function requireBytes(scope: EmitScope, size: number): void {
  scope.code.line(`if (end - p < ${size}) throw ${scope.runtime('truncated')}(end - p, ${size});`);
}

function writeChecked(
  scope: EmitScope,
  put: 'putI64' | 'putUuid',
  value: string,
  failure: string,
): void {
  scope.code.line(
    `if (!${scope.runtime(put)}(out.bytes, p, ${value})) throw ${scope.runtime('invalidValue')}(${failure});`,
  );
}

import { BINARY_MINIMUM, BINARY_TYPES } from '../wire/binary-types.js';
import type { EmitScope } from './emit-scope.js';
import type { WireEmitter } from './wire-emitter.js';
import { fieldKeyText, pathText } from './names.js';

const HEADER_SIZE = 3;

const READERS = { bigint: 'readBigint', number: 'readSafeInteger', string: 'readDecimal' } as const;

/** The Binary protocol. */
export const binaryEmitter: WireEmitter = {
  name: 'Binary',
  types: BINARY_TYPES,
  minimum: BINARY_MINIMUM,
  // Strings and structs make room for themselves.
  reserved: { ...BINARY_MINIMUM, string: 0, binary: 0, struct: 0 },
  headerSize: HEADER_SIZE,

  writeHeader({ code }, { field }) {
    code.line(`bytes[p] = ${BINARY_TYPES[field.type.kind]};`);
    code.line(`bytes[p + 1] = ${(field.id >> 8) & 0xff};`);
    code.line(`bytes[p + 2] = ${field.id & 0xff};`);
    code.line(`p += ${HEADER_SIZE};`);
  },

  headerHolds: () => false,

  writeScalar(scope, kind, value, path) {
    const { code } = scope;
    switch (kind) {
      case 'bool':
        code.line(`bytes[p] = ${value} ? 1 : 0;`);
        break;
      case 'double':
        code.line(`out.view.setFloat64(p, ${value});`);
        break;
      case 'i64': {
        const taken =
          scope.context.i64 === 'string' ? `${scope.runtime('i64FromText')}(${value})` : value;
        writeChecked(scope, 'putI64', taken, `${pathText(path)}, 'i64', ${value}`);
        break;
      }
      case 'uuid':
        writeChecked(scope, 'putUuid', value, `${pathText(path)}, 'uuid', ${value}`);
        break;
      default:
        for (let offset = 0; offset < BINARY_MINIMUM[kind]; offset += 1) {
          const shift = 8 * (BINARY_MINIMUM[kind] - 1 - offset);
          const target = offset === 0 ? 'p' : `p + ${offset}`;
          code.line(`bytes[${target}] = ${shift === 0 ? value : `${value} >> ${shift}`};`);
        }
    }
    code.line(`p += ${BINARY_MINIMUM[kind]};`);
  },

  declareReader: () => undefined,

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

  skipField(scope, depth) {
    scope.code.line(`p = ${scope.runtime('skipBinary')}(bytes, p, end, type, ${depth});`);
  },

  readScalar(scope, kind) {
    requireBytes(scope, BINARY_MINIMUM[kind]);
    switch (kind) {
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
        return `${scope.runtime(READERS[scope.context.i64])}(bytes, p)`;
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
    scope.code.line(`const ${name} = ${scope.runtime('readBinaryLength')}(bytes, p, end);`);
    scope.code.line('p += 4;');
  },

  readListCount(scope, name, element) {
    const limits = `${BINARY_TYPES[element]}, ${BINARY_MINIMUM[element]}`;
    scope.code.line(
      `const ${name} = ${scope.runtime('readBinaryList')}(bytes, p, end, ${limits});`,
    );
    scope.code.line('p += 5;');
  },

  readMapCount(scope, name, key, value) {
    const types = `${BINARY_TYPES[key]}, ${BINARY_TYPES[value]}`;
    const minimum = BINARY_MINIMUM[key] + BINARY_MINIMUM[value];
    scope.code.line(
      `const ${name} = ${scope.runtime('readBinaryMap')}(bytes, p, end, ${types}, ${minimum});`,
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
    `if (!${scope.runtime(put)}(bytes, p, ${value})) throw ${scope.runtime('invalidValue')}(${failure});`,
  );
}

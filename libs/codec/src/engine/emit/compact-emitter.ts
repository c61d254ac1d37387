import { COMPACT_FALSE, COMPACT_MINIMUM, COMPACT_TYPES } from '../../runtime/compact-types.js';
import type { EmitScope } from './emit-scope.js';
import { fieldKeyText, pathText } from './names.js';
import type { Kind } from '../../definition/shape.js';
import type { FieldPlace, WireEmitter } from './wire-emitter.js';

/** Largest distance between field ids that the short header holds. */
const MAX_DELTA = 15;

const READERS = {
  bigint: 'readZigzagBigint',
  number: 'readZigzagSafeInteger',
  string: 'readZigzagDecimal',
} as const;

const RESERVED: Readonly<Record<Kind, number>> = {
  bool: 1,
  i8: 1,
  i16: 3,
  i32: 5,
  enum: 5,
  i64: 10,
  double: 8,
  uuid: 16,
  // Strings and structs make room for themselves.
  string: 0,
  binary: 0,
  struct: 0,
  union: 0,
  exception: 0,
  list: 6,
  set: 6,
  map: 6,
};

/** The Compact protocol. */
export const compactEmitter: WireEmitter = {
  name: 'Compact',
  types: COMPACT_TYPES,
  minimum: COMPACT_MINIMUM,
  leastHeader: 1,
  reserved: RESERVED,
  headerSize: 4,
  storage: 'bytes',
  countsAfterwards: false,

  writeHeader(scope, place, value) {
    const { code } = scope;
    const { type, id } = place.field;
    const wireType =
      type.kind === 'bool'
        ? `(${value} ? ${COMPACT_TYPES.bool} : ${COMPACT_FALSE})`
        : String(COMPACT_TYPES[type.kind]);
    const last = place.previousIds.length === 1 ? String(place.previousIds[0]) : 'last';
    if (place.previousIds.every((previous) => isShort(id - previous))) {
      code.line(`bytes[p] = ${shortHeader(place, wireType)};`);
      code.line('p += 1;');
    } else {
      const put = scope.runtime('putCompactField');
      code.line(`p = ${put}(bytes, p, ${wireType}, ${id}, ${last});`);
    }
  },

  headerHolds: (kind) => kind === 'bool',

  writeScalar(scope, type, value, path) {
    const { code } = scope;
    switch (type.kind) {
      case 'bool':
        code.line(`bytes[p] = ${value} ? ${COMPACT_TYPES.bool} : ${COMPACT_FALSE};`);
        code.line('p += 1;');
        break;
      case 'i8':
        code.line(`bytes[p] = ${value};`);
        code.line('p += 1;');
        break;
      case 'i16':
      case 'i32':
      case 'enum':
        code.line(
          `p = ${scope.runtime('putVarint')}(bytes, p, (${value} << 1) ^ (${value} >> 31));`,
        );
        break;
      case 'i64': {
        const taken = type.as === 'string' ? `${scope.runtime('i64FromText')}(${value})` : value;
        const failure = `${scope.runtime('invalidValue')}(${pathText(path)}, 'i64', ${value})`;
        code.line(`p = ${scope.runtime('putZigzagI64')}(bytes, p, ${taken});`);
        code.line(`if (p < 0) throw ${failure};`);
        break;
      }
      case 'double':
        code.line(`out.view.setFloat64(p, ${value}, true);`);
        code.line('p += 8;');
        break;
      case 'uuid': {
        const failure = `${scope.runtime('invalidValue')}(${pathText(path)}, 'uuid', ${value})`;
        code.line(`if (!${scope.runtime('putUuid')}(bytes, p, ${value})) throw ${failure};`);
        code.line('p += 16;');
        break;
      }
    }
  },

  declareReader({ code }) {
    code.line('let id = 0;');
  },

  readHeader(scope) {
    const { code } = scope;
    code.line(`if (p >= end) throw ${scope.runtime('truncated')}(0, 1);`);
    code.line(`const header = ${scope.byte()};`);
    code.line('p += 1;');
    code.line('if (header === 0) break;');
    code.block('if (header >> 4 === 0)', () => {
      code.line('input.position = p;');
      code.line(`id = ${scope.runtime('readZigzagI16')}(input);`);
      code.line('p = input.position;');
    });
    code.block('else', () => code.line('id += header >> 4;'));
  },

  fieldKey: () => '((header & 15) << 16) | (id & 0xffff)',

  fieldCases({ id, type }) {
    const key = (wireType: number) => fieldKeyText(wireType, id);
    if (type.kind !== 'bool') {
      return [{ key: key(COMPACT_TYPES[type.kind]) }];
    }
    return [
      { key: key(COMPACT_TYPES.bool), value: 'true' },
      { key: key(COMPACT_FALSE), value: 'false' },
    ];
  },

  enterField: () => undefined,

  fieldId: () => 'id & 0xffff',

  skipField(scope, depth) {
    const { code } = scope;
    code.line('input.position = p;');
    code.line(`${scope.runtime('skipCompact')}(input, header & 15, ${depth});`);
    code.line('p = input.position;');
  },

  readScalar(scope, type) {
    switch (type.kind) {
      case 'bool':
        requireBytes(scope, 1);
        return `${scope.byte()} === ${COMPACT_TYPES.bool}`;
      case 'i8':
        requireBytes(scope, 1);
        return `(${scope.byte()} << 24) >> 24`;
      case 'double':
        requireBytes(scope, 8);
        return `${scope.runtime('readDoubleLittleEndian')}(bytes, p)`;
      case 'uuid':
        requireBytes(scope, 16);
        return `${scope.runtime('readUuid')}(bytes, p)`;
      case 'i64':
        scope.code.line('input.position = p;');
        return `${scope.runtime(READERS[type.as])}(input)`;
      case 'i16':
        scope.code.line('input.position = p;');
        return `${scope.runtime('readZigzagI16')}(input)`;
      case 'i32':
      case 'enum':
        scope.code.line('input.position = p;');
        return `${scope.runtime('readZigzag')}(input)`;
    }
  },

  afterScalar({ code }, kind) {
    const isVarint = kind === 'i16' || kind === 'i32' || kind === 'i64' || kind === 'enum';
    code.line(isVarint ? 'p = input.position;' : `p += ${COMPACT_MINIMUM[kind]};`);
  },

  readLength(scope, name) {
    readThroughInput(scope, name, `${scope.runtime('readCompactLength')}(input)`);
  },

  readListCount(scope, name, element, minimum) {
    const limits = `${COMPACT_TYPES[element]}, ${minimum}`;
    readThroughInput(scope, name, `${scope.runtime('readCompactList')}(input, ${limits})`);
  },

  readMapCount(scope, name, key, value, minimum) {
    const types = `${COMPACT_TYPES[key]}, ${COMPACT_TYPES[value]}`;
    readThroughInput(
      scope,
      name,
      `${scope.runtime('readCompactMap')}(input, ${types}, ${minimum})`,
    );
  },
};

/** Whether {@link FieldPlace.previousIds} leaves it to run time which field was written last. */
export function needsLastId(place: FieldPlace): boolean {
  return place.previousIds.length > 1;
}

function shortHeader({ field, previousIds }: FieldPlace, wireType: string): string {
  if (previousIds.length > 1) {
    return `((${field.id} - last) << 4) | ${wireType}`;
  }
  const delta = (field.id - previousIds[0]!) << 4;
  return field.type.kind === 'bool' ? `${delta} | ${wireType}` : String(delta | Number(wireType));
}

function isShort(delta: number): boolean {
  return delta > 0 && delta <= MAX_DELTA;
}

function requireBytes(scope: EmitScope, size: number): void {
  scope.code.line(`if (end - p < ${size}) throw ${scope.runtime('truncated')}(end - p, ${size});`);
}

function readThroughInput(scope: EmitScope, name: string, expression: string): void {
  scope.code.line('input.position = p;');
  scope.code.line(`const ${name} = ${expression};`);
  scope.code.line('p = input.position;');
}

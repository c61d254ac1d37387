import type { TypeSchema } from '@nestjs-thrift/idl';
import type { EmitScope } from './emit-scope.js';
import { referencedStructs } from './schema-lookup.js';
import { typescriptType } from './typescript-type.js';
import type { Kind, ScalarKind, WireEmitter } from './wire-emitter.js';

/** What stays the same while the values of one struct are emitted. */
export interface ValueReader {
  readonly scope: EmitScope;
  readonly wire: WireEmitter;
}

/** Elements that an array gets room for before they have come. */
const MAX_PREALLOCATED = 1024;

type TypeOf<K extends Kind> = Extract<TypeSchema, { kind: K }>;

/**
 * Statements that read one value and assign it to `target`, which may be a declaration. `level` counts the containers
 * that would be entered next.
 */
export function readValue(
  reader: ValueReader,
  type: TypeSchema,
  target: string,
  level: number,
): void {
  switch (type.kind) {
    case 'string':
      return readBlob(reader, target, textReader(reader, 'readString', 'readStrictString'));
    case 'binary':
      return readBlob(reader, target, 'readBytes');
    case 'struct':
      return readStruct(reader, type, target);
    case 'list':
    case 'set':
      return readElements(reader, type, target, level);
    case 'map':
      return type.key.kind === 'string'
        ? readRecord(reader, type, target, level)
        : readMap(reader, type, target, level);
    default:
      return readScalar(reader, type, type.kind, target);
  }
}

function readScalar(
  { scope, wire }: ValueReader,
  type: TypeSchema,
  kind: ScalarKind,
  target: string,
): void {
  const expression = wire.readScalar(scope, kind);
  const isTypedEnum = kind === 'enum' && scope.context.language === 'typescript';
  const value = isTypedEnum
    ? `(${expression}) as ${typescriptType(type, scope.context)}`
    : expression;
  scope.code.line(`${target} = ${value};`);
  wire.afterScalar(scope, kind);
}

function textReader(
  { scope }: ValueReader,
  lenient: 'readString' | 'readKey',
  strict: 'readStrictString' | 'readStrictKey',
) {
  return scope.context.invalidUtf8 === 'error' ? strict : lenient;
}

function readBlob(
  { scope, wire }: ValueReader,
  target: string,
  read: 'readString' | 'readStrictString' | 'readKey' | 'readStrictKey' | 'readBytes',
): void {
  const length = scope.code.fresh('n');
  wire.readLength(scope, length);
  const from = read === 'readBytes' ? 'bytes' : 'input';
  scope.code.line(`${target} = ${scope.runtime(read)}(${from}, p, ${length});`);
  scope.code.line(`p += ${length};`);
}

function readStruct({ scope, wire }: ValueReader, { ref }: TypeOf<'struct'>, target: string): void {
  scope.code.line('input.position = p;');
  scope.code.line(`${target} = ${scope.context.codec(ref)}.read${wire.name}(input);`);
  scope.code.line('p = input.position;');
}

function readElements(
  reader: ValueReader,
  type: TypeOf<'list' | 'set'>,
  target: string,
  level: number,
): void {
  const { scope, wire } = reader;
  const { code } = scope;
  enterContainer(reader, type, level);
  const count = code.fresh('n');
  const list = code.fresh('l');
  const index = code.fresh('i');
  const element = code.fresh('e');
  wire.readListCount(scope, count, type.element.kind);
  const annotation = scope.annotation(() => typescriptType(type, scope.context));
  // An exact array saves memory and growing; a long one has to prove by its elements that it is no lie.
  const sized = `${count} < ${MAX_PREALLOCATED} ? new Array(${count}) : []`;
  code.line(`const ${list}${annotation} = ${sized};`);
  code.block(`for (let ${index} = 0; ${index} < ${count}; ${index} += 1)`, () => {
    readValue(reader, type.element, `const ${element}`, level + 1);
    code.line(`${list}[${index}] = ${element};`);
  });
  leaveContainer(reader, type, level);
  const isScalarSet = type.kind === 'set' && !COMPARED_BY_IDENTITY.has(type.element.kind);
  code.line(
    `${target} = ${isScalarSet ? `${scope.runtime('withoutDuplicates')}(${list})` : list};`,
  );
}

const COMPARED_BY_IDENTITY = new Set(['binary', 'struct', 'list', 'set', 'map']);

function readRecord(reader: ValueReader, type: TypeOf<'map'>, target: string, level: number): void {
  const { scope } = reader;
  const { code } = scope;
  const record = code.fresh('m');
  const annotation = scope.annotation(() => typescriptType(type, scope.context));
  readEntries(reader, type, level, `const ${record}${annotation} = {};`, (key, value, index) => {
    const define = `${scope.runtime('defineEntry')}(${record}, ${key}, ${value})`;
    code.line(`if (${key} === '__proto__') ${define};`);
    storeEntry(scope, `${record}[${key}] = ${value};`, index);
  });
  code.line(`${target} = ${record};`);
}

/** Entries that get a store of their own; most maps have no more. */
const STORES = 8;

/**
 * One store for each of the first entries: where maps have the same keys in the same order, each place sees one key and
 * one shape, which the engine compiles to a plain store: a quarter of the cost of a place that sees them all.
 */
function storeEntry({ code }: EmitScope, store: string, index: string): void {
  code.block(`else switch (${index})`, () => {
    for (let place = 0; place < STORES; place += 1) code.line(`case ${place}: ${store} break;`);
    code.line(`default: ${store}`);
  });
}

function readMap(reader: ValueReader, type: TypeOf<'map'>, target: string, level: number): void {
  const { scope } = reader;
  const { code } = scope;
  const map = code.fresh('m');
  const annotation = scope.annotation(() => typescriptType(type, scope.context));
  readEntries(reader, type, level, `const ${map}${annotation} = new Map();`, (key, value) => {
    code.line(`${map}.set(${key}, ${value});`);
  });
  code.line(`${target} = ${map};`);
}

function readEntries(
  reader: ValueReader,
  type: TypeOf<'map'>,
  level: number,
  declaration: string,
  store: (key: string, value: string, index: string) => void,
): void {
  const { scope, wire } = reader;
  const { code } = scope;
  enterContainer(reader, type, level);
  const count = code.fresh('n');
  const index = code.fresh('i');
  const key = code.fresh('k');
  const value = code.fresh('e');
  wire.readMapCount(scope, count, type.key.kind, type.value.kind);
  code.line(declaration);
  code.block(`for (let ${index} = 0; ${index} < ${count}; ${index} += 1)`, () => {
    if (type.key.kind === 'string') {
      readBlob(reader, `const ${key}`, textReader(reader, 'readKey', 'readStrictKey'));
    } else {
      readValue(reader, type.key, `const ${key}`, level + 1);
    }
    readValue(reader, type.value, `const ${value}`, level + 1);
    store(key, value, index);
  });
  leaveContainer(reader, type, level);
}

/** The depth is a constant of the method as long as no struct inside the container has to know it. */
function enterContainer({ scope }: ValueReader, type: TypeSchema, level: number): void {
  scope.code.line(`if (depth < ${level}) throw ${scope.runtime('tooDeep')}();`);
  if (referencedStructs(type).length > 0) scope.code.line(`input.depth = depth - ${level};`);
}

function leaveContainer({ scope }: ValueReader, type: TypeSchema, level: number): void {
  if (referencedStructs(type).length > 0) {
    scope.code.line(`input.depth = depth - ${level - 1};`);
  }
}

import {
  isComparedByIdentity,
  type InvalidUtf8,
  type ShapeOf,
  type StructShape,
  type TypeShape,
} from '../../definition/shape.js';
import type { EmitScope } from './emit-scope.js';
import { leastSize } from './least-size.js';
import { containerCost, hasChosenKeys, MAX_PREALLOCATED } from './memory-cost.js';
import { referencedStructs } from './struct-graph.js';
import { typescriptType } from './typescript-type.js';
import type { ScalarShape, WireEmitter } from './wire-emitter.js';

/** What stays the same while the values of one struct are emitted. */
export interface ValueReader {
  readonly scope: EmitScope;
  readonly wire: WireEmitter;
  /** The field that the value belongs to, for errors. */
  readonly where: string;
}

/**
 * Statements that read one value and assign it to `target`, which may be a declaration. `level` counts the containers
 * that would be entered next.
 */
export function readValue(
  reader: ValueReader,
  type: TypeShape,
  target: string,
  level: number,
): void {
  switch (type.kind) {
    case 'string':
      return readBlob(reader, target, textReader(type, 'readString', 'readStrictString'));
    case 'binary':
      return readBlob(reader, target, 'readBytes');
    case 'struct':
    case 'union':
    case 'exception':
      return readStruct(reader, type, target, level);
    case 'list':
    case 'set':
      return readElements(reader, type, target, level);
    case 'map':
      return type.key.kind === 'string'
        ? readRecord(reader, type, target, level)
        : readMap(reader, type, target, level);
    default:
      return readScalar(reader, type, target);
  }
}

function readScalar({ scope, wire }: ValueReader, type: ScalarShape, target: string): void {
  const expression = wire.readScalar(scope, type);
  const isTypedEnum = type.kind === 'enum' && scope.context.language === 'typescript';
  const value = isTypedEnum
    ? `(${expression}) as ${typescriptType(type, scope.context)}`
    : expression;
  scope.code.line(`${target} = ${value};`);
  wire.afterScalar(scope, type.kind);
}

function textReader(
  { invalidUtf8 }: { readonly invalidUtf8: InvalidUtf8 },
  lenient: 'readString' | 'readKey',
  strict: 'readStrictString' | 'readStrictKey',
) {
  return invalidUtf8 === 'error' ? strict : lenient;
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

function readStruct(
  { scope, wire }: ValueReader,
  struct: StructShape,
  target: string,
  level: number,
): void {
  scope.code.line('input.position = p;');
  const value = `${scope.context.codec(struct)}.read${wire.name}(input)`;
  // A union without a known member is absent; what is in a container cannot be.
  const inContainer = struct.kind === 'union' && level > 1;
  scope.code.line(
    `${target} = ${inContainer ? `${value} ?? ${emptyObject(scope, struct)}` : value};`,
  );
  scope.code.line('p = input.position;');
}

function emptyObject({ context }: EmitScope, struct: StructShape): string {
  return context.language === 'typescript' ? `({} as ${context.typeName(struct)})` : '{}';
}

function readElements(
  reader: ValueReader,
  type: ShapeOf<'list' | 'set'>,
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
  const minimum = leastSize(type.element, wire);
  wire.readListCount(scope, count, type.element.kind, minimum);
  takeMemory(reader, type, count);
  const annotation = scope.annotation(() => typescriptType(type, scope.context));
  // An exact array saves memory and growing; a count that is a lie takes no more than the truth would.
  const sized = `${count} < ${MAX_PREALLOCATED} ? new Array(${count}) : []`;
  code.line(`const ${list}${annotation} = ${sized};`);
  code.block(`for (let ${index} = 0; ${index} < ${count}; ${index} += 1)`, () => {
    readValue(reader, type.element, `const ${element}`, level + 1);
    code.line(`${list}[${index}] = ${element};`);
  });
  leaveContainer(reader, type, level);
  const isScalarSet = type.kind === 'set' && !isComparedByIdentity(type.element.kind);
  code.line(
    `${target} = ${isScalarSet ? `${scope.runtime('withoutDuplicates')}(${list})` : list};`,
  );
}

function readRecord(
  reader: ValueReader,
  type: ShapeOf<'map'>,
  target: string,
  level: number,
): void {
  const { scope } = reader;
  const { code } = scope;
  const record = code.fresh('m');
  const annotation = scope.annotation(() => typescriptType(type, scope.context));
  const declare = () => code.line(`const ${record}${annotation} = {};`);
  readEntries(reader, type, level, declare, (key, value, index) => {
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
    for (let place = 0; place < STORES; place += 1) {
      code.line(`case ${place}: ${store} break;`);
    }
    code.line(`default: ${store}`);
  });
}

function readMap(reader: ValueReader, type: ShapeOf<'map'>, target: string, level: number): void {
  const { scope } = reader;
  const { code } = scope;
  const map = code.fresh('m');
  const annotation = scope.annotation(() => typescriptType(type, scope.context));
  const watch = hasChosenKeys(type.key) ? code.fresh('w') : undefined;
  const next = watch ? code.fresh('x') : '';
  const declare = (count: string) => {
    code.line(`const ${map}${annotation} = new Map();`);
    if (watch) {
      code.line(`const ${watch} = ${scope.runtime('watchKeys')}(${count});`);
      code.line(`let ${next} = ${watch}.first;`);
    }
  };
  readEntries(reader, type, level, declare, (key, value, index) => {
    code.line(`${map}.set(${key}, ${value});`);
    const check = `${next} = ${watch}.check(${key}, ${map}, '${reader.where}');`;
    if (watch) {
      code.line(`if (${index} === ${next}) ${check}`);
    }
  });
  if (watch) {
    code.line(`${watch}.close();`);
  }
  code.line(`${target} = ${map};`);
}

function readEntries(
  reader: ValueReader,
  type: ShapeOf<'map'>,
  level: number,
  declare: (count: string) => void,
  store: (key: string, value: string, index: string) => void,
): void {
  const { scope, wire } = reader;
  const { code } = scope;
  enterContainer(reader, type, level);
  const count = code.fresh('n');
  const index = code.fresh('i');
  const key = code.fresh('k');
  const value = code.fresh('e');
  const minimum = leastSize(type.key, wire) + leastSize(type.value, wire);
  wire.readMapCount(scope, count, type.key.kind, type.value.kind, minimum);
  takeMemory(reader, type, count);
  declare(count);
  code.block(`for (let ${index} = 0; ${index} < ${count}; ${index} += 1)`, () => {
    if (type.key.kind === 'string') {
      readBlob(reader, `const ${key}`, textReader(type.key, 'readKey', 'readStrictKey'));
    } else {
      readValue(reader, type.key, `const ${key}`, level + 1);
    }
    readValue(reader, type.value, `const ${value}`, level + 1);
    store(key, value, index);
  });
  leaveContainer(reader, type, level);
}

/** Takes the memory of a container and of its scalars from what the message may have. */
function takeMemory(
  { scope, where }: ValueReader,
  type: ShapeOf<'list' | 'set' | 'map'>,
  count: string,
): void {
  const { code } = scope;
  const { base, each } = containerCost(type);
  code.line(`input.budget -= ${base} + ${count} * ${each};`);
  code.line(`if (input.budget < 0) throw input.tooLarge('${where}');`);
}

/** The depth is a constant of the method as long as no struct inside the container has to know it. */
function enterContainer({ scope }: ValueReader, type: TypeShape, level: number): void {
  scope.code.line(`if (depth < ${level}) throw ${scope.runtime('tooDeep')}();`);
  if (referencedStructs(type).length > 0) {
    scope.code.line(`input.depth = depth - ${level};`);
  }
}

function leaveContainer({ scope }: ValueReader, type: TypeShape, level: number): void {
  if (referencedStructs(type).length > 0) {
    scope.code.line(`input.depth = depth - ${level - 1};`);
  }
}

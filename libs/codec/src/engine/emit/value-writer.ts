import {
  isComparedByIdentity,
  type ShapeOf,
  type StructShape,
  type TypeShape,
} from '../../definition/shape.js';
import type { EmitScope } from './emit-scope.js';
import { pathText } from './names.js';
import { reachesRecursion } from './struct-graph.js';
import {
  makeRoom,
  refreshStorage,
  refuse,
  type ValueWriter,
  writeBytes,
  writeLeaf,
  writeText,
} from './leaf-writer.js';

/**
 * Statements that check and write one value. Before them there is room for the bytes reserved for its kind and for
 * `rest` more, after them for `rest`. `level` counts the containers that would be entered next.
 */
export function writeValue(
  writer: ValueWriter,
  type: TypeShape,
  value: string,
  path: string,
  rest: number,
  level: number,
): void {
  switch (type.kind) {
    case 'string':
      return writeText(writer, value, path, rest);
    case 'binary':
      return writeBytes(writer, value, path, rest);
    case 'struct':
    case 'union':
    case 'exception':
      return writeStruct(writer, type, value, path, rest, level);
    case 'list':
      return writeList(writer, type, value, path, rest, level);
    case 'set':
      return writeSet(writer, type, value, path, rest, level);
    case 'map':
      return type.key.kind === 'string'
        ? writeRecord(writer, type, value, path, rest, level)
        : writeMap(writer, type, value, path, rest, level);
    default:
      return writeLeaf(writer, type, value, path);
  }
}

function writeStruct(
  writer: ValueWriter,
  struct: StructShape,
  value: string,
  path: string,
  rest: number,
  level: number,
): void {
  const { scope, wire, depth } = writer;
  const { code, context } = scope;
  const counts = depth && reachesRecursion(struct);
  const inner = counts ? `, ${level === 1 ? depth : `${depth} - ${level - 1}`}` : '';
  const error = code.fresh('error');
  code.line('out.position = p;');
  code.block('try', () => {
    code.line(`${context.codec(struct)}.write${wire.name}(${value}, out${inner});`);
  });
  code.block(`catch (${error})`, () => {
    const outer = `${error}, ${pathText(path)}, ${struct.name.length}`;
    code.line(`throw ${scope.runtime('within')}(${outer});`);
  });
  code.line(`out.reserve(${rest});`);
  refreshStorage(writer);
  code.line('p = out.position;');
}

function writeList(
  writer: ValueWriter,
  type: ShapeOf<'list'>,
  value: string,
  path: string,
  rest: number,
  level: number,
): void {
  refuse(writer, `!Array.isArray(${value})`, path, 'list', value);
  writeElements(writer, type.element, value, path, rest, level);
}

function writeSet(
  writer: ValueWriter,
  type: ShapeOf<'set'>,
  value: string,
  path: string,
  rest: number,
  level: number,
): void {
  const { scope } = writer;
  const { code } = scope;
  const elements = code.fresh('s');
  code.line(`const ${elements} = ${scope.runtime('setElements')}(${value});`);
  refuse(writer, `${elements} === undefined`, path, 'set', value);
  const check = distinctCheck(type.element);
  if (check) {
    const failure = `${scope.runtime('badValue')}(${pathText(path)}, 'a set takes each value once')`;
    code.line(`if (!${scope.runtime(check)}(${elements})) throw ${failure};`);
  }
  writeElements(writer, type.element, elements, path, rest, level);
}

/** The check that finds equal elements; none where JavaScript compares by identity. */
function distinctCheck({ kind }: TypeShape) {
  switch (kind) {
    case 'i64':
      return 'areDistinctIntegers';
    case 'uuid':
      return 'areDistinctUuids';
    default:
      return isComparedByIdentity(kind) ? undefined : 'areDistinct';
  }
}

function writeElements(
  writer: ValueWriter,
  element: TypeShape,
  elements: string,
  path: string,
  rest: number,
  level: number,
): void {
  const { scope, wire } = writer;
  const { code } = scope;
  const count = code.fresh('n');
  const index = code.fresh('i');
  const value = code.fresh('v');
  code.line(`const ${count} = ${elements}.length;`);
  code.line(
    `p = ${scope.runtime(`put${wire.name}List`)}(${wire.storage}, p, ${wire.types[element.kind]}, ${count});`,
  );
  const inner = makeRoom(writer, [element], count, rest);
  code.block(`for (let ${index} = 0; ${index} < ${count}; ${index} += 1)`, () => {
    code.line(`const ${value} = ${scope.element(`${elements}[${index}]`)};`);
    writeValue(writer, element, value, `${path}[\${${index}}]`, inner, level + 1);
  });
}

/** A `map<string, …>`: its keys are text already and need no check. */
function writeRecord(
  writer: ValueWriter,
  type: ShapeOf<'map'>,
  value: string,
  path: string,
  rest: number,
  level: number,
): void {
  const { scope, wire } = writer;
  const { code } = scope;
  const record = code.fresh('m');
  const key = code.fresh('k');
  const item = code.fresh('v');
  const writeEntry = (inner: number) => {
    const afterKey = wire.reserved[type.value.kind] + inner;
    code.line(`p = ${scope.runtime(`put${wire.name}String`)}(out, p, ${key}, ${afterKey});`);
    refreshStorage(writer);
    code.line(`const ${item} = ${scope.element(`${record}[${key}]`)};`);
    writeValue(writer, type.value, item, entryPath(scope, path, key), inner, level + 1);
  };
  // Asked here and not in the function: each place sees few shapes of objects, and the engine remembers them.
  const isPlain = `${scope.context.language === 'typescript' ? `(${value} as object)` : value}.constructor === Object`;
  code.line(`const ${record} = ${isPlain} ? ${value} : ${scope.runtime('mapRecord')}(${value});`);
  refuse(writer, `${record} === undefined`, path, 'map', value);
  // Loading a value is twice as fast under for-in, which also comes to inherited names.
  if (wire.countsAfterwards) {
    countAfterwards(writer, type, record, key, rest, writeEntry);
  } else {
    countFirst(writer, type, record, key, rest, writeEntry);
  }
}

function countAfterwards(
  writer: ValueWriter,
  type: ShapeOf<'map'>,
  record: string,
  key: string,
  rest: number,
  writeEntry: (inner: number) => void,
): void {
  const { scope, wire } = writer;
  const { code } = scope;
  const start = code.fresh('a');
  const count = code.fresh('n');
  code.line(`const ${start} = p;`);
  code.line(`p += ${wire.reserved.map};`);
  code.line(`let ${count} = 0;`);
  const inner = makeRoom(writer, [type.key, type.value], count, rest);
  code.block(`for (const ${key} in ${record})`, () => {
    // Spelled out, the engine knows it for the check of the loop that it is and drops it.
    code.line(`if (!Object.prototype.hasOwnProperty.call(${record}, ${key})) continue;`);
    code.line(`${count} += 1;`);
    writeEntry(inner);
  });
  code.line(`${putMap(writer, type, start, count)};`);
}

function countFirst(
  writer: ValueWriter,
  type: ShapeOf<'map'>,
  record: string,
  key: string,
  rest: number,
  writeEntry: (inner: number) => void,
): void {
  const { code } = writer.scope;
  const left = code.fresh('n');
  code.line(`let ${left} = Object.keys(${record}).length;`);
  const inner = startMap(writer, type, left, rest);
  code.block(`for (const ${key} in ${record})`, () => {
    // Inherited names come last.
    code.line(`if (${left} === 0) break;`);
    code.line(`${left} -= 1;`);
    writeEntry(inner);
  });
}

/** A map with keys of another type, which only a Map can hold. */
function writeMap(
  writer: ValueWriter,
  type: ShapeOf<'map'>,
  value: string,
  path: string,
  rest: number,
  level: number,
): void {
  const { scope, wire } = writer;
  const { code } = scope;
  const key = code.fresh('k');
  const item = code.fresh('v');
  refuse(writer, `!(${value} instanceof Map)`, path, 'Map', value);
  const inner = startMap(writer, type, `${value}.size`, rest);
  code.block(`for (const [${key}, ${item}] of ${value})`, () => {
    const inside = entryPath(scope, path, key);
    const afterKey = wire.reserved[type.value.kind] + inner;
    writeValue(writer, type.key, key, inside, afterKey, level + 1);
    writeValue(writer, type.value, item, inside, inner, level + 1);
  });
}

function startMap(writer: ValueWriter, type: ShapeOf<'map'>, size: string, rest: number): number {
  const { code } = writer.scope;
  const count = code.fresh('n');
  code.line(`const ${count} = ${size};`);
  code.line(`p = ${putMap(writer, type, 'p', count)};`);
  return makeRoom(writer, [type.key, type.value], count, rest);
}

/** Expression that writes what precedes the entries of a map, and is the position behind it. */
function putMap(
  { scope, wire }: ValueWriter,
  { key, value }: ShapeOf<'map'>,
  at: string,
  count: string,
): string {
  const types = `${wire.types[key.kind]}, ${wire.types[value.kind]}`;
  return `${scope.runtime(`put${wire.name}Map`)}(${wire.storage}, ${at}, ${types}, ${count})`;
}

function entryPath(scope: EmitScope, path: string, key: string): string {
  return `${path}[\${${scope.runtime('keyText')}(${key})}]`;
}

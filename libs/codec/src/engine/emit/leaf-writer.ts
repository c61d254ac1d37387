import { isComparedByIdentity, type Kind, type TypeShape } from '../../definition/shape.js';
import type { EmitScope } from './emit-scope.js';
import { pathText } from './names.js';
import type { ScalarKind, ScalarShape, WireEmitter } from './wire-emitter.js';

/** What stays the same while the values of one struct are emitted. */
export interface ValueWriter {
  readonly scope: EmitScope;
  readonly wire: WireEmitter;
  /** Expression for the depth that remains inside the struct, if it has to be counted. */
  readonly depth: string | undefined;
}

/** Statements that check a value of a type without parts, and write it. For the rest see `writeValue`. */
export function writeLeaf(
  writer: ValueWriter,
  type: ScalarShape,
  value: string,
  path: string,
): void {
  checkScalar(writer, type, value, path);
  writer.wire.writeScalar(writer.scope, type, value, path);
}

function checkScalar(writer: ValueWriter, type: ScalarShape, value: string, path: string): void {
  switch (type.kind) {
    case 'bool':
      return refuse(writer, `typeof ${value} !== 'boolean'`, path, 'bool', value);
    case 'double':
      return refuse(writer, `typeof ${value} !== 'number'`, path, 'double', value);
    case 'i8':
      return refuseInteger(writer, `(${value} << 24) >> 24`, path, 'i8', value);
    case 'i16':
      return refuseInteger(writer, `(${value} << 16) >> 16`, path, 'i16', value);
    case 'i32':
      return refuseInteger(writer, `(${value} | 0)`, path, 'i32', value);
    case 'enum':
      return refuseInteger(writer, `(${value} | 0)`, path, type.name, value);
    case 'i64':
    case 'uuid':
      return;
  }
}

function refuseInteger(
  writer: ValueWriter,
  wrapped: string,
  path: string,
  expected: string,
  value: string,
): void {
  const condition = `typeof ${value} !== 'number' || ${wrapped} !== ${value}`;
  refuse(writer, condition, path, expected, value);
}

/** Statement that throws where `condition` holds, because `value` is not what was `expected`. */
export function refuse(
  { scope }: ValueWriter,
  condition: string,
  path: string,
  expected: string,
  value: string,
): void {
  const failure = `${scope.runtime('invalidValue')}(${pathText(path)}, '${expected}', ${value})`;
  scope.code.line(`if (${condition}) throw ${failure};`);
}

export function writeText(writer: ValueWriter, value: string, path: string, rest: number): void {
  const { scope, wire } = writer;
  refuse(writer, `typeof ${value} !== 'string'`, path, 'string', value);
  scope.code.line(`p = ${scope.runtime(`put${wire.name}String`)}(out, p, ${value}, ${rest});`);
  refreshStorage(writer);
}

export function writeBytes(writer: ValueWriter, value: string, path: string, rest: number): void {
  const { scope, wire } = writer;
  refuse(writer, `!${scope.runtime('isBytes')}(${value})`, path, 'binary', value);
  scope.code.line(`p = ${scope.runtime(`put${wire.name}Bytes`)}(out, p, ${value}, ${rest});`);
  refreshStorage(writer);
}

/** After whatever may have made more room. */
export function refreshStorage({ scope, wire }: ValueWriter): void {
  scope.code.line(`${wire.storage} = out.${wire.storage};`);
}

/**
 * Makes room before a loop over `count` times the `parts`: for all of them when their sizes are known, else for the
 * first, and every part of unknown size makes room for the next. Returns the `rest` for the parts in the loop.
 */
export function makeRoom(
  writer: ValueWriter,
  parts: readonly TypeShape[],
  count: string,
  rest: number,
): number {
  const { scope, wire } = writer;
  const size = parts.reduce((sum, { kind }) => sum + wire.reserved[kind], 0);
  const isKnown = parts.every(({ kind }) => isScalar(kind));
  const needed = isKnown ? `${count} * ${size} + ${rest}` : String(size + rest);
  scope.code.line(`${scope.runtime('makeRoom')}(out, p, ${needed});`);
  refreshStorage(writer);
  return size + rest;
}

function isScalar(kind: Kind): kind is ScalarKind {
  return kind !== 'string' && !isComparedByIdentity(kind);
}

import type { FieldShape, StructShape, TypeShape } from '../../definition/shape.js';
import { needsLastId } from './compact-emitter.js';
import type { EmitScope } from './emit-scope.js';
import { fieldAccess, pathText } from './names.js';
import { reachesRecursion } from './struct-graph.js';
import type { ValueWriter } from './leaf-writer.js';
import { writeValue } from './value-writer.js';
import type { FieldPlace, WireEmitter } from './wire-emitter.js';

/**
 * Body of `writeBinary` or `writeCompact`. Room for everything of known size is made once at the start; a part with
 * its own size makes room for itself and for all that follows.
 */
export function emitStructWriter(scope: EmitScope, wire: WireEmitter, struct: StructShape): void {
  const { code } = scope;
  const counts = reachesRecursion(struct);
  const places = placesOf(struct);
  const writer: ValueWriter = { scope, wire, depth: counts ? 'depth - 1' : undefined };
  const throwInvalid = `throw ${scope.runtime('invalidValue')}('${struct.name}', '${struct.name}', value);`;
  code.line(`if (typeof value !== 'object' || value === null) ${throwInvalid}`);
  if (counts) {
    code.line(`if (depth < 1) throw ${scope.runtime('valueTooDeep')}('${struct.name}');`);
  }
  code.line(`out.reserve(${reservedAfter(wire, struct, -1)});`);
  code.line(`let ${wire.storage} = out.${wire.storage};`);
  code.line('let p = out.position;');
  const tracksLast = wire.name === 'Compact' && places.some(needsLastId);
  if (tracksLast) {
    code.line('let last = 0;');
  }
  if (struct.kind === 'union') {
    code.line('let set = 0;');
  }
  for (const [index, place] of places.entries()) {
    const rest = reservedAfter(wire, struct, index);
    const tracked = tracksLast && places.slice(index + 1).some(needsLastId);
    emitField(writer, struct, place, rest, tracked);
  }
  if (struct.kind === 'union') {
    const problem = `'a union needs exactly one field set, not ' + set`;
    code.line(`if (set !== 1) throw ${scope.runtime('badValue')}('${struct.name}', ${problem});`);
  }
  code.line(wire.storage === 'view' ? 'view.setUint8(p, 0);' : 'bytes[p] = 0;');
  code.line('out.position = p + 1;');
}

function emitField(
  writer: ValueWriter,
  struct: StructShape,
  place: FieldPlace,
  rest: number,
  tracksLast: boolean,
): void {
  const { scope, wire } = writer;
  const { code } = scope;
  const { field } = place;
  const value = code.fresh('v');
  const path = `${struct.name}.${field.name}`;
  code.line(`const ${value} = ${fieldAccess('value', field.name)};`);
  const write = () => {
    const inHeader = wire.headerHolds(field.type.kind);
    if (inHeader) {
      writer.scope.code.line(checkBool(scope, value, path));
    }
    wire.writeHeader(scope, place, value);
    if (!inHeader) {
      writeValue(writer, field.type, value, path, rest, 1);
    }
    if (tracksLast) {
      code.line(`last = ${field.id};`);
    }
    if (struct.kind === 'union') {
      code.line('set += 1;');
    }
  };
  if (isRequired(struct, field)) {
    const failure = `${scope.runtime('badValue')}(${pathText(path)}, 'required field is missing')`;
    code.line(`if (${value} == null) throw ${failure};`);
    write();
  } else {
    code.block(`if (${value} != null)`, write);
  }
}

function checkBool(scope: EmitScope, value: string, path: string): string {
  const failure = `${scope.runtime('invalidValue')}(${pathText(path)}, 'bool', ${value})`;
  return `if (typeof ${value} !== 'boolean') throw ${failure};`;
}

/** Bytes of known size behind the field at `index`, the stop byte included. */
function reservedAfter(wire: WireEmitter, struct: StructShape, index: number): number {
  return struct.fields
    .slice(index + 1)
    .reduce((sum, { type }) => sum + wire.headerSize + reservedValue(wire, type), 1);
}

function reservedValue(wire: WireEmitter, type: TypeShape): number {
  return wire.headerHolds(type.kind) ? 0 : wire.reserved[type.kind];
}

function placesOf(struct: StructShape): FieldPlace[] {
  let previousIds: readonly number[] = [0];
  return struct.fields.map((field) => {
    const place = { field, previousIds };
    previousIds = isRequired(struct, field) ? [field.id] : [...previousIds, field.id];
    return place;
  });
}

function isRequired(struct: StructShape, field: FieldShape): boolean {
  return field.requiredness === 'required' && struct.kind !== 'union';
}

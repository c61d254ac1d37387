import type { StructCodec } from '../../definition/service-definition.js';
import type { FieldShape, StructShape } from '../../definition/shape.js';
import { isInheritedName } from '../emit/names.js';
import { reachesRecursion } from '../emit/struct-graph.js';
import { badValue, invalidValue, valueTooDeep, within } from '../../runtime/failures.js';
import { valueWriter, type WriteValue } from './value-writer.js';
import { give, type Wire } from './wire.js';

interface PreparedField {
  readonly field: FieldShape;
  readonly isRequired: boolean;
  readonly write: WriteValue;
}

/** `writeBinary` or `writeCompact` of one struct. */
export function structWriter(struct: StructShape, wire: Wire): StructCodec['writeBinary'] {
  const { name, kind } = struct;
  const counts = reachesRecursion(struct);
  const isUnion = kind === 'union';
  const fields = struct.fields.map((field) => ({
    field,
    isRequired: field.requiredness === 'required' && !isUnion,
    write: valueWriter(field.type, wire),
  }));
  return (value, out, depth = 64) => {
    if (typeof value !== 'object' || value === null) {
      throw invalidValue(name, name, value);
    }
    if (counts && depth < 1) {
      throw valueTooDeep(name);
    }
    let lastId = 0;
    let set = 0;
    for (const prepared of fields) {
      const { field, isRequired } = prepared;
      const fieldValue = ownValue(value, field.name);
      if (fieldValue == null) {
        if (isRequired) {
          throw badValue(`${name}.${field.name}`, 'required field is missing');
        }
        continue;
      }
      writeField(prepared, name, fieldValue, lastId, wire, out, depth - 1);
      lastId = field.id;
      set += 1;
    }
    if (isUnion && set !== 1) {
      throw badValue(name, `a union needs exactly one field set, not ${set}`);
    }
    const stop = give(out, 1);
    out.bytes[stop] = 0;
  };
}

function writeField(
  { field, write }: PreparedField,
  struct: string,
  value: unknown,
  lastId: number,
  wire: Wire,
  out: Parameters<WriteValue>[1],
  depth: number,
): void {
  const path = `${struct}.${field.name}`;
  if (field.type.kind === 'bool' && typeof value !== 'boolean') {
    throw invalidValue(path, 'bool', value);
  }
  if (wire.writeHeader(out, field, lastId, value)) {
    return;
  }
  try {
    write(value, out, depth);
  } catch (error) {
    throw within(error, path, 0);
  }
}

function ownValue(value: object, name: string): unknown {
  if (isInheritedName(name) && !Object.hasOwn(value, name)) {
    return undefined;
  }
  return (value as Readonly<Record<string, unknown>>)[name];
}

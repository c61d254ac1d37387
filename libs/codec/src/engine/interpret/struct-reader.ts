import { appliedDefault, type FieldShape, type StructShape } from '../../definition/shape.js';
import type { ReadBuffer } from '../../buffer/read-buffer.js';
import { fieldCost, structCost } from '../emit/memory-cost.js';
import { setEntry } from '../../runtime/collections.js';
import { badUnion, mismatchedField, missingField, tooDeep } from '../../runtime/failures.js';
import { valueReader, type ReadValue } from './value-reader.js';
import type { FieldHeader, Wire } from './wire.js';

interface PreparedField {
  readonly field: FieldShape;
  readonly read: ReadValue;
  /** Bytes of memory that a value takes, if it is a scalar. */
  readonly memory: number;
}

/** `readBinary` or `readCompact` of one struct. */
export function structReader(struct: StructShape, wire: Wire): (input: ReadBuffer) => unknown {
  const fields = new Map<number, PreparedField>(
    struct.fields.map((field) => {
      const { type } = field;
      const read = valueReader(type, wire, `${struct.name}.${field.name}`);
      return [field.id, { field, read, memory: fieldCost(struct, field) }];
    }),
  );
  const memory = structCost(struct, true);
  const isUnion = struct.kind === 'union';
  const finish = isUnion ? finishUnion : finishStruct;
  return (input) => {
    if (input.depth < 1) {
      throw tooDeep();
    }
    input.depth -= 1;
    const values = new Map<FieldShape, unknown>();
    const header: FieldHeader = { type: 0, id: 0 };
    let taken = memory;
    for (;;) {
      wire.readHeader(input, header);
      if (header.type === 0) {
        break;
      }
      const prepared = fields.get(header.id);
      if (!prepared || !wire.holds(prepared.field.type.kind, header.type)) {
        if (prepared && struct.mismatchedFields === 'error') {
          throw mismatchedField(struct.name, prepared.field.name);
        }
        wire.skip(input, header.type);
        continue;
      }
      const { field, read } = prepared;
      taken += prepared.memory;
      if (isUnion && values.size > 0) {
        throw badUnion(struct.name);
      }
      const value = wire.headerValue(field.type.kind, header.type) ?? read(input);
      // A union without a known member is absent: as a member it is none, as a field it takes the place of an earlier value.
      if (value !== undefined || !isUnion) {
        values.set(field, value);
      }
    }
    input.depth += 1;
    input.takeMemory(taken, struct.name);
    const object = finish(struct, values);
    return object === undefined || struct.exceptionClass === undefined
      ? object
      : new (struct.exceptionClass())(object);
  };
}

function finishStruct(
  struct: StructShape,
  values: ReadonlyMap<FieldShape, unknown>,
): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const field of struct.fields) {
    let value = values.get(field);
    if (value === undefined && field.requiredness === 'required') {
      throw missingField(struct.name, field.name);
    }
    value ??= appliedDefault(struct, field);
    setEntry(object, field.name, value);
  }
  return object;
}

/** Without a member that is known the union is absent: Kitex writes a nil union so, and newer peers have more members. */
function finishUnion(
  _union: StructShape,
  values: ReadonlyMap<FieldShape, unknown>,
): Record<string, unknown> | undefined {
  if (values.size === 0) {
    return undefined;
  }
  const object: Record<string, unknown> = {};
  for (const [field, value] of values) {
    setEntry(object, field.name, value);
  }
  return object;
}

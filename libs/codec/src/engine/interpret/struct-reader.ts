import type { FieldSchema, StructSchema } from '@nestjs-thrift/idl';
import type { ReadBuffer } from '../../buffer/read-buffer.js';
import { constantValue } from '../constant-value.js';
import type { EngineScope, LocatedStruct } from '../engine.js';
import { scalarCost, structCost } from '../emit/memory-cost.js';
import { appliedDefault } from '../emit/schema-lookup.js';
import { defineEntry } from '../../runtime/collections.js';
import { badUnion, missingField, tooDeep } from '../../runtime/failures.js';
import { valueReader, type ReadValue } from './value-reader.js';
import type { FieldHeader, Wire } from './wire.js';

interface PreparedField {
  readonly field: FieldSchema;
  readonly read: ReadValue;
  /** Bytes of memory that a value takes, if it is a scalar. */
  readonly memory: number;
}

/** `readBinary` or `readCompact` of one struct. */
export function structReader(
  { file, struct }: LocatedStruct,
  wire: Wire,
  scope: EngineScope,
): (input: ReadBuffer) => unknown {
  const fields = new Map<number, PreparedField>(
    struct.fields.map((field) => {
      const { type } = field;
      const read = valueReader(type, wire, scope, `${struct.name}.${field.name}`);
      return [field.id, { field, read, memory: scalarCost(type, scope.i64) }];
    }),
  );
  const memory = structCost(struct, true);
  const finish = struct.kind === 'union' ? finishUnion : finishStruct;
  return (input) => {
    if (input.depth < 1) {
      throw tooDeep();
    }
    input.depth -= 1;
    const values = new Map<FieldSchema, unknown>();
    const header: FieldHeader = { type: 0, id: 0 };
    let taken = memory;
    for (;;) {
      wire.readHeader(input, header);
      if (header.type === 0) {
        break;
      }
      const prepared = fields.get(header.id);
      if (!prepared || !wire.holds(prepared.field.type.kind, header.type)) {
        wire.skip(input, header.type);
        continue;
      }
      const { field, read } = prepared;
      taken += prepared.memory;
      if (struct.kind === 'union' && values.size > 0) {
        throw badUnion(struct.name);
      }
      values.set(field, wire.headerValue(field.type.kind, header.type) ?? read(input));
    }
    input.depth += 1;
    input.takeMemory(taken, struct.name);
    const object = finish(struct, values, scope);
    if (struct.kind !== 'exception') {
      return object;
    }
    return new (scope.exceptionClass({ file, name: struct.name }))(object);
  };
}

function finishStruct(
  struct: StructSchema,
  values: ReadonlyMap<FieldSchema, unknown>,
  scope: EngineScope,
): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const field of struct.fields) {
    let value = values.get(field);
    if (value === undefined && field.requiredness === 'required') {
      throw missingField(struct.name, field.name);
    }
    const fallback = appliedDefault(struct, field);
    if (value === undefined && fallback) {
      value = constantValue(fallback, field.type, scope);
    }
    setField(object, field.name, value);
  }
  return object;
}

function finishUnion(
  struct: StructSchema,
  values: ReadonlyMap<FieldSchema, unknown>,
): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [field, value] of values) {
    setField(object, field.name, value);
  }
  if (values.size === 0) {
    throw badUnion(struct.name);
  }
  return object;
}

function setField(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    defineEntry(object, name, value);
  } else {
    object[name] = value;
  }
}

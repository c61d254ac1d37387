import type { DeclaredException } from '@nestjs-thrift/codec';
import { EMPTY_STRUCT, type GeneratedMethod } from './generated-method.js';

const STOP = 0;
const STRUCT = 12;
const SUCCESS_FIELD = 0;
const MAX_FIELD_ID = 32_767;

/**
 * The exceptions a method declares. Generated code names them nowhere outside its functions, so its result reader is
 * offered a struct under every field id: it skips the ids it does not know and reads the others as their class.
 */
export function declaredExceptions(method: GeneratedMethod): DeclaredException[] {
  if (method.oneway) {
    return [];
  }
  return structFields(method).map((id) => {
    const exception = method.readResult(resultWithField(id)).error as Error;
    return {
      field: fieldName(method, exception),
      type: exception.constructor as DeclaredException['type'],
    };
  });
}

/** Ids of the struct fields of a method's result other than its success. */
function structFields(method: GeneratedMethod): number[] {
  const found: number[] = [];
  let id = -MAX_FIELD_ID - 2;
  let depth = 0;
  method.readResult({
    ...EMPTY_STRUCT,
    readStructBegin() {
      depth++;
      if (depth > 1 && id !== SUCCESS_FIELD) {
        found.push(id);
      }
    },
    readStructEnd() {
      depth--;
    },
    readFieldBegin() {
      if (depth > 1 || id === MAX_FIELD_ID) {
        return { ftype: STOP, fid: 0 };
      }
      id++;
      return { ftype: STRUCT, fid: id };
    },
    skip: () => undefined,
  });
  return found;
}

/** A result struct with one field, an empty struct. */
function resultWithField(id: number): object {
  const fields = [{ ftype: STRUCT, fid: id }];
  return {
    ...EMPTY_STRUCT,
    readFieldBegin: () => fields.pop() ?? { ftype: STOP, fid: 0 },
  };
}

/** Name of the result field that carries an exception. */
function fieldName(method: GeneratedMethod, exception: Error): string {
  const names: string[] = [];
  const ignore = (): void => undefined;
  method.writeResult(
    { error: exception, result: undefined },
    {
      writeMessageBegin: ignore,
      writeMessageEnd: ignore,
      writeStructBegin: ignore,
      writeStructEnd: ignore,
      writeFieldBegin: (name: string) => names.push(name),
      writeFieldEnd: ignore,
      writeFieldStop: ignore,
      writeBool: ignore,
      flush: ignore,
    },
  );
  return names[0] ?? '';
}

import type { FieldSchema, StructSchema } from '@nestjs-thrift/idl';
import { ThriftException } from '../errors/thrift-exception.js';
import { defineEntry } from '../runtime/collections.js';

/** A class made at run time for an `exception` of the IDL; its instances have the exception's fields. */
export type ExceptionClass = new (
  fields?: Readonly<Record<string, unknown>>,
) => ThriftException & Record<string, unknown>;

/** Properties of `Error` that are strings; without one an error cannot be printed. */
const ERROR_STRINGS = ['message', 'name', 'stack'];

/**
 * The class of an exception; its name is the exception's, its field `message` is the message of the error.
 * `defaults` makes the values of fields that are left out.
 */
export function exceptionClass(
  struct: StructSchema,
  defaults: () => Readonly<Record<string, unknown>>,
): ExceptionClass {
  const classes = {
    [struct.name]: class extends ThriftException {
      constructor(fields: Readonly<Record<string, unknown>> = {}) {
        const message = Object.hasOwn(fields, 'message') ? fields['message'] : undefined;
        super(typeof message === 'string' ? message : undefined);
        // Not from the class: a field `name` may follow, and a minifier renames classes.
        this.name = struct.name;
        const fallback = defaults();
        // Absent fields too: Error has properties of its own, which must not pass for fields.
        for (const field of struct.fields) {
          const given = Object.hasOwn(fields, field.name) ? fields[field.name] : undefined;
          defineEntry(this, field.name, given ?? fallback[field.name] ?? emptyValue(field));
        }
      }
    },
  };
  return classes[struct.name] as unknown as ExceptionClass;
}

function emptyValue({ name, type }: FieldSchema): '' | undefined {
  return type.kind === 'string' && ERROR_STRINGS.includes(name) ? '' : undefined;
}

import type { ExceptionClass } from '../definition/service-definition.js';
import { defaultOf, type FieldShape } from '../definition/shape.js';
import { ThriftException } from '../errors/thrift-exception.js';
import { defineEntry } from '../runtime/collections.js';

/** Properties of `Error` that are strings; without one an error cannot be printed. */
const ERROR_STRINGS = ['message', 'name', 'stack'];

/** The class of an exception; its name is the exception's, its field `message` is the message of the error. */
export function exceptionClass(name: string, fields: () => readonly FieldShape[]): ExceptionClass {
  const classes = {
    [name]: class extends ThriftException {
      constructor(values: Readonly<Record<string, unknown>> = {}) {
        const message = Object.hasOwn(values, 'message') ? values['message'] : undefined;
        super(typeof message === 'string' ? message : undefined);
        // Not from the class: a field `name` may follow, and a minifier renames classes.
        this.name = name;
        // Absent fields too: Error has its own properties, which must not pass for fields.
        for (const field of fields()) {
          const given = Object.hasOwn(values, field.name) ? values[field.name] : undefined;
          defineEntry(this, field.name, given ?? defaultOf(field) ?? emptyValue(field));
        }
      }
    },
  };
  return classes[name] as unknown as ExceptionClass;
}

function emptyValue({ name, type }: FieldShape): '' | undefined {
  return type.kind === 'string' && ERROR_STRINGS.includes(name) ? '' : undefined;
}

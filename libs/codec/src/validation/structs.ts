import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type Check, type Fields, ValidationRun } from './validation-run.js';

/** Validates a struct, union or exception by Standard Schema; Nest takes it as `@Payload({ schema })`. */
export interface ThriftSchema<T> extends StandardSchemaV1<T> {
  /** The same as part of another schema. */
  readonly check: Check;
}

/** A field: whether it has to be there, and what it holds. */
export interface FieldCheck {
  readonly check: Check;
  readonly isRequired: boolean;
  /** What Go takes an absent field for, if the field has rules that this could break. */
  readonly zero?: unknown;
}

/** What has to be true of a struct as a whole; `undefined` where fields are missing that it depends on. */
export type Assertion = (fields: Fields) => unknown;

/** A field that has to be there. */
export function required(check: Check): FieldCheck {
  return { check, isRequired: true };
}

/** A field that may be absent. */
export function optional(check: Check): FieldCheck {
  return { check, isRequired: false };
}

/** A field that may be absent, and then stands for its zero: rules apply to that as they do in Go. */
export function defaulted(check: Check, zero: unknown): FieldCheck {
  return { check, isRequired: false, zero };
}

/**
 * A struct or an exception.
 *
 * @param fields called when the schema is used first, so that schemas can refer to each other in circles
 */
export function struct<T>(
  fields: () => Readonly<Record<string, FieldCheck>>,
  ...assertions: readonly Assertion[]
): ThriftSchema<T> {
  return schemaOf(fields, (value, known, run) => {
    for (const [name, field] of known) {
      checkField(name, field, value, run);
    }
    for (const assertion of assertions) {
      const outcome = assertion(value);
      if (outcome !== true && outcome !== undefined) {
        run.report('breaks a rule of its struct');
      }
    }
  });
}

/** A union: an object with exactly one field set. */
export function union<T>(fields: () => Readonly<Record<string, FieldCheck>>): ThriftSchema<T> {
  return schemaOf(fields, (value, known, run) => {
    const given = known.filter(([name]) => own(value, name) !== undefined);
    if (given.length !== 1) {
      run.report(`must have exactly one field set, has ${given.length}`);
    }
    for (const [name, field] of given) {
      checkField(name, field, value, run);
    }
  });
}

/** An object whose fields are not read. */
export const untouched: Check = (value, run) => {
  if (!isObject(value)) {
    run.report('must be an object');
  }
};

function schemaOf<T>(
  fields: () => Readonly<Record<string, FieldCheck>>,
  look: (
    value: Fields,
    known: readonly (readonly [string, FieldCheck])[],
    run: ValidationRun,
  ) => void,
): ThriftSchema<T> {
  let known: readonly (readonly [string, FieldCheck])[] | undefined;
  const check: Check = (value, run) => {
    if (!isObject(value)) {
      return run.report('must be an object');
    }
    known ??= Object.entries(fields());
    const outer = run.fields;
    run.fields = value;
    look(value, known, run);
    run.fields = outer;
  };
  return {
    check,
    '~standard': {
      version: 1,
      vendor: 'nestjs-thrift',
      validate: (value) => {
        const run = new ValidationRun();
        check(value, run);
        return run.issues.length === 0 ? { value: value as T } : { issues: run.issues };
      },
    },
  };
}

function checkField(name: string, field: FieldCheck, struct: Fields, run: ValidationRun): void {
  const value = own(struct, name) ?? field.zero;
  const isAbsent = value === undefined && !field.isRequired;
  if (isAbsent || run.isOver || !run.enter(name)) {
    return;
  }
  if (value !== undefined) {
    field.check(value, run);
  } else {
    run.report('is required');
  }
  run.leave();
}

/** Inherited properties are not fields. A field that is null is absent, as it is to codecs. */
function own(struct: Fields, name: string): unknown {
  return Object.hasOwn(struct, name) ? (struct[name] ?? undefined) : undefined;
}

function isObject(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return false;
  }
  return !(value instanceof Map || value instanceof Set || value instanceof Uint8Array);
}

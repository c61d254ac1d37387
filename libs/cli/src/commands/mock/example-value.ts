import type { StructShape, TypeShape } from '@nestjs-thrift/codec/compiler';

/** Scalars of a request by the names of their fields: a reply repeats what the caller asked for. */
export type Known = ReadonlyMap<string, unknown>;

/** Structs within each other in an example; deeper fields are left out where they may be. */
const MAX_DEPTH = 4;

/** Scalars of the arguments and of the structs in them by name; the first one of a name counts. */
export function scalarsOf(values: Readonly<Record<string, unknown>>): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const visit = (record: Readonly<Record<string, unknown>>, depth: number): void => {
    for (const [name, value] of Object.entries(record)) {
      if (typeof value !== 'object' && value !== undefined && !found.has(name)) {
        found.set(name, value);
      }
    }
    for (const value of Object.values(record)) {
      if (depth > 0 && isPlainObject(value)) {
        visit(value, depth - 1);
      }
    }
  };
  visit(values, 2);
  return found;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  );
}

/**
 * An example of a type: the value that the request has under this name, else text made of the name, 1, true, the first member
 * of an enum, and one element in each container.
 *
 * @param name of the field that the value is for
 */
export function exampleValue(type: TypeShape, name: string, known: Known): unknown {
  return example(type, name, known, []);
}

function example(
  type: TypeShape,
  name: string,
  known: Known,
  within: readonly TypeShape[],
): unknown {
  switch (type.kind) {
    case 'list':
    case 'set': {
      const element = example(type.element, singular(name), known, within);
      return element === undefined ? [] : [element];
    }
    case 'map': {
      const key = example(type.key, 'key', new Map(), within);
      const value = example(type.value, singular(name), known, within);
      if (key === undefined || value === undefined) {
        return type.key.kind === 'string' ? {} : new Map();
      }
      return type.key.kind === 'string' ? { [key as string]: value } : new Map([[key, value]]);
    }
    case 'struct':
    case 'union':
    case 'exception':
      return exampleStruct(type, known, within);
    default:
      return exampleScalar(type, name, known);
  }
}

function exampleStruct(
  type: StructShape,
  known: Known,
  within: readonly TypeShape[],
): Record<string, unknown> | undefined {
  if (within.includes(type) || within.length >= MAX_DEPTH) {
    return undefined;
  }
  const values: Record<string, unknown> = {};
  for (const field of type.fields) {
    const value = example(field.type, field.name, known, [...within, type]);
    if (value !== undefined) {
      Object.defineProperty(values, field.name, { value, enumerable: true, writable: true });
      if (type.kind === 'union') {
        break;
      }
    } else if (field.requiredness === 'required') {
      return undefined;
    }
  }
  return values;
}

function exampleScalar(type: TypeShape, name: string, known: Known): unknown {
  const made = scalarOf(type, name);
  const given = known.get(name);
  return typeof given === typeof made && typeof made !== 'object' ? given : made;
}

function scalarOf(type: TypeShape, name: string): unknown {
  switch (type.kind) {
    case 'bool':
      return true;
    case 'i64':
      return type.as === 'bigint' ? 1n : type.as === 'string' ? '1' : 1;
    case 'string':
      return name;
    case 'binary':
      return Buffer.from(name);
    case 'uuid':
      return '00000000-0000-4000-8000-000000000001';
    case 'enum':
      return Object.values(type.members)[0] ?? 0;
    default:
      return type.kind === 'double' ? 1.5 : 1;
  }
}

/** `users` has elements that are called `user`. */
function singular(name: string): string {
  return name.replace(/(?<=\w{2})s$/, '');
}

import type { ConstantValue, TypeSchema } from '../schema/schema.js';

/** A constant as the IDL could have it: equal for equal values, however they were written. */
export function renderValue(value: ConstantValue | undefined): string {
  if (value === undefined) {
    return 'none';
  }
  switch (value.kind) {
    case 'string':
      return JSON.stringify(value.value);
    case 'list':
      return `[${value.values.map(renderValue).join(', ')}]`;
    case 'map':
      return `{${value.entries.map((entry) => `${renderValue(entry.key)}: ${renderValue(entry.value)}`).join(', ')}}`;
    case 'struct':
      return `{${Object.entries(value.fields)
        .map(([name, field]) => `${name}: ${renderValue(field)}`)
        .join(', ')}}`;
    default:
      // Members of enums go by their value, as on the wire.
      return String(value.value);
  }
}

/** A type as the IDL has it, without the prefixes of files. */
export function renderType(type: TypeSchema): string {
  if (type.alias !== undefined) {
    return type.alias.name;
  }
  switch (type.kind) {
    case 'enum':
    case 'struct':
      return type.ref.name;
    case 'list':
    case 'set':
      return `${type.kind}<${renderType(type.element)}>`;
    case 'map':
      return `map<${renderType(type.key)}, ${renderType(type.value)}>`;
    default:
      return type.kind;
  }
}

/** From the one to the other; typedefs are named with what they stand for where their names alone would not tell. */
export function renderChange(old: TypeSchema, now: TypeSchema): string {
  const [before, after] = [renderType(old), renderType(now)];
  if (before !== after) {
    return `from ${before} to ${after}`;
  }
  return `from ${before} (${renderBare(old)}) to ${after} (${renderBare(now)})`;
}

function renderBare(type: TypeSchema): string {
  return renderType({ ...type, alias: undefined } as TypeSchema);
}

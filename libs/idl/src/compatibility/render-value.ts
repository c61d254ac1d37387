import type { ConstantValue } from '../schema/schema.js';

/** A constant as the IDL could have it: equal for equal values, however they were written. */
export function renderValue(value: ConstantValue | undefined): string {
  if (value === undefined) return 'none';
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

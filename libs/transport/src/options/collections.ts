import { isObject, shown, type Option } from './option.js';

/** A list of items of one kind; a wrong or missing one is named with its position. */
export function listOf<Given, Read = Given>(
  item: Option<Given, unknown, Read>,
  { min = 0 }: { readonly min?: number } = {},
): Option<readonly Given[], undefined, readonly Read[]> {
  const allowed =
    min > 0
      ? `an array of at least ${min}, each ${item.allowed}`
      : `an array, each item ${item.allowed}`;
  return {
    default: undefined,
    allowed,
    schema: () => ({ type: 'array', minItems: min, items: item.schema?.() ?? {} }),
    read(value, path, problems) {
      if (!Array.isArray(value) || value.length < min) {
        problems.push(`${path} must be ${allowed}; got ${shown(value)}`);
        return [];
      }
      // `from`, as `map` skips items that are missing.
      return Array.from(value, (one, index) => item.read(one, `${path}[${index}]`, problems));
    },
  };
}

/** An object with names of the user's choice, whose values are of one kind. */
export function recordOf<Given, Read = Given>(
  item: Option<Given, unknown, Read>,
): Option<Readonly<Record<string, Given>>, undefined, Readonly<Record<string, Read>>> {
  const allowed = `an object whose values are each ${item.allowed}`;
  return {
    default: undefined,
    allowed,
    schema: () => ({ type: 'object', additionalProperties: item.schema?.() ?? {} }),
    read(value, path, problems) {
      if (!isObject(value)) {
        problems.push(`${path || 'the whole'} must be ${allowed}; got ${shown(value)}`);
        return {};
      }
      // `fromEntries`, as assigning to `__proto__` would lose a name.
      return Object.fromEntries(
        Object.entries(value as object).map(([name, one]) => [
          name,
          item.read(one, memberPath(path, name), problems),
        ]),
      );
    },
  };
}

/** Where a member of an object stands. */
export function memberPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

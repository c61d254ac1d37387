import { nearestName } from '@nestjs-thrift/codec/internal';
import { memberPath } from './collections.js';
import {
  shown,
  type JsonSchema,
  type Option,
  type OptionsOf,
  type OptionTable,
  type Resolved,
} from './option.js';

/**
 * Checks options and fills in defaults.
 *
 * @param where what is configured, as messages name it: `client`, `server`.
 * @throws TypeError that names every unknown option, with the nearest name, and every value that is not allowed.
 */
export function resolveOptions<Table extends OptionTable>(
  where: string,
  table: Table,
  given: OptionsOf<Table> | undefined,
): Resolved<Table> {
  return resolveOption(where, group(table), given ?? {});
}

/** As {@link resolveOptions} for one option. @throws TypeError that names everything that is wrong. */
export function resolveOption<Read>(
  where: string,
  declared: Option<unknown, unknown, Read>,
  given: unknown,
): Read {
  const problems: string[] = [];
  const read = declared.read(given, where, problems);
  if (problems.length > 0) {
    throw new TypeError(problems.join('\n'));
  }
  return read;
}

/** The options of a table among more, for a part that has no other options. */
export function pickOptions<Table extends OptionTable>(
  table: Table,
  given: Readonly<Record<string, unknown>> | OptionsOf<Table>,
): OptionsOf<Table> {
  return Object.fromEntries(
    Object.entries(given).filter(([name]) => Object.hasOwn(table, name)),
  ) as OptionsOf<Table>;
}

/** An option that is an object with options; `undefined` when it is left out, unless `fallback` is given. */
export function group<
  Table extends OptionTable,
  Default extends OptionsOf<Table> | undefined = undefined,
>(table: Table, fallback?: Default): Option<OptionsOf<Table>, Default, Resolved<Table>> {
  return {
    default: fallback as Default,
    allowed: 'an object of options',
    schema: () => tableSchema(table),
    read: (value, path, problems) => readTable(path, table, value, problems),
  };
}

/** What one of several objects may be, told apart by the value of `Key`. */
type Variants<Key extends string, Tables extends Readonly<Record<string, OptionTable>>> = {
  readonly [Name in keyof Tables & string]: { readonly [K in Key]: Name } & OptionsOf<Tables[Name]>;
}[keyof Tables & string];

type ResolvedVariants<Key extends string, Tables extends Readonly<Record<string, OptionTable>>> = {
  readonly [Name in keyof Tables & string]: { readonly [K in Key]: Name } & Resolved<Tables[Name]>;
}[keyof Tables & string];

/** An option that is one of several objects, told apart by the value of `key`. */
export function variants<
  Key extends string,
  Tables extends Readonly<Record<string, OptionTable>>,
  Default extends Variants<Key, Tables> | undefined = undefined,
>(
  key: Key,
  tables: Tables,
  given: { readonly default?: Default } = {},
): Option<Variants<Key, Tables>, Default, ResolvedVariants<Key, Tables>> {
  const names = Object.keys(tables)
    .map((name) => `'${name}'`)
    .join(', ');
  return {
    default: given.default as Default,
    allowed: `an object with ${key}: ${names}`,
    schema: () => ({
      oneOf: Object.entries(tables).map(([name, table]) => tableSchema(table, { [key]: name })),
    }),
    read(value, path, problems) {
      const { [key]: name, ...rest } = Object(value) as Record<string, unknown>;
      const table = typeof name === 'string' && Object.hasOwn(tables, name) && tables[name];
      if (!table) {
        problems.push(`${path}.${key} must be one of ${names}; got ${shown(name)}`);
        return given.default as never;
      }
      return { [key]: name, ...readTable(path, table, rest, problems) } as never;
    },
  };
}

/** @param constants properties with one value, which tell variants apart. */
function tableSchema(
  table: OptionTable,
  constants: Readonly<Record<string, string>> = {},
): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [name, value] of Object.entries(constants)) {
    properties[name] = { const: value };
  }
  for (const [name, declared] of Object.entries(table)) {
    const { default: fallback } = declared;
    const schema = declared.schema?.() ?? {};
    properties[name] = fallback === undefined ? schema : { ...schema, default: fallback };
  }
  const needed = Object.keys(table).filter((name) => table[name]!.required);
  const required = [...Object.keys(constants), ...needed];
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function readTable<Table extends OptionTable>(
  path: string,
  table: Table,
  given: unknown,
  problems: string[],
): Resolved<Table> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    problems.push(`${path || 'the whole'} must be an object of options; got ${shown(given)}`);
    return {} as Resolved<Table>;
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(table, name)) {
      problems.push(`unknown option ${memberPath(path, name)}${hint(name, Object.keys(table))}`);
    }
  }
  const resolved: Record<string, unknown> = {};
  for (const [name, declared] of Object.entries(table)) {
    const { [name]: value = declared.default } = given as Record<string, unknown>;
    const place = memberPath(path, name);
    if (value === undefined && declared.required) {
      problems.push(`${place} is missing; it must be ${declared.allowed}`);
    }
    resolved[name] = value === undefined ? undefined : declared.read(value, place, problems);
  }
  // The copy is what V8 reads fast: an object with many properties set by computed names becomes a hash table.
  return { ...resolved } as Resolved<Table>;
}

/** The nearest name, else all names of a table that a message can hold. */
function hint(written: string, names: readonly string[]): string {
  const near = nearestName(written, names);
  if (near !== undefined) {
    return `; did you mean ${near}?`;
  }
  return names.length > 0 && names.length <= 10 ? `; allowed: ${names.join(', ')}` : '';
}

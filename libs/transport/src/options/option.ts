/**
 * One option: its default, what is allowed, and the check. The comment on its key in a table is its documentation; the
 * types of options and the reference tables come from the same table. `Default` is `never` for an option that must be given.
 */
export interface Option<Given, Default = undefined, Read = Given> {
  /** Carries the type of what users give; never set. */
  readonly given?: Given;
  readonly default: Default;
  /** Whether a value must be given. */
  readonly required?: boolean;
  /** What is allowed, as messages and the reference say it. */
  readonly allowed: string;
  /** What is allowed as a JSON Schema, where that is possible. */
  readonly schema?: () => JsonSchema;
  /** Checks a value that was given: adds what is wrong with it to `problems`, returns the value to use. */
  read(value: unknown, path: string, problems: string[]): Read;
}

/** A JSON Schema of draft 7, as far as options need it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly default?: unknown;
}

/** Options of one object by name. */
export type OptionTable = Readonly<Record<string, Option<unknown, unknown, unknown>>>;

/** The names of the options that may be left out. */
type OptionalNames<Table extends OptionTable> = {
  [Name in keyof Table]: [Table[Name]['default']] extends [never] ? never : Name;
}[keyof Table];

/** The type of the options that a table declares, as users give them. */
export type OptionsOf<Table extends OptionTable> = {
  readonly [Name in OptionalNames<Table>]?: GivenOf<Table[Name]>;
} & {
  readonly [Name in Exclude<keyof Table, OptionalNames<Table>>]: GivenOf<Table[Name]>;
};

type GivenOf<Declared> = Declared extends Option<infer Given, unknown, unknown> ? Given : never;

/** The names of the options that a check may leave `undefined`. */
type UnsetNames<Table extends OptionTable> = {
  [Name in keyof Table]: undefined extends Table[Name]['default'] ? Name : never;
}[keyof Table];

/** The type of checked options: those with a default, and those that must be given, are never `undefined`. */
export type Resolved<Table extends OptionTable> = {
  readonly [Name in UnsetNames<Table>]?: ReadOf<Table[Name]>;
} & {
  readonly [Name in Exclude<keyof Table, UnsetNames<Table>>]: ReadOf<Table[Name]>;
};

type ReadOf<Declared> = Declared extends Option<unknown, unknown, infer Read> ? Read : never;

/** Longest time that a timer of Node holds; anything above fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

interface Range<Default> {
  readonly default?: Default;
  readonly min?: number;
  readonly max?: number;
}

/** Makes an option from what is allowed and a predicate. */
export function option<Given, Default extends Given | undefined = undefined>(
  allowed: string,
  isAllowed: (value: unknown) => boolean,
  fallback?: Default,
  schema?: JsonSchema,
): Option<Given, Default> {
  return {
    default: fallback as Default,
    allowed,
    ...(schema === undefined ? {} : { schema: () => schema }),
    read(value, path, problems) {
      if (!isAllowed(value)) {
        problems.push(`${path} must be ${allowed}; got ${shown(value)}`);
      }
      return value as Given;
    },
  };
}

/** An integer, from 0 unless `min` says otherwise. */
export function integer<Default extends number | undefined = undefined>(
  range: Range<Default> = {},
): Option<number, Default> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = range;
  return option<number, Default>(
    max === Number.MAX_SAFE_INTEGER
      ? `an integer of ${min} or more`
      : `an integer from ${min} to ${max}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
    range.default,
    { type: 'integer', minimum: min, maximum: max },
  );
}

/** A number within limits. `min` and `max` belong to the range, `above` does not. */
export function number<Default extends number | undefined = undefined>(
  range: Range<Default> & { readonly above?: number } = {},
): Option<number, Default> {
  const { above = -Infinity, min = -Infinity, max = Infinity } = range;
  return option<number, Default>(
    `a number${limitsOf(range)}`,
    (value) =>
      Number.isFinite(value) &&
      (value as number) > above &&
      (value as number) >= min &&
      (value as number) <= max,
    range.default,
    numberSchema(range),
  );
}

function numberSchema({
  above,
  min,
  max,
}: Range<unknown> & { readonly above?: number }): JsonSchema {
  return {
    type: 'number',
    ...(above === undefined ? {} : { exclusiveMinimum: above }),
    ...(min === undefined ? {} : { minimum: min }),
    ...(max === undefined ? {} : { maximum: max }),
  };
}

function limitsOf({ above, min, max }: Range<unknown> & { readonly above?: number }): string {
  if (above !== undefined) {
    return ` above ${above}${max === undefined ? '' : ` and up to ${max}`}`;
  }
  if (min !== undefined) {
    return max === undefined ? ` of ${min} or more` : ` from ${min} to ${max}`;
  }
  return '';
}

/** A number of milliseconds that a timer can hold. `reason` says why there is a lowest one, where 0 would mean no limit elsewhere. */
export function milliseconds<Default extends number | undefined = undefined>(
  range: Range<Default> & { readonly reason?: string } = {},
): Option<number, Default> {
  const { min = 0, max = MAX_TIMER_MS, reason } = range;
  return option<number, Default>(
    `milliseconds, an integer from ${min} to ${max}${reason === undefined ? '' : ` (${reason})`}`,
    (value) => Number.isInteger(value) && (value as number) >= min && (value as number) <= max,
    range.default,
    { type: 'integer', minimum: min, maximum: max },
  );
}

/** Milliseconds that may have a fraction, for limits that callers compute, such as the rest of what they have themselves. */
export function computedMilliseconds(): Option<number> {
  return option<number>(
    `milliseconds from 0 to ${MAX_TIMER_MS}`,
    (value) => typeof value === 'number' && value >= 0 && value <= MAX_TIMER_MS,
    undefined,
    { type: 'number', minimum: 0, maximum: MAX_TIMER_MS },
  );
}

/** `true` or `false`. */
export function flag<Default extends boolean | undefined = undefined>(
  given: { readonly default?: Default } = {},
): Option<boolean, Default> {
  return option<boolean, Default>(
    'true or false',
    (value) => typeof value === 'boolean',
    given.default,
    { type: 'boolean' },
  );
}

/** One of some names. */
export function oneOf<const Name extends string, Default extends Name | undefined = undefined>(
  names: readonly Name[],
  given: { readonly default?: Default } = {},
): Option<Name, Default> {
  const allowed = `one of ${names.map((name) => `'${name}'`).join(', ')}`;
  const isName = (value: unknown): boolean => names.includes(value as Name);
  return option<Name, Default>(allowed, isName, given.default, { enum: names });
}

/** A text; empty where `default` is. */
export function text<Default extends string | undefined = undefined>(
  given: { readonly default?: Default } = {},
): Option<string, Default> {
  const mayBeEmpty = given.default === '';
  return option<string, Default>(
    mayBeEmpty ? 'a string' : 'a non-empty string',
    (value) => typeof value === 'string' && (mayBeEmpty || value !== ''),
    given.default,
    { type: 'string', minLength: mayBeEmpty ? 0 : 1 },
  );
}

/** A function. */
export function callback<Callback extends (...parameters: never[]) => unknown>(): Option<Callback> {
  return option<Callback>('a function', (value) => typeof value === 'function');
}

/** An object whose inside is checked elsewhere, or not at all. */
export function object<Given extends object>(what = 'an object'): Option<Given> {
  return option<Given>(what, isObject);
}

/** Whether a value is an object, as observers and other parts of a program are. */
export function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const NOT_SET = '; is an environment variable not set?';

/** A value as messages show it; never the inside of an object, which may be secret. */
export function shown(value: unknown): string {
  if (value === undefined) {
    return `undefined${NOT_SET}`;
  }
  if (typeof value === 'string') {
    const text = JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
    // As a template makes it of a variable that is not set.
    return `the string ${text}${/\b(undefined|NaN)\b/.test(value) ? NOT_SET : ''}`;
  }
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
  }
  return typeof value === 'function'
    ? 'a function'
    : String(value as number | bigint | boolean | symbol | null);
}

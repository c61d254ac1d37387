import { isObject, option, shown, type Option } from './option.js';

/** An option that must be given. */
export function required<Given, Read>(
  declared: Option<Given, undefined, Read>,
): Option<Given, never, Read> {
  return { ...declared, default: undefined as never, required: true };
}

/** An option with a default. */
export function withDefault<Given, Read>(
  declared: Option<Given, undefined, Read>,
  fallback: Given & {},
): Option<Given, Given & {}, Read> {
  return { ...declared, default: fallback };
}

/** An option that may be `null`, as Go writes a pointer that is not set: the same as leaving it out. */
export function orNull<Given, Read>(
  declared: Option<Given, undefined, Read>,
): Option<Given | null, undefined, Read | undefined> {
  return {
    ...declared,
    schema: () => ({ anyOf: [declared.schema?.() ?? {}, { type: 'null' }] }),
    read: (value, path, problems) =>
      value === null ? undefined : declared.read(value, path, problems),
  };
}

/** An option that is a plain value, or an object with options. */
export function either<Plain, PlainRead, Given, Read>(
  plain: Option<Plain, undefined, PlainRead>,
  object: Option<Given, undefined, Read>,
): Option<Plain | Given, undefined, PlainRead | Read> {
  const allowed = `${plain.allowed} or ${object.allowed}`;
  return {
    default: undefined,
    allowed,
    schema: () => ({ anyOf: [plain.schema?.() ?? {}, object.schema?.() ?? {}] }),
    read(value, path, problems) {
      if (isObject(value)) {
        return object.read(value, path, problems);
      }
      const ofPlain: string[] = [];
      const read = plain.read(value, path, ofPlain);
      if (ofPlain.length > 0) {
        problems.push(`${path} must be ${allowed}; got ${shown(value)}`);
      }
      return read;
    },
  };
}

/** An object of options, or `false` for none. */
export function orFalse<Given, Read>(
  declared: Option<Given, undefined, Read>,
): Option<Given | false, undefined, Read | false> {
  return either(
    option<false>('false', (value) => value === false),
    declared,
  );
}

/** An option that is checked and passed on as it was given, for what is known by its identity or merged with defaults later. */
export function asGiven<Given, Default>(
  declared: Option<Given, Default, unknown>,
): Option<Given, Default> {
  return {
    ...declared,
    read(value, path, problems) {
      declared.read(value, path, problems);
      return value as Given;
    },
  };
}

/**
 * An option whose parts depend on each other. `check` sees only values whose parts are right; it reports what is wrong with
 * the path below the option, as `maxMs`, and the rest of the sentence, as `must not be less than minMs`.
 */
export function refined<Given, Default, Read>(
  declared: Option<Given, Default, Read>,
  check: (value: Read, report: (path: string, problem: string) => void) => void,
): Option<Given, Default, Read> {
  return {
    ...declared,
    read(value, path, problems) {
      const before = problems.length;
      const read = declared.read(value, path, problems);
      if (problems.length === before) {
        check(read, (name, problem) => problems.push(`${path}.${name} ${problem}`));
      }
      return read;
    },
  };
}

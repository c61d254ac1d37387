import { type Operand, type Rule, valueOf } from './validation-run.js';
import { compare, lengthOf } from './expressions.js';

/** `vt.min_size`: bytes of a text in UTF-8 or of a Buffer, elements or entries of a container. */
export function minSize(limit: Operand): Rule {
  return sized(limit, lengthOf, (order) => order >= 0, 'at least', unitOf);
}

/** `vt.max_size`: see {@link minSize}. */
export function maxSize(limit: Operand): Rule {
  return sized(limit, lengthOf, (order) => order <= 0, 'at most', unitOf);
}

/** `vt.min_rune_size`: code points. */
export function minRunes(limit: Operand): Rule {
  return sized(
    limit,
    runes,
    (order) => order >= 0,
    'at least',
    () => 'character',
  );
}

/** `vt.max_rune_size`: code points. */
export function maxRunes(limit: Operand): Rule {
  return sized(
    limit,
    runes,
    (order) => order <= 0,
    'at most',
    () => 'character',
  );
}

/** `vt.pattern`: found anywhere, unless the expression says `^` and `$`. */
export function pattern(expression: RegExp): Rule {
  return (value) =>
    expression.test(textOf(value)) ? undefined : `must match ${expression.source}`;
}

/** `vt.prefix`. */
export function prefix(wanted: Operand): Rule {
  return texts(wanted, (value, part) => value.startsWith(part), 'must start with');
}

/** `vt.suffix`. */
export function suffix(wanted: Operand): Rule {
  return texts(wanted, (value, part) => value.endsWith(part), 'must end with');
}

/** `vt.contains`. */
export function contains(wanted: Operand): Rule {
  return texts(wanted, (value, part) => value.includes(part), 'must contain');
}

/** `vt.not_contains`. */
export function lacks(refused: Operand): Rule {
  return texts(refused, (value, part) => !value.includes(part), 'must not contain');
}

function sized(
  limit: Operand,
  measure: (value: unknown) => number | undefined,
  fits: (order: number) => boolean,
  words: string,
  unit: (value: unknown) => string,
): Rule {
  return (value, fields) => {
    const size = valueOf(limit, fields);
    const order = compare(measure(value), size);
    if (order === undefined || fits(order)) {
      return undefined;
    }
    return `must have ${words} ${counted(size, unit(value))}`;
  };
}

function texts(
  operand: Operand,
  fits: (value: string, part: string) => boolean,
  words: string,
): Rule {
  return (value, fields) => {
    const part = valueOf(operand, fields);
    if (typeof part !== 'string' && !(part instanceof Uint8Array)) {
      return undefined;
    }
    // Bytes are compared as bytes: each of them is one character then.
    const isText = typeof value === 'string';
    const bothAs = (side: unknown): string => (isText ? textOf(side) : bytesOf(side));
    return fits(bothAs(value), bothAs(part))
      ? undefined
      : `${words} ${JSON.stringify(textOf(part))}`;
  };
}

function counted(size: unknown, unit: string): string {
  if (String(size) === '1') {
    return `1 ${unit}`;
  }
  return `${String(size)} ${unit === 'entry' ? 'entries' : `${unit}s`}`;
}

function runes(value: unknown): number {
  let count = 0;
  for (const _ of textOf(value)) {
    count += 1;
  }
  return count;
}

function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value);
}

function bytesOf(value: unknown): string {
  return Buffer.from(value as string | Uint8Array).toString('latin1');
}

function unitOf(value: unknown): string {
  if (typeof value === 'string' || value instanceof Uint8Array) {
    return 'byte';
  }
  return Array.isArray(value) || value instanceof Set ? 'element' : 'entry';
}

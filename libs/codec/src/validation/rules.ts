import { type Operand, type Rule, valueOf } from './validation-run.js';
import { compare } from './expressions.js';

/** `vt.gt`. */
export function gt(limit: Operand): Rule {
  return ordered(limit, (order) => order > 0, 'greater than');
}

/** `vt.ge`. */
export function ge(limit: Operand): Rule {
  return ordered(limit, (order) => order >= 0, 'at least');
}

/** `vt.lt`. */
export function lt(limit: Operand): Rule {
  return ordered(limit, (order) => order < 0, 'less than');
}

/** `vt.le`. */
export function le(limit: Operand): Rule {
  return ordered(limit, (order) => order <= 0, 'at most');
}

/** `vt.const`. */
export function equals(wanted: Operand): Rule {
  return (value, fields) => {
    const other = valueOf(wanted, fields);
    return isUnknown(other) || compare(value, other) === 0 ? undefined : `must be ${shown(other)}`;
  };
}

/** `vt.in`. */
export function oneOf(...wanted: readonly Operand[]): Rule {
  return (value, fields) => {
    const others = wanted
      .map((operand) => valueOf(operand, fields))
      .filter((other) => !isUnknown(other));
    if (others.length < wanted.length || others.some((other) => compare(value, other) === 0)) {
      return;
    }
    return `must be one of ${others.map(shown).join(', ')}`;
  };
}

/** `vt.not_in`. */
export function noneOf(...refused: readonly Operand[]): Rule {
  return (value, fields) => {
    const others = refused.map((operand) => valueOf(operand, fields));
    if (!others.some((other) => !isUnknown(other) && compare(value, other) === 0)) {
      return;
    }
    return `must be none of ${others.map(shown).join(', ')}`;
  };
}

/** `vt.defined_only`. */
export function defined(...members: readonly number[]): Rule {
  const known = new Set<unknown>(members);
  return (value) => (known.has(value) ? undefined : 'must be a member of its enum');
}

function ordered(limit: Operand, fits: (order: number) => boolean, words: string): Rule {
  return (value, fields) => {
    const other = valueOf(limit, fields);
    if (isUnknown(other)) {
      return undefined;
    }
    const order = compare(value, other);
    // NaN is neither greater nor less than anything.
    return order !== undefined && fits(order) ? undefined : `must be ${words} ${shown(other)}`;
  };
}

/** Whether a rule has nothing to compare with, because a field is absent. */
function isUnknown(other: unknown): boolean {
  return other === undefined || other === null;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

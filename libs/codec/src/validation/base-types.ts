import type { Check, Rule, ValidationRun } from './validation-run.js';

const MAX_I64 = 2n ** 63n - 1n;
const MIN_I64 = -(2n ** 63n);
const DECIMAL = /^-?\d{1,19}$/;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** A boolean. */
export function bool(...rules: readonly Rule[]): Check {
  return typed((value) => typeof value === 'boolean', 'must be true or false', rules);
}

/** An integer of 8 bits. */
export const i8 = integers('an integer of 8 bits', 2 ** 7);

/** An integer of 16 bits. */
export const i16 = integers('an integer of 16 bits', 2 ** 15);

/** An integer of 32 bits. */
export const i32 = integers('an integer of 32 bits', 2 ** 31);

/** A 64-bit integer that is a bigint; safe integers will do, as they do for codecs. */
export function i64(...rules: readonly Rule[]): Check {
  return typed(
    (value) =>
      Number.isSafeInteger(value) ||
      (typeof value === 'bigint' && value >= MIN_I64 && value <= MAX_I64),
    'must be a bigint of 64 bits',
    rules,
  );
}

/** A 64-bit integer that is a number and therefore a safe one. */
export function i64Number(...rules: readonly Rule[]): Check {
  return typed((value) => Number.isSafeInteger(value), 'must be a safe integer', rules);
}

/** A 64-bit integer that is a decimal text. Rules see it as a bigint. */
export function i64String(...rules: readonly Rule[]): Check {
  const ofNumber = i64(...rules);
  return (value, run) => {
    if (typeof value === 'string' && DECIMAL.test(value) && fits64(BigInt(value))) {
      ofNumber(BigInt(value), run);
    } else {
      run.report('must be the decimal text of an integer of 64 bits');
    }
  };
}

/** A double. */
export function double(...rules: readonly Rule[]): Check {
  return typed((value) => typeof value === 'number', 'must be a number', rules);
}

/** A text. */
export function string(...rules: readonly Rule[]): Check {
  return typed((value) => typeof value === 'string', 'must be a string', rules);
}

/** Bytes. */
export function binary(...rules: readonly Rule[]): Check {
  return typed((value) => value instanceof Uint8Array, 'must be a Buffer', rules);
}

/** A UUID in its usual spelling. */
export function uuid(...rules: readonly Rule[]): Check {
  return typed((value) => typeof value === 'string' && UUID.test(value), 'must be a UUID', rules);
}

/** Looks at the rules in order, up to the first that is broken. */
export function applyRules(value: unknown, rules: readonly Rule[], run: ValidationRun): void {
  for (const rule of rules) {
    const message = rule(value, run.fields);
    if (message === undefined) {
      continue;
    }
    run.report(message);
    return;
  }
}

function typed(fits: (value: unknown) => boolean, message: string, rules: readonly Rule[]): Check {
  return (value, run) => {
    if (fits(value)) {
      applyRules(value, rules, run);
    } else {
      run.report(message);
    }
  };
}

function integers(title: string, limit: number): (...rules: readonly Rule[]) => Check {
  const fits = (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= -limit && (value as number) < limit;
  return (...rules) => typed(fits, `must be ${title}`, rules);
}

function fits64(value: bigint): boolean {
  return value >= MIN_I64 && value <= MAX_I64;
}

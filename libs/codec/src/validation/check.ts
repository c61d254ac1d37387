import type { ValidationRun } from './validation-run.js';

/** Looks at a value and reports to the run what is wrong with it. */
export type Check = (value: unknown, run: ValidationRun) => void;

/** The fields of the struct that is looked at, for rules that compare one field with another. */
export type Fields = Readonly<Record<string, unknown>>;

/** Something to compare with: a constant, or a function of the fields that gives `undefined` where there is nothing. */
export type Operand = bigint | boolean | number | string | ((fields: Fields) => unknown);

/** Looks at a value that has its type already; gives what is wrong with it, or `undefined`. */
export type Rule = (value: unknown, fields: Fields) => string | undefined;

/** What a constant or a function of the fields stands for. */
export function valueOf(operand: Operand, fields: Fields): unknown {
  return typeof operand === 'function' ? operand(fields) : operand;
}

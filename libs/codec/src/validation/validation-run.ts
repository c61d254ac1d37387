import type { StandardSchemaV1 } from '@standard-schema/spec';
import { DEFAULT_MAX_DEPTH } from '../buffer/read-buffer.js';

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

/** More of them are not useful, and a list of a million wrong elements must not become a million objects. */
const MAX_ISSUES = 100;

/** One look at one value: where it stands, and what it found. */
export class ValidationRun {
  readonly issues: StandardSchemaV1.Issue[] = [];
  /** The struct that is looked at. */
  fields: Fields = {};
  readonly #path: PropertyKey[] = [];

  /** Whether there is no use in looking further. */
  get isOver(): boolean {
    return this.issues.length >= MAX_ISSUES;
  }

  report(message: string): void {
    if (!this.isOver) {
      this.issues.push({ message, path: [...this.#path] });
    }
  }

  /** Enters a field, an element or an entry; false if it lies too deep to be looked at. */
  enter(key: PropertyKey): boolean {
    this.#path.push(key);
    if (this.#path.length <= DEFAULT_MAX_DEPTH) {
      return true;
    }
    this.report(`must not be nested more than ${DEFAULT_MAX_DEPTH} levels deep`);
    this.#path.pop();
    return false;
  }

  leave(): void {
    this.#path.pop();
  }
}

import type { StandardSchemaV1 } from '@standard-schema/spec';
import { DEFAULT_MAX_DEPTH } from '../buffer/read-buffer.js';
import type { Fields } from './check.js';

/** Nobody reads more of them, and a list of a million wrong elements must not become a million objects. */
const MAX_ISSUES = 100;

/** One look at one value: where it stands, and what it found. */
export class ValidationRun {
  readonly issues: StandardSchemaV1.Issue[] = [];
  /** The struct that is looked at. */
  fields: Fields = {};
  private readonly path: PropertyKey[] = [];

  /** Whether there is no use in looking further. */
  get isOver(): boolean {
    return this.issues.length >= MAX_ISSUES;
  }

  report(message: string): void {
    if (!this.isOver) this.issues.push({ message, path: [...this.path] });
  }

  /** Enters a field, an element or an entry; false if it lies too deep to be looked at. */
  enter(key: PropertyKey): boolean {
    this.path.push(key);
    if (this.path.length <= DEFAULT_MAX_DEPTH) return true;
    this.report(`must not be nested more than ${DEFAULT_MAX_DEPTH} levels deep`);
    this.path.pop();
    return false;
  }

  leave(): void {
    this.path.pop();
  }
}

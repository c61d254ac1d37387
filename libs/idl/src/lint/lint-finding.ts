import type { Diagnostic } from '../errors/diagnostic.js';
import type { TextEdit } from './text-edit.js';

/** One place in a file that a rule objects to. */
export interface LintFinding extends Diagnostic {
  /** Name of the rule. */
  readonly rule: string;
  readonly severity: 'warn' | 'error';
  /** Edits that put it right without changing what the IDL means, if the rule knows any. */
  readonly fix?: readonly TextEdit[];
}

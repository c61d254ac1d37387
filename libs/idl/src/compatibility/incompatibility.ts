import type { SourcePosition } from '../schema/schema.js';
import type { CompatibilityRule } from './compatibility-rule.js';

/** One change that breaks something. */
export interface Incompatibility {
  readonly rule: CompatibilityRule;
  /** What changed, naming the thing. */
  readonly message: string;
  /** Version whose file the place is in: the old one for what is gone. */
  readonly version: 'old' | 'new';
  /** Path of the file in the schema of that version. */
  readonly file: string;
  /** Absent if the file as a whole is meant. */
  readonly position?: SourcePosition;
}

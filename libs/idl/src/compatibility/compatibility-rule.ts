import type { SourcePosition } from '../schema/schema.js';

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

/**
 * What a change breaks: messages between peers of the two versions; code written against the old version; or neither of
 * them, but what the same code does.
 */
export type BreakLevel = 'wire-breaking' | 'source-breaking' | 'behaviour';

/** One kind of change that breaks something. */
export interface CompatibilityRule {
  readonly name: string;
  readonly level: BreakLevel;
  /** The change, in a few words. */
  readonly summary: string;
  /** What comes of it, in one sentence. */
  readonly consequence: string;
  /** How to get what was wanted without breaking anything. */
  readonly wayOut: string;
}

/** The description of a rule in addition to its name and level. */
export type RuleText = Omit<CompatibilityRule, 'name' | 'level'>;

import { resolve } from 'node:path';

/** What to compare, and how strictly. */
export interface ComparisonOptions {
  /** Absolute path of the other checkout. */
  readonly folder: string;
  readonly part: string;
  /** Highest ratio of CPU time, new to old, that is accepted. */
  readonly bound: number;
  /** Time for measuring; depends on the part unless given. */
  readonly seconds: number | undefined;
}

/** The flags as given on the command line. */
export interface ComparisonFlags {
  readonly against: string;
  readonly bound?: string | undefined;
  readonly seconds?: string | undefined;
}

const DEFAULT_BOUND = 1.02;

/** Parts with rows that two builds can be compared by. */
export const COMPARED_PARTS: readonly string[] = [
  'all',
  'codec',
  'rpc',
  'nest',
  'policies',
  'observers',
  'startup',
];

/**
 * Reads the options of `--against`.
 *
 * @param cwd that a relative folder starts from.
 * @throws Error for a part that cannot be compared or a number out of range.
 */
export function readComparisonOptions(
  part: string,
  values: ComparisonFlags,
  cwd: string,
): ComparisonOptions {
  if (!COMPARED_PARTS.includes(part)) {
    throw new Error(`--against cannot compare "${part}"; use one of ${COMPARED_PARTS.join(', ')}`);
  }
  return {
    folder: resolve(cwd, values.against),
    part,
    bound: values.bound === undefined ? DEFAULT_BOUND : numberFrom('bound', values.bound, 1),
    seconds: values.seconds === undefined ? undefined : numberFrom('seconds', values.seconds, 0),
  };
}

function numberFrom(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < least) {
    throw new Error(`--${option} must be a number of at least ${least}, got "${text}"`);
  }
  return value;
}

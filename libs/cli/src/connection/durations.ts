import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const MAX_MS = 2 ** 31 - 1;

/**
 * Milliseconds of a duration such as `250ms`, `1.5s`, `2m` or `1h`.
 *
 * @param unit of a number without one
 * @throws InvalidArgumentError for anything else, and for less than a millisecond or more than 24 days
 */
export function durationMs(text: string, unit: 'ms' | 's'): number {
  const [, number, given = unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const value = Number(number) * UNITS[given]!;
  if (value >= 1 && value <= MAX_MS) {
    return value;
  }
  throw new InvalidArgumentError(
    `Give a duration from 1ms to 24 days: 250ms, 1.5s, 2m; a number alone is ${unit}.`,
  );
}

/** For an option whose number without a unit is milliseconds. */
export function milliseconds(text: string): number {
  return durationMs(text, 'ms');
}

/** As {@link milliseconds} for a limit, which 0 lifts. */
export function timeLimit(text: string): number {
  return /^0(ms|s|m|h)?$/.test(text) ? 0 : milliseconds(text);
}

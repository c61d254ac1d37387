import { InvalidArgumentError } from 'commander';

const MAX_COUNT = 1_000_000_000;

/** An integer of the command line, `minimum` or more. */
export function countFrom(minimum: number): (text: string) => number {
  return integerFrom(minimum, MAX_COUNT);
}

/** An integer of the command line within two bounds. */
export function integerFrom(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) {
      return value;
    }
    throw new InvalidArgumentError(`Give an integer from ${minimum} to ${maximum}.`);
  };
}

/** A number of the command line above 0, with or without a fraction. */
export function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= MAX_COUNT) {
    return value;
  }
  throw new InvalidArgumentError('Give a number above 0.');
}

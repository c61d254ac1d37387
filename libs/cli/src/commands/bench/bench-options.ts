import { InvalidArgumentError } from 'commander';
import type { ConnectionOptions } from '../../connection/connection-options.js';
import type { IdlOptions } from '../../idl/idl-options.js';
import type { Assertion } from './assertions.js';

/** What the options of `bench` say. */
export interface BenchCommandOptions extends ConnectionOptions, IdlOptions {
  readonly idl: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly persistent: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly rate?: number;
  readonly requests: number;
  readonly duration?: number;
  readonly warmup: number;
  readonly connections?: number;
  readonly mux?: boolean;
  readonly assert: readonly Assertion[];
  readonly out?: string;
  readonly json?: boolean;
}

const MAX_COUNT = 1_000_000_000;

/** A whole number of the command line, `minimum` or more. */
export function countFrom(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= MAX_COUNT) {
      return value;
    }
    throw new InvalidArgumentError(`Give a whole number from ${minimum} to ${MAX_COUNT}.`);
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

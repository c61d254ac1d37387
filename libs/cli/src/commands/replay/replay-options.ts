import { Option, type Command } from 'commander';
import {
  collectPair,
  connectionOptions,
  type ConnectionOptions,
} from '../../connection/connection-options.js';
import { collect, idlOptions, type IdlFileOptions } from '../../idl/idl-options.js';
import { collectPath } from '../../traffic/field-paths.js';
import { countFrom, positive } from '../../values/counts.js';

/** What the options of `replay` say. */
export interface ReplayOptions extends ConnectionOptions, IdlFileOptions {
  readonly rate?: number;
  readonly concurrency: number;
  readonly requests?: number;
  /** `Service.Method`; all without any. */
  readonly method: readonly string[];
  readonly ignore: readonly string[];
  readonly show: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly persistent: Readonly<Record<string, string>>;
  readonly json?: boolean;
}

/** Declares the options of `replay`. */
export function declareOptions(command: Command): void {
  for (const option of [...idlOptions(), ...connectionOptions()]) {
    command.addOption(option);
  }
  command
    .addOption(
      new Option('--rate <calls>', 'calls per second')
        .argParser(positive)
        .default(undefined, 'the intervals of the recording'),
    )
    .option('-c, --concurrency <calls>', 'most calls in flight', countFrom(1), 100)
    .option('-n, --requests <calls>', 'replay this many calls only', countFrom(1))
    .addOption(
      new Option('--method <name>', 'replay calls of Service.Method only; can be repeated')
        .argParser(collect)
        .default([], 'all'),
    )
    .addOption(
      new Option('--ignore <path>', 'do not compare: updated_at, result.user.id; can be repeated')
        .argParser(collectPath)
        .default([], 'none'),
    )
    .option('--show <replies>', 'print this many differing replies', countFrom(0), 20)
    .option('--metadata <key=value>', 'sent in addition to what was recorded', collectPair, {})
    .option('--persistent <key=value>', 'sent on to every further server', collectPair, {})
    .option('--json', 'print the outcome as one line of JSON');
}

import { Option, type Command } from 'commander';
import {
  collectPair,
  connectionOptions,
  type ConnectionOptions,
} from '../../connection/connection-options.js';
import { durationMs } from '../../connection/durations.js';
import { idlOptions, type IdlFileOptions } from '../../idl/idl-options.js';
import { countFrom, positive } from '../../values/counts.js';
import { parseAssertions, type Assertion } from './assertions.js';
import {
  constantRate,
  parseStages,
  stagedRate,
  type RateStage,
  type Schedule,
} from './schedule.js';

/** What the options of `bench` say. */
export interface BenchCommandOptions extends ConnectionOptions, IdlFileOptions {
  readonly data?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly persistent: Readonly<Record<string, string>>;
  readonly concurrency: number;
  readonly rate?: number;
  readonly stages?: readonly RateStage[];
  readonly requests: number;
  /** In milliseconds. */
  readonly duration?: number;
  readonly warmup: number;
  readonly connections?: number;
  readonly mux?: boolean;
  readonly assert: readonly Assertion[];
  readonly compare?: string;
  readonly maxRegression: number;
  readonly out?: string;
  readonly markdown?: string;
  readonly junit?: string;
  readonly streams: number;
  readonly messages?: number;
  readonly json?: boolean;
}

/** Declares the options of `bench`. */
export function declareOptions(command: Command): void {
  const count = countFrom(1);
  for (const option of [...idlOptions(), ...connectionOptions()]) {
    command.addOption(option);
  }
  command
    .option('-d, --data <payload>', 'the payload, instead of the argument')
    .option('--metadata <key=value>', 'sent to this server alone', collectPair, {})
    .option('--persistent <key=value>', 'sent on to every further server', collectPair, {})
    .option('-c, --concurrency <calls>', 'most calls in flight', count, 100)
    .option(
      '--rate <calls>',
      'calls, or openings of streams, per second, whether or not earlier ones ended',
      positive,
    )
    .addOption(
      new Option('--stages <list>', 'rates over time, such as 30s:100,1m:100,10s:0')
        .argParser(parseStages)
        .conflicts(['rate', 'requests', 'duration']),
    )
    .option('-n, --requests <calls>', 'calls in all', count, 10_000)
    .addOption(
      new Option('--duration <time>', 'begin calls for this long, instead of --requests: 30s, 2m')
        .argParser((text) => durationMs(text, 's'))
        .conflicts('requests'),
    )
    .option('--warmup <calls>', 'calls before those that count', countFrom(0), 0)
    .option('--connections <count>', 'connections of the pool (default: --concurrency)', count)
    .addOption(new Option('--mux', 'all calls over one connection').conflicts('connections'))
    .option('--assert <list>', 'such as p99<50ms,errors<1%', parseAssertions, [])
    .option('--compare <file>', 'compare with an earlier run, written by --json')
    .option(
      '--max-regression <percent>',
      'with --compare: how much slower p50, p99 or throughput may be',
      positive,
      10,
    )
    .option('--out <file>', 'write a report as one HTML page')
    .option('--markdown <file>', 'write a summary for pipelines as Markdown')
    .option('--junit <file>', 'write the assertions as JUnit XML')
    .option('--streams <count>', 'streams: open at once', count, 100)
    .addOption(
      new Option(
        '--messages <count>',
        'streams: messages that each one sends, or receives before it is left',
      )
        .argParser(count)
        .default(undefined, '1000 where the client sends them, else all'),
    )
    .option('--json', 'print the outcome as one line of JSON');
}

/** When calls begin; `undefined` where each caller begins its next call when the last one ended. */
export function scheduleOf({
  rate,
  stages,
  requests,
  duration,
}: BenchCommandOptions): Schedule | undefined {
  if (stages !== undefined) {
    return stagedRate(stages);
  }
  if (rate === undefined) {
    return undefined;
  }
  return constantRate(rate, duration === undefined ? { requests } : { durationMs: duration });
}

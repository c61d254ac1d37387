import { colorsFor, type CommandIo } from '../../terminal/terminal.js';
import type { StreamSummary } from './bench-streams.js';
import { plural } from './format-summary.js';
import type { Latency } from './latency-histogram.js';

/** The outcome of a run over streams for people. */
export function formatStreamSummary(summary: StreamSummary, io: CommandIo): string {
  const { seconds, streams, messages, throughput } = summary;
  const { bold, red } = colorsFor(io.stdout, io);
  const errors = Object.entries(streams.errors);
  const failed = errors.reduce((sum, [, error]) => sum + error.streams, 0);
  return [
    `${bold(plural(streams.opened, 'stream'))} in ${seconds.toFixed(2)} s: ${throughput.toFixed(1)} messages/s`,
    `messages sent ${messages.sent}, received ${messages.received}`,
    `streams ended ${streams.ended}, cancelled ${streams.cancelled}, errors ${failed}`,
    ...(streams.dropped > 0
      ? [red(`streams dropped ${streams.dropped}: raise --streams, or lower the rate`)]
      : []),
    ...errors.map(([name, error]) => red(`  ${name}: ${error.streams} (${error.firstError})`)),
    ...latencyLines('time to the first message', summary.firstMessageMs, messages.received > 0),
    ...latencyLines(
      'time between messages',
      summary.betweenMessagesMs,
      messages.received > streams.opened,
    ),
    '',
  ].join('\n');
}

function latencyLines(title: string, latency: Latency, isMeasured: boolean): string[] {
  if (!isMeasured) {
    return [];
  }
  const lines = Object.entries(latency).map(
    ([name, value]) => `  ${name.padEnd(5)} ${`${(value as number).toFixed(3)} ms`.padStart(12)}`,
  );
  return [title, ...lines];
}

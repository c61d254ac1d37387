import { stringifyJson } from '@nestjs-thrift/codec/json';
import { colorsFor, withoutControls, type CommandIo } from '../../terminal/terminal.js';
import type { RecordedCall } from '../../traffic/recorded-call.js';
import { plural } from '../bench/format-summary.js';
import { LatencyHistogram } from '../bench/latency-histogram.js';
import type { Difference } from './compare-outcomes.js';

/** A reply that differs from the recorded one. */
export interface DifferingReply {
  /** Of the recording, from 1. */
  readonly line: number;
  readonly method: string;
  readonly args: unknown;
  readonly differences: readonly Difference[];
}

/** A call that cannot be sent, such as one of a method that the IDL no longer has. */
export interface SkippedCall {
  readonly line: number;
  readonly reason: string;
}

/** Counts replayed calls, and keeps the first replies that differ. */
export class ReplaySummary {
  readonly #show: number;
  readonly #before = new LatencyHistogram();
  readonly #after = new LatencyHistogram();
  readonly #shown: DifferingReply[] = [];
  #firstSkipped: SkippedCall | undefined;
  same = 0;
  different = 0;
  oneway = 0;
  skipped = 0;

  /** @param show how many differing replies are kept */
  constructor(show: number) {
    this.#show = show;
  }

  get calls(): number {
    return this.same + this.different + this.oneway;
  }

  /** @returns the reply, if it is to be shown */
  add(
    { line, service, method, args, durationMs }: RecordedCall,
    differences: readonly Difference[],
    tookMs: number,
  ): DifferingReply | undefined {
    if (durationMs !== undefined) {
      this.#before.record(durationMs);
    }
    this.#after.record(tookMs);
    if (differences.length === 0) {
      this.same += 1;
      return undefined;
    }
    this.different += 1;
    if (this.#shown.length >= this.#show) {
      return undefined;
    }
    const reply = { line, method: `${service}.${method}`, args, differences };
    this.#shown.push(reply);
    return reply;
  }

  skip(call: SkippedCall): void {
    this.skipped += 1;
    this.#firstSkipped ??= call;
  }

  toJson(seconds: number): object {
    const figures = (histogram: LatencyHistogram) => {
      const { p50, p99, max } = histogram.latency();
      return { p50, p99, max };
    };
    return {
      calls: this.calls,
      same: this.same,
      different: this.different,
      oneway: this.oneway,
      skipped: this.skipped,
      firstSkipped: this.#firstSkipped,
      seconds: Math.round(seconds * 1000) / 1000,
      latencyMs: { recorded: figures(this.#before), replayed: figures(this.#after) },
      replies: this.#shown,
    };
  }

  format(seconds: number, io: CommandIo): string {
    const { bold, green, red, yellow } = colorsFor(io.stdout, io);
    const rate = seconds > 0 ? this.calls / seconds : 0;
    const lines = [
      `${bold(plural(this.calls, 'call'))} in ${seconds.toFixed(2)} s: ${rate.toFixed(1)} calls/s`,
      `${green(`same ${this.same}`)}, ${this.different > 0 ? red(`different ${this.different}`) : 'different 0'}`,
    ];
    if (this.oneway > 0) {
      lines.push(`oneway ${this.oneway}`);
    }
    if (this.#firstSkipped !== undefined) {
      const { line, reason } = this.#firstSkipped;
      lines.push(
        yellow(`skipped ${this.skipped}; the first in line ${line}: ${withoutControls(reason)}`),
      );
    }
    if (this.#before.count > 0 && this.#after.count > 0) {
      const [before, after] = [this.#before.latency(), this.#after.latency()];
      lines.push(
        `latency p50 ${millis(before.p50)} → ${millis(after.p50)}, p99 ${millis(before.p99)} → ${millis(after.p99)}`,
      );
    }
    return `${lines.join('\n')}\n`;
  }
}

const MAX_ARGS = 200;

/** A differing reply for people. */
export function formatReply(
  { line, method, args, differences }: DifferingReply,
  io: CommandIo,
): string {
  const { bold, green, red } = colorsFor(io.stdout, io);
  const text = stringifyJson(args);
  const shown = text.length > MAX_ARGS ? `${text.slice(0, MAX_ARGS)}…` : text;
  const lines = differences.map(({ place, before, after }) => {
    const [left, right] = [red(before ?? '(absent)'), green(after ?? '(absent)')];
    return `  ${withoutControls(place)}: ${left} → ${right}`;
  });
  return `line ${line} ${bold(withoutControls(method))} ${shown}\n${lines.join('\n')}\n`;
}

function millis(value: number): string {
  return `${value.toFixed(3)} ms`;
}

import { colorsFor, type CommandIo } from '../../terminal/terminal.js';
import { columnsOf, fitted } from '../../terminal/text-width.js';
import { checkAssertions } from './assertions.js';
import type { BenchCommandOptions } from './bench-options.js';
import { plural } from './format-summary.js';
import type { Measurements, SecondOfRun } from './measurements.js';

const REDRAW_MS = 200;
const LINE_MS = 5000;
const BAR_WIDTH = 30;
const SPARKS = '▁▂▃▄▅▆▇█';
const SPARK_WIDTH = 20;

/** Shows a run as it goes: a few lines that are redrawn on a terminal, else one line every few seconds. */
export class LiveView {
  readonly #measurements: Measurements;
  readonly #options: BenchCommandOptions;
  readonly #periodMs: number | undefined;
  readonly #io: CommandIo;
  readonly #startMs = performance.now();
  readonly #timer: NodeJS.Timeout;
  #drawnLines = 0;

  constructor(
    measurements: Measurements,
    options: BenchCommandOptions,
    periodMs: number | undefined,
    io: CommandIo,
  ) {
    this.#measurements = measurements;
    this.#options = options;
    this.#periodMs = periodMs;
    this.#io = io;
    const { isTTY } = io.stderr;
    this.#timer = setInterval(() => this.#draw(), isTTY ? REDRAW_MS : LINE_MS);
  }

  /** Ends the view and leaves nothing of it on a terminal. */
  close(): void {
    clearInterval(this.#timer);
    if (this.#io.stderr.isTTY) {
      this.#io.stderr.write(this.#erased());
    }
  }

  #draw(): void {
    const { stderr } = this.#io;
    if (!stderr.isTTY) {
      stderr.write(`${this.#headline()}\n`);
      return;
    }
    const columns = columnsOf(stderr);
    const lines = this.#lines().map((line) => fitted(line, columns - 1));
    const drawn = this.#erased() + lines.join('\n');
    this.#drawnLines = lines.length;
    stderr.write(drawn);
  }

  /** Line by line: tmux keeps a screen that is erased as a whole in its history. */
  #erased(): string {
    return `\r\u001b[2K${'\u001b[1A\u001b[2K'.repeat(Math.max(0, this.#drawnLines - 1))}`;
  }

  #headline(): string {
    const { calls, failed } = this.#measurements;
    const seconds = this.#elapsedMs() / 1000;
    const errors = failed === 0 ? '' : `, ${failed} failed`;
    return `${plural(calls, 'call')} in ${seconds.toFixed(1)} s, ${Math.round(calls / seconds)}/s${errors}`;
  }

  #lines(): string[] {
    const measurements = this.#measurements;
    const { red, green, dim } = colorsFor(this.#io.stderr, this.#io);
    const recent = measurements.perSecond.slice(-SPARK_WIDTH);
    const lines = [
      `${this.#bar()} ${this.#headline()}`,
      latencyLine('p50', this.#latency(50), recent, ({ p50Ms }) => p50Ms, dim),
      latencyLine('p99', this.#latency(99), recent, ({ p99Ms }) => p99Ms, dim),
    ];
    if (measurements.failed > 0) {
      const classes = measurements.errorCounts.map(([name, count]) => `${name} ${count}`);
      lines.push(red(`errors ${classes.slice(0, 4).join(', ')}`));
    }
    const { assert } = this.#options;
    if (assert.length > 0 && measurements.calls > 0) {
      const made = measurements.calls;
      const periodMs = this.#elapsedMs();
      const summary = measurements.summary({
        interrupted: false,
        periodMs,
        load: { due: made, made },
      });
      const ticks = checkAssertions(assert, summary).map(({ text, met }) =>
        met ? green(`✓ ${text}`) : red(`✗ ${text}`),
      );
      lines.push(ticks.join('  '));
    }
    return lines;
  }

  /** Only successful calls have one. */
  #latency(percent: number): string {
    const { success } = this.#measurements;
    return success === 0 ? '–' : `${this.#measurements.percentile(percent).toFixed(1)} ms`;
  }

  #bar(): string {
    const { requests } = this.#options;
    const share =
      this.#periodMs === undefined
        ? this.#measurements.calls / requests
        : this.#elapsedMs() / this.#periodMs;
    const filled = Math.round(Math.min(1, share) * BAR_WIDTH);
    const percent = `${Math.floor(Math.min(1, share) * 100)}%`.padStart(4);
    return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}${percent}`;
  }

  #elapsedMs(): number {
    return performance.now() - this.#startMs;
  }
}

function latencyLine(
  name: string,
  value: string,
  recent: readonly SecondOfRun[],
  read: (second: SecondOfRun) => number,
  dim: (text: string) => string,
): string {
  return `${name} ${value.padStart(11)}  ${dim(sparkline(recent.map(read)))}`;
}

/** Values as small bars, the highest one full. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, Number.MIN_VALUE);
  return values
    .map((value) => SPARKS[Math.min(SPARKS.length - 1, Math.floor((value / most) * SPARKS.length))])
    .join('');
}

import { colorsFor, type CommandIo } from '../../terminal/terminal.js';

const STEP_COLUMNS = 11;
const VERDICT_COLUMNS = 5;
const INDENT = ' '.repeat(STEP_COLUMNS + VERDICT_COLUMNS);

/** A step for people: verdict and summary on one line, details and the next thing to try below. */
export function renderStep({ step, verdict, seen, next }: StepResult, io: CommandIo): string {
  const { bold, cyan, dim, green, red, yellow } = colorsFor(io.stdout, io);
  const paint = { ok: green, warn: yellow, fail: red }[verdict];
  const [summary = '', ...details] = seen;
  const lines = [
    `${bold(step.padEnd(STEP_COLUMNS))}${paint(verdict.padEnd(VERDICT_COLUMNS))}${summary}`,
    ...details.map((detail) => INDENT + dim(detail)),
  ];
  if (next !== undefined) {
    lines.push(`${INDENT}${cyan('next:')} ${next}`);
  }
  return `${lines.join('\n')}\n`;
}

/** How a step of a diagnosis ended: nothing to do, worth a look, or this is why calls fail. */
export type Verdict = 'ok' | 'warn' | 'fail';

/** One step of a diagnosis. */
export interface StepResult {
  /** Such as `TCP`. */
  readonly step: string;
  readonly verdict: Verdict;
  /** What was seen: the first line sums it up. */
  readonly seen: readonly string[];
  /** What to try next. */
  readonly next?: string;
  /** The same for programs. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

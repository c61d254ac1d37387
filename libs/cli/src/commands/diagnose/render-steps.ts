import { colorsFor } from '../../terminal/colors.js';
import type { CommandIo } from '../../terminal/command-io.js';
import type { StepResult } from './step-result.js';

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
  if (next !== undefined) lines.push(`${INDENT}${cyan('next:')} ${next}`);
  return `${lines.join('\n')}\n`;
}

import { Option } from 'commander';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import type { CommandIo } from '../terminal/terminal.js';
import type { FindingReport } from './finding.js';
import { formatGithub, formatText } from './format-text.js';
import { formatJson, formatSarif } from './format-sarif.js';

const FORMATS = {
  text: formatText,
  json: formatJson,
  sarif: formatSarif,
  github: formatGithub,
};

/** Ways to write findings. */
export type FindingFormat = keyof typeof FORMATS;

/** `--format`, and `--json` as other commands have it. */
export const FORMAT_OPTIONS: readonly Option[] = [
  new Option('--format <format>', 'how findings are written')
    .choices(Object.keys(FORMATS))
    .default('text'),
  new Option('--json', 'the same as --format json').implies({ format: 'json' }),
];

/**
 * Writes findings to standard output and the count of them to standard error.
 *
 * @param remark what else there is to say, behind the count.
 * @throws {CommandFailure} if one of them is an error.
 */
export function reportFindings(
  report: FindingReport,
  format: FindingFormat,
  io: CommandIo,
  remark = '',
): void {
  io.stdout.write(FORMATS[format](report, io));
  const errors = report.findings.filter(({ level }) => level === 'error').length;
  const warnings = report.findings.length - errors;
  const summary = `${count(errors, 'error')}, ${count(warnings, 'warning')}${remark}`;
  if (errors > 0) {
    throw new CommandFailure(EXIT_CODES.NEGATIVE, summary);
  }
  io.stderr.write(`${summary}\n`);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

import { InvalidArgumentError, Option } from 'commander';
import { CommandFailure, EXIT_CODES } from '../terminal/exit-codes.js';
import type { CommandIo } from '../terminal/terminal.js';
import type { Finding, FindingReport } from './finding.js';
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

/** What the options of a check say about its findings. */
export interface FindingOptions {
  readonly format: FindingFormat;
  readonly quiet?: true;
  readonly maxWarnings?: number;
}

/** `--format`, `--json` as other commands have it, `--quiet` and `--max-warnings`. */
export const FINDING_OPTIONS: readonly Option[] = [
  new Option('--format <format>', 'how findings are written')
    .choices(Object.keys(FORMATS))
    .default('text'),
  new Option('--json', 'the same as --format json').implies({ format: 'json' }),
  new Option('--quiet', 'write errors alone; warnings still count'),
  new Option('--max-warnings <count>', 'end with 1 at more warnings than this').argParser(
    (text) => {
      if (/^\d{1,9}$/.test(text)) {
        return Number(text);
      }
      throw new InvalidArgumentError('Give an integer from 0.');
    },
  ),
];

/**
 * Writes findings to standard output and the count of them, for people by rule, to standard error.
 *
 * @param remark what else there is to say, behind the count.
 * @throws {CommandFailure} if one of them is an error, or there are too many warnings.
 */
export function reportFindings(
  report: FindingReport,
  { format, quiet, maxWarnings = Infinity }: FindingOptions,
  io: CommandIo,
  remark = '',
): void {
  const { findings } = report;
  const errors = findings.filter(({ level }) => level === 'error');
  const warnings = findings.length - errors.length;
  io.stdout.write(FORMATS[format](quiet ? { ...report, findings: errors } : report, io));
  if (format === 'text') {
    io.stderr.write(byRule(findings));
  }
  const summary = `${count(errors.length, 'error')}, ${count(warnings, 'warning')}${remark}`;
  if (errors.length > 0) {
    throw new CommandFailure(EXIT_CODES.NEGATIVE, summary);
  }
  if (warnings > maxWarnings) {
    throw new CommandFailure(
      EXIT_CODES.NEGATIVE,
      `${summary}; more than ${count(maxWarnings, 'warning')} (--max-warnings)`,
    );
  }
  io.stderr.write(`${summary}\n`);
}

/** How many findings each rule has, the most frequent one first; nothing where each has one. */
function byRule(findings: readonly Finding[]): string {
  const counts = new Map<string, number>();
  for (const { rule } of findings) {
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  if (counts.size === findings.length) {
    return '';
  }
  const sorted = [...counts].sort(([, left], [, right]) => right - left);
  return sorted.map(([rule, number]) => `${String(number).padStart(5)}  ${rule}\n`).join('');
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

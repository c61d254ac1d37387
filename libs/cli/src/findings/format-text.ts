import { renderDiagnostic } from '@nestjs-thrift/idl';
import { colorsFor } from '../terminal/colors.js';
import type { CommandIo } from '../terminal/command-io.js';
import type { Finding, FindingReport } from './finding.js';

/** For people: each finding with its line and a caret. */
export function formatText({ findings, notesWith }: FindingReport, io: CommandIo): string {
  const explained = new Set<string>();
  const shown = findings.map((finding) => {
    const isKnown = notesWith === 'first' && explained.has(finding.rule);
    explained.add(finding.rule);
    return `${renderFinding(isKnown ? { ...finding, notes: [] } : finding, io)}\n`;
  });
  return shown.join('\n');
}

function renderFinding(finding: Finding, io: CommandIo): string {
  const { bold, dim, red, yellow } = colorsFor(io.stdout, io);
  const { file, line, column, sourceLine, rule, level, category, notes = [] } = finding;
  const paint = level === 'error' ? red : yellow;
  const label = category === undefined ? rule : `${rule}, ${category}`;
  const message = `${paint(level)}: ${finding.message} ${dim(`[${label}]`)}`;
  const [headline = '', ...place] = renderDiagnostic({
    file,
    line,
    column,
    message,
    sourceLine,
  }).split('\n');
  const shown = place.map((text) => text.replace(/\^$/, paint('^')));
  const where = `${file}:${line}:${column}:`;
  return [
    `${bold(where)}${headline.slice(where.length)}`,
    ...shown,
    ...notes.map((note) => `  ${note}`),
  ].join('\n');
}

import type { Finding, FindingReport } from './finding.js';
import { renderDiagnostic } from '@nestjs-thrift/idl';
import { colorsFor, forTerminal, type CommandIo } from '../terminal/terminal.js';

/** Workflow commands of GitHub Actions, which become annotations of the change that is looked at. */
export function formatGithub({ findings }: FindingReport): string {
  return findings.map(annotation).join('');
}

function annotation(finding: Finding): string {
  const { rule, level, message, notes = [] } = finding;
  const { file, line, column } = finding.anchor ?? finding;
  const properties = { file, line, col: column, title: rule };
  const written = Object.entries(properties).map(
    ([key, value]) => `${key}=${escapeProperty(String(value))}`,
  );
  return `::${level} ${written.join(',')}::${escapeText([message, ...notes].join('\n'))}\n`;
}

function escapeText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

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
    ...notes.map((note) => forTerminal(`  ${note}`, io.stdout)),
  ].join('\n');
}

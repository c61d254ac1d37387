import type { Finding, FindingReport } from './finding.js';

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

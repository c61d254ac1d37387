import type { FindingReport } from './finding.js';

/** One line of JSON: `{ findings, errors, warnings }`. */
export function formatJson({ findings }: FindingReport): string {
  const errors = findings.filter(({ level }) => level === 'error').length;
  return `${JSON.stringify({ findings, errors, warnings: findings.length - errors })}\n`;
}

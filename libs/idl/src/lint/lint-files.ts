import { resolveLintConfig, type LintConfig } from './lint-config.js';
import { lintFile } from './lint-file.js';
import type { LintFinding } from './lint-finding.js';
import { loadLintedFiles, type LintSources } from './load-linted-files.js';

/**
 * Holds files against the rules.
 *
 * @param config from {@link resolveLintConfig}; the defaults of all rules if left out.
 * @returns what was found, file by file in the order of their paths and from top to bottom.
 * @throws {IdlError} if the files have faults, or files they include.
 */
export function lintFiles(
  sources: LintSources,
  config: LintConfig = resolveLintConfig(),
): LintFinding[] {
  const files = loadLintedFiles(sources).sort((a, b) => (a.source.file < b.source.file ? -1 : 1));
  return files.flatMap((file) => lintFile(file, config));
}

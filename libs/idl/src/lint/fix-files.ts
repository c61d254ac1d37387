import { type ReadFile, readFromDisk } from '../loader/load-options.js';
import { decodeSource } from '../source/decode-source.js';
import { type LintConfig, resolveLintConfig } from './lint-config.js';
import type { LintFinding } from './lint-rule.js';
import { lintFiles } from './lint-file.js';
import type { LintSources } from './load-linted-files.js';
import { applyFixes } from './text-edit.js';

/** One fix may make room for another; nothing needs more rounds than this. */
const MAX_ROUNDS = 10;

/** What became of files that were fixed. Nothing is written. */
export interface FixedFiles {
  /** The new texts of the files that change, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** What is left to be done by hand. */
  readonly findings: readonly LintFinding[];
  /** Number of findings that were fixed. */
  readonly fixed: number;
}

/**
 * Fixes what can be fixed without changing what the IDL means; comments and layout stay as they are. Fixing the result
 * again changes nothing.
 *
 * @throws {IdlError} as {@link lintFiles} does.
 */
export function fixFiles(
  sources: LintSources,
  config: LintConfig = resolveLintConfig(),
): FixedFiles {
  const { readFile = readFromDisk } = sources;
  const texts = new Map<string, string>();
  const read: ReadFile = (path) => texts.get(path) ?? readFile(path);
  const lint = (): LintFinding[] => lintFiles({ ...sources, readFile: read }, config);
  let findings = lint();
  const found = findings.length;
  for (let round = 0; round < MAX_ROUNDS && findings.some(({ fix }) => fix); round += 1) {
    for (const [file, fixes] of fixesByFile(findings)) {
      texts.set(file, applyFixes(decodeSource(read(file) ?? '').text, fixes));
    }
    findings = lint();
  }
  return { texts, findings, fixed: found - findings.length };
}

function fixesByFile(
  findings: readonly LintFinding[],
): Map<string, NonNullable<LintFinding['fix']>[]> {
  const byFile = new Map<string, NonNullable<LintFinding['fix']>[]>();
  for (const { file, fix } of findings) {
    if (fix === undefined) {
      continue;
    }
    const fixes = byFile.get(file);
    if (fixes === undefined) {
      byFile.set(file, [fix]);
    } else {
      fixes.push(fix);
    }
  }
  return byFile;
}

import { statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { compareSchemas, COMPATIBILITY_RULES } from '@nestjs-thrift/idl';
import type { Command } from 'commander';
import { collect } from '../../idl/idl-options.js';
import type { FindingRule } from '../../findings/finding.js';
import {
  FINDING_OPTIONS,
  reportFindings,
  type FindingOptions,
} from '../../findings/report-findings.js';
import { implicitFieldIdsOption, includeOption, type IdlOptions } from '../../idl/idl-options.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { ignoredRules, levelOf, toFinding } from './to-finding.js';
import { type IdlVersion, type WantedIdl, loadVersion } from './load-version.js';
import { versionInGit } from './version-in-git.js';
import { versionInFile, versionInFolder } from './version-on-disk.js';
import { currentVersion, findWanted } from './wanted-idl.js';

const EPILOGUE = `
Compares the files with an older version of them: a file with one file; a folder with the part of the patterns before
their first wildcard; or the same files at a git ref, which is read without a checkout. A file or folder takes precedence over a
branch of the same name; refs/heads/name is always the branch.

Every finding says what comes of the change and how to do without it; docs/guides/idl-compatibility.md lists all rules. What
breaks messages or code is an error, what only behaves in another way a warning.

Examples:
  nestjs-thrift breaking 'idl/**/*.thrift' --against origin/main          before a merge; quote the pattern
  nestjs-thrift breaking 'idl/**/*.thrift' --against v1.4.0 --format github
  nestjs-thrift breaking idl --against ../released/idl --ignore enum-member-added
  nestjs-thrift breaking idl/user.thrift --against old/user.thrift --ignore source-breaking

Exit codes:
  0  nothing breaks, or there are warnings only
  1  at least one finding is an error, or there are more warnings than --max-warnings
  2  the command line is wrong, or no file matches
  3  the IDL of a version has errors, or there is no such version`;

interface BreakingOptions extends IdlOptions, FindingOptions {
  readonly against: string;
  readonly ignore: readonly string[];
}

/** Declares `breaking`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .argument('<patterns...>', '.thrift files, folders, or glob patterns in quotes')
    .requiredOption('--against <version>', 'the older version: a file, a folder or a git ref')
    .addOption(includeOption())
    .addOption(implicitFieldIdsOption())
    .option('--ignore <rule>', 'leave out a rule, or all of a level; can be repeated', collect, []);
  for (const option of FINDING_OPTIONS) {
    command.addOption(option);
  }
  command
    .addHelpText('after', EPILOGUE)
    .action((patterns: string[], options: BreakingOptions) => breaking(patterns, options, io));
}

async function breaking(
  patterns: readonly string[],
  { against, include, implicitFieldIds, ignore, ...findingOptions }: BreakingOptions,
  io: CommandIo,
): Promise<void> {
  const ignored = ignoredRules(ignore);
  const wanted = await findWanted(patterns, io.cwd);
  const versions = { old: await findVersion(against, wanted), new: currentVersion(wanted) };
  const base = resolve(io.cwd, wanted.baseDir);
  const options = {
    include: include.map((folder) => relative(base, resolve(io.cwd, folder)) || '.'),
    implicitFieldIds,
  };
  const found = compareSchemas(
    loadVersion(versions.old, options, io),
    loadVersion(versions.new, options, io),
    versions.old,
  );
  const kept = found.filter(({ rule }) => !ignored.has(rule.name));
  const findings = kept.map((incompatibility) => toFinding(incompatibility, versions));
  const rules = COMPATIBILITY_RULES.map((rule): FindingRule => ({
    name: rule.name,
    summary: rule.summary,
    reason: `${rule.consequence} ${rule.wayOut}`,
    level: levelOf(rule),
  }));
  const remark = versions.old.files.length === 0 ? `; ${against} has none of the files` : '';
  reportFindings(
    { findings, notesWith: 'each', rules, documentation: 'docs/guides/idl-compatibility.md' },
    findingOptions,
    io,
    remark,
  );
}

async function findVersion(against: string, wanted: WantedIdl): Promise<IdlVersion> {
  // An empty word, such as a variable that was never set, is not to mean the working folder.
  const stats =
    against === '' ? undefined : statSync(resolve(wanted.cwd, against), { throwIfNoEntry: false });
  if (stats?.isDirectory()) {
    return versionInFolder(against, wanted);
  }
  return stats === undefined ? versionInGit(against, wanted) : versionInFile(against, wanted);
}

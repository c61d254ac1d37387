import type { Command } from 'commander';
import { fixFiles, IdlError, lintFiles, type LintFinding } from '@nestjs-thrift/idl';
import { implicitFieldIdsOption, includeOption, type IdlOptions } from '../../idl/idl-options.js';
import { readDiskBytes, renderIdlError } from '../../idl/load-idl.js';
import {
  FINDING_OPTIONS,
  reportFindings,
  type FindingOptions,
} from '../../findings/report-findings.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { findSources } from '../generate/find-sources.js';
import { lintReport, writeFixed } from './lint-report.js';
import { loadLintConfig } from './load-lint-config.js';

const EPILOGUE = `
Rules are configured in .thriftlintrc.yaml, .thriftlintrc.yml or .thriftlintrc.json, looked for in the working folder and
those above it; the rules and their options are described in docs/guides/idl-lint.md:

  rules:
    enum-zero: error                      # off, warn or error
    field-naming: { severity: warn, style: camelCase }

A comment keeps a rule from speaking, on the next line or in the whole file:

  // thrift-lint-disable-next-line field-id-gap -- 3 was the nickname
  // thrift-lint-disable-file documented

Examples:
  nestjs-thrift lint 'idl/**/*.thrift'                     look; quote the pattern
  nestjs-thrift lint 'idl/**/*.thrift' --fix               and repair what is safe to repair
  nestjs-thrift lint idl --format github                   in a workflow of GitHub Actions
  nestjs-thrift lint idl --format sarif > lint.sarif       for code scanning and editors

Exit codes:
  0  nothing found, or warnings only
  1  at least one finding is an error, or there are more warnings than --max-warnings
  2  the command line is wrong, or no file matches
  3  the IDL has errors, or the configuration`;

interface LintOptions extends IdlOptions, FindingOptions {
  readonly config?: string;
  readonly fix?: true;
}

/** Declares `lint`. */
export function configure(command: Command, io: CommandIo): void {
  command
    .argument('<patterns...>', '.thrift files, folders, or glob patterns in quotes')
    .addOption(includeOption())
    .addOption(implicitFieldIdsOption())
    .option('--config <file>', 'the configuration, instead of the one that is found')
    .option('--fix', 'change the files where that is safe; comments and layout stay');
  for (const option of FINDING_OPTIONS) {
    command.addOption(option);
  }
  command
    .addHelpText('after', EPILOGUE)
    .action((patterns: string[], options: LintOptions) => lint(patterns, options, io));
}

async function lint(
  patterns: readonly string[],
  options: LintOptions,
  io: CommandIo,
): Promise<void> {
  const config = loadLintConfig(options.config, io.cwd);
  const { files } = await findSources(patterns, io.cwd);
  const sources = {
    files,
    includeDirs: options.include,
    implicitFieldIds: options.implicitFieldIds,
    readFile: (path: string) => readDiskBytes(io.cwd, path),
  };
  const report = (findings: readonly LintFinding[], remark: string): void =>
    reportFindings(lintReport(findings), options, io, remark);
  try {
    if (options.fix) {
      const { texts, findings, fixed } = fixFiles(sources, config);
      writeFixed(texts, io.cwd);
      report(findings, `; ${fixed} fixed`);
    } else {
      const findings = lintFiles(sources, config);
      const fixable = findings.filter(({ fix }) => fix !== undefined).length;
      report(findings, fixable === 0 ? '' : `; --fix repairs ${fixable} of them`);
    }
  } catch (error) {
    if (!(error instanceof IdlError)) {
      throw error;
    }
    throw new CommandFailure(EXIT_CODES.INPUT, renderIdlError(error, io));
  }
}

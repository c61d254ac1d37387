import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { cannotWrite, writeOutputFiles } from '../../terminal/output-files.js';
import type { CommandIo } from '../../terminal/terminal.js';
import type { BenchCommandOptions } from './bench-options.js';
import { formatJunit, formatMarkdown } from './pipeline-summaries.js';
import { renderReport } from './report.js';
import type { RunReport } from './run-report.js';

const FILES = {
  out: renderReport,
  markdown: formatMarkdown,
  junit: formatJunit,
} as const;

type FileOption = keyof typeof FILES;

/** The files that were asked for, with what makes their text. */
function filesOf(options: BenchCommandOptions): [string, (report: RunReport) => string][] {
  return (Object.keys(FILES) as FileOption[]).flatMap((option) => {
    const path = options[option];
    return path === undefined ? [] : [[path, FILES[option]]];
  });
}

/**
 * Looks whether all files of a run can be written, so that a wrong path fails before a run of an hour. Leaves what is there
 * alone: the run may still fail, and opening a pipe would reach its reader.
 *
 * @throws CommandFailure that names the path
 */
export function checkRunFiles(options: BenchCommandOptions, io: CommandIo): void {
  for (const [path] of filesOf(options)) {
    const file = resolve(io.cwd, path);
    try {
      const found = statSync(file, { throwIfNoEntry: false });
      if (found?.isDirectory()) {
        throw Object.assign(new Error(), { code: 'EISDIR' });
      }
      // With a separator at its end a path can only be that of a folder.
      accessSync(found === undefined ? `${dirname(file)}${sep}` : file, constants.W_OK);
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }
}

/** @throws CommandFailure that names the path */
export function writeRunFiles(
  report: RunReport,
  options: BenchCommandOptions,
  io: CommandIo,
): void {
  writeOutputFiles(
    filesOf(options).map(([name, format]) => ({
      name,
      path: resolve(io.cwd, name),
      text: format(report),
    })),
  );
}

import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';

/**
 * Looks whether a report can be written to `path`, so that nobody learns of a wrong one after a run of an hour. Leaves
 * what is there alone: the run may still fail, and opening a pipe would already tell its reader something.
 *
 * @throws CommandFailure that names the path
 */
export function checkReportPath(path: string, io: CommandIo): void {
  const file = resolve(io.cwd, path);
  explaining(path, () => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory()) {
      throw new Error('it is a folder');
    }
    // With a separator at its end a path can only be that of a folder.
    accessSync(found === undefined ? `${dirname(file)}${sep}` : file, constants.W_OK);
  });
}

/** @throws CommandFailure that names the path */
export function writeReport(path: string, page: string, io: CommandIo): void {
  explaining(path, () => writeFileSync(resolve(io.cwd, path), page));
}

function explaining(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot write ${path}: ${(error as Error).message}`);
  }
}

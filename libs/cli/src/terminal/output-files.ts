import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CommandFailure, EXIT_CODES } from './exit-codes.js';
import { systemReason } from './system-reason.js';

/** A file that a command writes. */
export interface OutputFile {
  /** Path as the user knows it, for messages. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly text: string;
}

/** A text next to the file that it becomes. */
interface StagedFile {
  readonly file: OutputFile;
  readonly target: string;
  readonly temporary: string;
}

/** The failure of a command that cannot write its output. */
export function cannotWrite(name: string, error: unknown): CommandFailure {
  return new CommandFailure(EXIT_CODES.INPUT, `cannot write ${name}: ${systemReason(error)}`);
}

/**
 * Writes all files or none: each text goes to a temporary file in the folder of its target; once all are complete, they are
 * renamed. Missing folders are created. A pipe or device is written in place.
 *
 * @throws CommandFailure with the exit code `INPUT` that names the file and the reason
 */
export function writeOutputFiles(files: readonly OutputFile[]): void {
  const staged: StagedFile[] = [];
  try {
    for (const file of files) {
      explaining(file, () => stage(file, staged));
    }
    for (const { file, target, temporary } of staged) {
      explaining(file, () => renameSync(temporary, target));
    }
  } finally {
    for (const { temporary } of staged) {
      rmSync(temporary, { force: true });
    }
  }
}

function stage(file: OutputFile, staged: StagedFile[]): void {
  const present = statSync(file.path, { throwIfNoEntry: false });
  if (present !== undefined && !present.isFile()) {
    return writeFileSync(file.path, file.text);
  }
  makeFolders(dirname(file.path));
  // A symbolic link stays one: what it points to is replaced.
  const target = present === undefined ? file.path : realpathSync(file.path);
  const random = randomBytes(6).toString('hex');
  const temporary = join(dirname(target), `.${basename(target).slice(0, 200)}.${random}.tmp`);
  const descriptor = openSync(temporary, 'wx');
  staged.push({ file, target, temporary });
  try {
    writeFileSync(descriptor, file.text);
  } finally {
    closeSync(descriptor);
  }
  if (present !== undefined) {
    chmodSync(temporary, present.mode);
  }
}

/**
 * Creates a folder and the missing ones above it. `mkdirSync` with `recursive` never returns where a file system says that a folder
 * is missing inside one that is there, as /proc does.
 */
function makeFolders(folder: string): void {
  const parent = dirname(folder);
  if (parent === folder || statSync(folder, { throwIfNoEntry: false }) !== undefined) {
    return;
  }
  makeFolders(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process was first.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw error;
    }
  }
}

function explaining(file: OutputFile, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw cannotWrite(file.name, error);
  }
}

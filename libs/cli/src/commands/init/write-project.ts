import { existsSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { writeOutputFiles } from '../../terminal/output-files.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { applyChanges } from '../generate/output-folder.js';
import { editExisting, type ExistingEdits } from './existing-project.js';
import { editManifest } from './manifest.js';
import { plannedFiles } from './plan-files.js';
import type { ProjectIdl } from './project-idl.js';
import type { Project } from './project.js';
import type { Changes } from './report.js';
import type { FileContext, TextFile } from './templates.js';

/** What was written. */
export interface WrittenProject {
  readonly changes: Changes;
  /** Whether package.json has new dependencies or scripts. */
  readonly isManifestNew: boolean;
}

const NO_EDITS: ExistingEdits = { changed: [], kept: [], open: [] };

/**
 * Writes the files that are missing, the additions to those that exist, and the generated code.
 *
 * @throws CommandFailure that names a file which cannot be written.
 */
export function writeProject(
  project: Project,
  context: FileContext,
  idl: ProjectIdl,
  isClient: boolean,
  io: CommandIo,
): WrittenProject {
  const exists = (path: string) => existsSync(join(io.cwd, path));
  const { text, added } = editManifest(project, idl.genArguments, isClient);
  const isManifestNew = added.length > 0;
  const hadManifest = exists('package.json');
  const files = plannedFiles(project, context, isClient);
  const missing = files.filter(({ path }) => !exists(path));
  const edits = project.isNew ? NO_EDITS : editExisting(project, context, isClient, io.cwd);
  const manifest: TextFile[] = isManifestNew ? [{ path: 'package.json', text }] : [];
  const output = [...missing, ...edits.changed, ...manifest];
  writeOutputFiles(
    output.map((file) => ({ name: file.path, path: join(io.cwd, file.path), text: file.text })),
  );
  const out = posix.join(project.sourceRoot, 'gen');
  applyChanges(resolve(io.cwd, out), out, { ...idl.changes, remove: [] });
  return {
    isManifestNew,
    changes: {
      created: [
        ...(idl.created === undefined ? [] : [idl.created]),
        ...idl.changes.write.map(({ path }) => posix.join(out, path)),
        ...(hadManifest ? [] : ['package.json']),
        ...missing.map(({ path }) => path),
      ],
      updated: [
        ...(hadManifest && isManifestNew ? [`package.json: ${added.join(', ')}`] : []),
        ...edits.changed.map(({ path }) => path),
      ],
      kept: [
        ...files.filter((file) => !missing.includes(file)).map(({ path }) => path),
        ...edits.kept,
      ],
      open: edits.open,
    },
  };
}

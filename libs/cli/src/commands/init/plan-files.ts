import { posix } from 'node:path';
import { newProjectFiles } from './new-project.js';
import type { Project } from './project.js';
import {
  appModuleFile,
  clientFile,
  controllerFile,
  moduleFile,
  type FileContext,
  type TextFile,
} from './templates.js';
import { specFile } from './test-templates.js';

/** Files that an application has in its own name afterwards; those that exist already are not written. */
export function plannedFiles(
  project: Project,
  context: FileContext,
  isClient: boolean,
): TextFile[] {
  const { sourceRoot, testRunner, isNew } = project;
  const kind = isClient ? 'client' : 'controller';
  const stem = posix.join(sourceRoot, 'thrift', context.service.fileName);
  const files: TextFile[] = [
    {
      path: `${stem}.${kind}.ts`,
      text: isClient ? clientFile(context) : controllerFile(context),
    },
    { path: `${stem}.module.ts`, text: moduleFile(context, isClient) },
  ];
  if (testRunner !== undefined) {
    files.push({ path: `${stem}.${kind}.spec.ts`, text: specFile(context, isClient, testRunner) });
  }
  if (isNew) {
    files.push(
      { path: 'src/app.module.ts', text: appModuleFile(context, isClient) },
      ...newProjectFiles(project, isClient),
    );
  }
  return files;
}

import { join } from 'node:path';
import { colorsFor, type CommandIo } from '../../terminal/terminal.js';
import type { PackageManager, Project } from './project.js';
import type { ChosenService } from './service.js';
import { firstUnary, type FileContext } from './templates.js';

/** What `init` did to each file. */
export interface Changes {
  readonly created: readonly string[];
  /** With what was added. */
  readonly updated: readonly string[];
  /** Files that were there and stay as they are. */
  readonly kept: readonly string[];
  /** What is left to the owner of the project. */
  readonly open: readonly string[];
}

/** How each package manager runs a script, and a command of a package. */
const RUN: Readonly<Record<PackageManager, { readonly script: string; readonly command: string }>> =
  {
    npm: { script: 'npm run', command: 'npx' },
    pnpm: { script: 'pnpm run', command: 'pnpm exec' },
    yarn: { script: 'yarn', command: 'yarn' },
    bun: { script: 'bun run', command: 'bunx' },
  };

/** Prints what was found. */
export function reportProject(project: Project, { name }: ChosenService, io: CommandIo): void {
  const { nestVersion, modules, packageManager, testRunner, isNew } = project;
  const found = [`Nest ${nestVersion}`, modules, packageManager, testRunner ?? 'no test runner'];
  io.stdout.write(`${isNew ? 'new application' : 'application'}: ${found.join(', ')}\n`);
  io.stdout.write(`service: ${name}\n\n`);
}

/** Prints what was done, one line for each file. */
export function reportChanges(changes: Changes, io: CommandIo): void {
  const { green, yellow, dim } = colorsFor(io.stdout, io);
  const print = (word: string, lines: readonly string[]): void => {
    for (const line of lines) {
      io.stdout.write(`${word} ${line}\n`);
    }
  };
  print(green('created'), changes.created);
  print(green('updated'), changes.updated);
  print(dim('kept   '), changes.kept);
  print(yellow('to do  '), changes.open);
}

/** Prints the commands that come next. */
export function reportNextSteps(
  { packageManager, testRunner }: Project,
  { service, isExample, address }: FileContext,
  idlFolder: string,
  isClient: boolean,
  io: CommandIo,
): void {
  const { script, command } = RUN[packageManager];
  const idl = join(idlFolder, service.idl).replaceAll('\\', '/');
  const method = firstUnary(service);
  const payload = isExample ? 'user_id=1' : '--edit';
  const target = isClient ? address : '127.0.0.1:8888';
  const lines = [
    ...(testRunner === undefined ? [] : [`${script} test`]),
    `${script} start`,
    ...(method === undefined
      ? []
      : [
          `${command} nestjs-thrift call ${target} ${service.name}.${method.name} ${payload} --idl ${idl}`,
        ]),
  ];
  io.stdout.write(`\nnext:\n${lines.map((line) => `  ${line}\n`).join('')}`);
  io.stdout.write(`After a change of the IDL: ${script} thrift:gen\n`);
}

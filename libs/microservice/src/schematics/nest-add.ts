import { readFileSync } from 'node:fs';

/** The files of the project, as schematics see them. */
interface Tree {
  exists(path: string): boolean;
  readText(path: string): string;
  overwrite(path: string, text: string): void;
}

/** A task that schematics run after they have written files. */
interface Task {
  toConfiguration(): { readonly name: string; readonly options: object };
}

interface Context {
  addTask(task: Task, dependencies?: readonly object[]): object;
}

const CLI = '@nestjs-thrift/cli';
const MANIFEST = 'package.json';
/** What `nest add` understands itself and hands on nevertheless, in the spelling of its command line or in camelCase. */
const OPTIONS_OF_NEST = ['project', 'skip-install', 'skipInstall', 'dry-run', 'dryRun'];
const LOCK_FILES = { 'pnpm-lock.yaml': 'pnpm', 'yarn.lock': 'yarn', 'bun.lock': 'bun' };

/**
 * The schematic of `nest add @nestjs-thrift/microservice`: installs the command line of the same version, and runs its schematic `init`,
 * which does what `nestjs-thrift init` does.
 *
 * @param options options of `init`, such as `client` and `service`, and those of `nest add`.
 */
export function nestAdd(options: object): (tree: Tree, context: Context) => void {
  return (tree, context) => {
    const text = tree.readText(MANIFEST);
    const manifest = JSON.parse(text) as { devDependencies?: Record<string, string> };
    const devDependencies = { [CLI]: `^${ownVersion()}`, ...manifest.devDependencies };
    const [, indent = '  '] = /\n([ \t]+)"/.exec(text) ?? [];
    tree.overwrite(
      MANIFEST,
      `${JSON.stringify({ ...manifest, devDependencies: sorted(devDependencies) }, null, indent)}\n`,
    );
    const installed = context.addTask(
      task('node-package', { command: 'install', packageManager: packageManagerOf(tree) }),
    );
    const ofInit = Object.entries(options).filter(([name]) => !OPTIONS_OF_NEST.includes(name));
    const init = { collection: CLI, name: 'init', options: Object.fromEntries(ofInit) };
    context.addTask(task('run-schematic', init), [installed]);
  };
}

/** The classes of these tasks are in packages of the Nest command line, which no application lists. */
function task(name: string, options: object): Task {
  return { toConfiguration: () => ({ name, options }) };
}

function packageManagerOf(tree: Tree): string {
  const [, manager = 'npm'] = Object.entries(LOCK_FILES).find(([file]) => tree.exists(file)) ?? [];
  return manager;
}

function sorted(dependencies: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(dependencies);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function ownVersion(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

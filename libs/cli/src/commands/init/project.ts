import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { readDiskFile } from '../../idl/load-idl.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';

/** A supported major version of Nest. */
export type NestMajor = 11 | 12;

/** What `init` found out about the folder it runs in. */
export interface Project {
  /** Whether the folder holds no application yet. */
  readonly isNew: boolean;
  readonly nest: NestMajor;
  /** As installed, or as package.json asks for it. */
  readonly nestVersion: string;
  readonly modules: 'ESM' | 'CommonJS';
  readonly packageManager: PackageManager;
  readonly testRunner: TestRunner | undefined;
  /** Folder of the sources, relative to the project. */
  readonly sourceRoot: string;
  /** Text of package.json; `{}` where there is none. */
  readonly manifestText: string;
}

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';
export type TestRunner = 'jest' | 'vitest' | 'node:test';

/** The parts of a package.json that are read. */
export interface Manifest {
  readonly type?: string;
  readonly packageManager?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly jest?: unknown;
}

const LOCK_FILES: Readonly<Record<string, PackageManager>> = {
  'package-lock.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

/**
 * Looks at the folder.
 *
 * @param newNest the version of Nest for a new application.
 * @throws CommandFailure if the folder holds something else than a Nest application, or one that is too old.
 */
export function inspectProject(
  io: CommandIo,
  { nest: newNest, sourceRoot }: { readonly nest?: `${NestMajor}`; readonly sourceRoot?: string },
): Project {
  const { cwd } = io;
  const manifestText = readDiskFile(cwd, 'package.json') ?? '{}';
  const manifest = parseJson<Manifest>('package.json', manifestText);
  const nestRange = { ...manifest.devDependencies, ...manifest.dependencies }['@nestjs/core'];
  const packageManager = packageManagerOf(io, manifest, nestRange === undefined);
  if (nestRange === undefined) {
    requireNoSources(cwd);
    const nest = newNest === '11' ? 11 : 12;
    return {
      isNew: true,
      nest,
      nestVersion: String(nest),
      modules: nest === 12 ? 'ESM' : 'CommonJS',
      packageManager,
      testRunner: nest === 12 ? 'vitest' : 'jest',
      sourceRoot: 'src',
      manifestText,
    };
  }
  const nestVersion = installedVersion(cwd, '@nestjs/core') ?? nestRange;
  return {
    isNew: false,
    nest: supportedMajor(nestVersion),
    nestVersion,
    modules: manifest.type === 'module' ? 'ESM' : 'CommonJS',
    packageManager,
    testRunner: testRunnerOf(manifest),
    sourceRoot: relativeFolder(cwd, sourceRoot ?? configuredSourceRoot(cwd)),
    manifestText,
  };
}

function parseJson<Content>(file: string, text: string): Content {
  try {
    return JSON.parse(text) as Content;
  } catch (error) {
    throw new CommandFailure(EXIT_CODES.INPUT, `cannot read ${file}: ${(error as Error).message}`);
  }
}

function requireNoSources(cwd: string): void {
  if (existsSync(join(cwd, 'src'))) {
    throw new CommandFailure(
      EXIT_CODES.INPUT,
      `${cwd} has a folder src, but its package.json does not list @nestjs/core: run init in the folder of a Nest application, or in an empty one`,
    );
  }
}

/** The version of an installed package, looked for as Node does. */
function installedVersion(folder: string, name: string): string | undefined {
  const text = readDiskFile(folder, 'node_modules', name, 'package.json');
  if (text !== undefined) {
    return (JSON.parse(text) as { readonly version: string }).version;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : installedVersion(parent, name);
}

function supportedMajor(version: string): NestMajor {
  const [major = 0, minor = 0, patch = 0] = (/\d+(\.\d+)*/.exec(version)?.[0] ?? '')
    .split('.')
    .map(Number);
  // A range such as ^11.0.1 can resolve to a later version.
  const isRange = !/^\d/.test(version);
  const isLater = (least: readonly [number, number]) =>
    minor > least[0] || (minor === least[0] && patch >= least[1]);
  if (major === 11 && (isRange || isLater([1, 6]))) {
    return 11;
  }
  if (major === 12 && (isRange || isLater([0, 4]))) {
    return 12;
  }
  throw new CommandFailure(
    EXIT_CODES.INPUT,
    `Nest ${version} is not supported: update @nestjs/core to 11.1.6 or later, or to 12.0.4 or later`,
  );
}

function packageManagerOf(
  { cwd, env }: CommandIo,
  manifest: Manifest,
  isNew: boolean,
): PackageManager {
  // How this command was started: "pnpm/10.4.0 npm/? node/v22.0.0 linux x64".
  const starter = knownManager(env.npm_config_user_agent);
  return (
    knownManager(manifest.packageManager) ??
    // Lock files above a new application may be those of others.
    (isNew ? starter : managerOfLockFile(cwd)) ??
    starter ??
    'npm'
  );
}

function knownManager(text = ''): PackageManager | undefined {
  const [, name] = /^(npm|pnpm|yarn|bun)\b/.exec(text) ?? [];
  return name as PackageManager | undefined;
}

/** A workspace has its lock file in a folder above. */
function managerOfLockFile(folder: string): PackageManager | undefined {
  const found = Object.keys(LOCK_FILES).find((name) => existsSync(join(folder, name)));
  if (found !== undefined) {
    return LOCK_FILES[found];
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : managerOfLockFile(parent);
}

function testRunnerOf({
  scripts,
  dependencies,
  devDependencies,
}: Manifest): TestRunner | undefined {
  const installed = { ...dependencies, ...devDependencies };
  if ('vitest' in installed) {
    return 'vitest';
  }
  if ('jest' in installed) {
    return 'jest';
  }
  return /\bnode\b.*--test/.test(scripts?.test ?? '') ? 'node:test' : undefined;
}

/** With forward slashes, as imports and scripts of package.json have them. */
function relativeFolder(cwd: string, folder: string): string {
  return relative(cwd, resolve(cwd, folder)).replaceAll('\\', '/');
}

function configuredSourceRoot(cwd: string): string {
  const file = 'nest-cli.json';
  const text = readDiskFile(cwd, file) ?? '{}';
  return parseJson<{ readonly sourceRoot?: string }>(file, text).sourceRoot ?? 'src';
}

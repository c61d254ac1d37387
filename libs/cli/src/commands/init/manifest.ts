import { VERSION } from '../../terminal/terminal.js';
import type { Manifest, NestMajor, Project } from './project.js';

/** What package.json lacks. */
interface Additions {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

/** A package.json with what was added, in words. */
export interface ManifestEdit {
  readonly text: string;
  readonly added: readonly string[];
}

/** The oldest supported version of each Nest, and what fits it. */
const NEST_RANGES: Readonly<Record<NestMajor, string>> = { 11: '^11.1.6', 12: '^12.0.4' };
const TYPESCRIPT: Readonly<Record<NestMajor, string>> = { 11: '^5.9.3', 12: '^6.0.2' };

/** ES modules that jest has to transform in a CommonJS project; the folder `.pnpm` is that of pnpm. */
export const TRANSFORM_IGNORE = '/node_modules/(?!(\\.pnpm/)?(@nestjs-thrift|cockatiel)[/+@])';

/**
 * Adds the dependencies, scripts and jest settings that are missing. What is there stays as it is.
 *
 * @param gen the arguments of `gen`, for the scripts.
 */
export function editManifest(project: Project, gen: string, isClient: boolean): ManifestEdit {
  const before = JSON.parse(project.manifestText) as Manifest;
  const wanted = merge(thriftAdditions(project.nest, gen), newAdditions(project, isClient));
  const present = { ...before.peerDependencies, ...before.devDependencies, ...before.dependencies };
  const dependencies = missing(wanted.dependencies, present);
  const devDependencies = missing(wanted.devDependencies, present);
  const scripts = missing(wanted.scripts, before.scripts ?? {});
  const jest = editJest(project, before);
  const after = {
    ...(project.isNew && newHead(project, before)),
    ...before,
    ...(project.isNew && project.modules === 'ESM' && { type: 'module' }),
    ...withSection('scripts', before.scripts, scripts, false),
    ...withSection('dependencies', before.dependencies, dependencies, true),
    ...withSection('devDependencies', before.devDependencies, devDependencies, true),
    ...(jest !== undefined && { jest }),
  };
  const added = [
    ...Object.keys({ ...dependencies, ...devDependencies }),
    ...Object.keys(scripts).map((name) => `script ${name}`),
    ...(jest !== undefined ? ['settings of jest'] : []),
  ];
  return { text: added.length === 0 ? project.manifestText : render(after, project), added };
}

function thriftAdditions(nest: NestMajor, gen: string): Additions {
  const own = `^${VERSION}`;
  return {
    dependencies: {
      '@nestjs-thrift/microservice': own,
      '@nestjs/microservices': NEST_RANGES[nest],
    },
    devDependencies: {
      '@nestjs-thrift/cli': own,
      '@nestjs-thrift/testing': own,
      '@nestjs/testing': NEST_RANGES[nest],
    },
    scripts: {
      'thrift:gen': `nestjs-thrift gen ${gen}`,
      'thrift:check': `nestjs-thrift gen ${gen} --check`,
    },
  };
}

function newAdditions({ isNew, nest, testRunner }: Project, isClient: boolean): Additions {
  if (!isNew) {
    return { dependencies: {}, devDependencies: {}, scripts: {} };
  }
  const range = NEST_RANGES[nest];
  const isJest = testRunner === 'jest';
  return {
    dependencies: {
      '@nestjs/common': range,
      '@nestjs/core': range,
      ...(isClient && { '@nestjs/platform-express': range }),
      'reflect-metadata': '^0.2.2',
      rxjs: '^7.8.1',
    },
    devDependencies: {
      '@nestjs/cli': `^${nest}.0.0`,
      '@types/node': '^24.0.0',
      ...(isJest
        ? { '@types/jest': '^30.0.0', jest: '^30.0.0', 'ts-jest': '^29.4.0' }
        : { vitest: '^4.1.2' }),
      typescript: TYPESCRIPT[nest],
    },
    scripts: {
      build: 'nest build',
      start: 'nest start',
      'start:dev': 'nest start --watch',
      'start:prod': 'node dist/main.js',
      test: isJest ? 'jest' : 'vitest run',
    },
  };
}

function newHead({ modules }: Project, before: Manifest): object {
  return {
    private: true,
    ...(modules === 'ESM' && before.type === undefined && { type: 'module' }),
  };
}

/** The settings of jest in package.json, if there are some that cannot load ES modules. */
function editJest({ isNew, modules, testRunner }: Project, { jest }: Manifest): object | undefined {
  if (testRunner !== 'jest' || modules === 'ESM') {
    return undefined;
  }
  if (isNew) {
    return {
      moduleFileExtensions: ['js', 'json', 'ts'],
      rootDir: 'src',
      testRegex: '.*\\.spec\\.ts$',
      transform: { '^.+\\.(t|j)s$': 'ts-jest' },
      transformIgnorePatterns: [TRANSFORM_IGNORE],
      testEnvironment: 'node',
    };
  }
  const isOpen = typeof jest === 'object' && jest !== null && !('transformIgnorePatterns' in jest);
  return isOpen ? { ...jest, transformIgnorePatterns: [TRANSFORM_IGNORE] } : undefined;
}

function merge(first: Additions, second: Additions): Additions {
  return {
    dependencies: { ...first.dependencies, ...second.dependencies },
    devDependencies: { ...first.devDependencies, ...second.devDependencies },
    scripts: { ...second.scripts, ...first.scripts },
  };
}

function missing(
  wanted: Readonly<Record<string, string>>,
  present: object,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !(name in present)));
}

/** npm sorts dependencies, and leaves scripts in the order of the file. */
function withSection(
  name: string,
  before: Readonly<Record<string, string>> = {},
  added: Readonly<Record<string, string>>,
  isSorted: boolean,
): object {
  const entries = Object.entries({ ...before, ...added });
  if (isSorted) {
    entries.sort(([left], [right]) => (left < right ? -1 : 1));
  }
  return entries.length === 0 ? {} : { [name]: Object.fromEntries(entries) };
}

/** With the indentation and line ends of the file. */
function render(manifest: object, { manifestText }: Project): string {
  const [, indent = '  '] = /\n([ \t]+)"/.exec(manifestText) ?? [];
  const text = `${JSON.stringify(manifest, null, indent)}\n`;
  return manifestText.includes('\r\n') ? text.replaceAll('\n', '\r\n') : text;
}

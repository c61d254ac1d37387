import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { NEST_RUNTIME, NODE_RUNTIME, type ImportExtension } from '@nestjs-thrift/codegen';
import { getTsconfig, type TsConfigJson } from 'get-tsconfig';

/** The module that generated files import from. */
export function runtimeModule(options: {
  readonly target: 'nest' | 'node';
  readonly runtime?: string;
}): string {
  return options.runtime ?? (options.target === 'nest' ? NEST_RUNTIME : NODE_RUNTIME);
}

/**
 * How imports between files of a folder end in the project that the folder belongs to, from the nearest `tsconfig.json`
 * with what it extends, and the nearest `package.json`; `js` without a `tsconfig.json`.
 */
export function importExtensionFor(folder: string): ImportExtension {
  const options = getTsconfig(nearestFolder(folder))?.config.compilerOptions;
  return options === undefined ? 'js' : extensionOf(options, isEsm(folder));
}

/** CommonJS needs no extension under `nodenext`, and test runners resolve none that is not the file's own. */
function isEsm(folder: string): boolean {
  const manifest = nearestManifest(folder);
  return (
    manifest === undefined ||
    (JSON.parse(readFileSync(manifest, 'utf8')) as Manifest).type === 'module'
  );
}

function extensionOf(options: TsConfigJson.CompilerOptions, isModule: boolean): ImportExtension {
  const { allowImportingTsExtensions, rewriteRelativeImportExtensions } = options as {
    readonly allowImportingTsExtensions?: boolean;
    readonly rewriteRelativeImportExtensions?: boolean;
  };
  if (allowImportingTsExtensions === true || rewriteRelativeImportExtensions === true) {
    return 'ts';
  }
  const { module = '', moduleResolution = module } = options;
  return isModule && /^node(?:16|18|20|next)$/i.test(moduleResolution) ? 'js' : 'none';
}

/**
 * What is wrong with the dependencies of the package that a folder belongs to, or `undefined`. Strict package managers
 * resolve nothing that the nearest `package.json` does not list.
 */
export function missingDependency(folder: string, module: string, cwd: string): string | undefined {
  const [scope = '', name] = module.split('/');
  const dependency = scope.startsWith('@') ? `${scope}/${name}` : scope;
  const manifest = nearestManifest(folder);
  if (manifest === undefined || dependency.startsWith('.') || dependency.startsWith('#')) {
    return undefined;
  }
  if (lists(JSON.parse(readFileSync(manifest, 'utf8')) as Manifest, dependency)) {
    return undefined;
  }
  return (
    `generated files import ${module}, but ${relative(cwd, manifest) || manifest} does not list ` +
    `${dependency}; add it with: npm install ${dependency}`
  );
}

interface Manifest {
  readonly name?: string;
  readonly type?: string;
  readonly dependencies?: object;
  readonly devDependencies?: object;
  readonly peerDependencies?: object;
}

function lists(manifest: Manifest, dependency: string): boolean {
  const { name, dependencies = {}, devDependencies = {}, peerDependencies = {} } = manifest;
  return (
    name === dependency ||
    dependency in { ...dependencies, ...devDependencies, ...peerDependencies }
  );
}

function nearestManifest(folder: string): string | undefined {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) {
    return manifest;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestManifest(parent);
}

/** The output folder need not exist yet. */
function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(dirname(folder));
}

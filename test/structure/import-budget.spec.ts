import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SOURCE_FLAGS } from '#test/child-app.js';

/** Packages that each of these packages loads; a name goes when its package is no longer loaded. */
const LOADED: Readonly<Record<string, readonly string[]>> = {
  '@nestjs-thrift/codec': [],
  '@nestjs-thrift/transport': ['@nestjs-thrift/codec'],
  '@nestjs-thrift/governance': ['@nestjs-thrift/codec', '@nestjs-thrift/transport', 'cockatiel'],
  '@nestjs-thrift/microservice': [
    '@nestjs-thrift/codec',
    '@nestjs-thrift/governance',
    '@nestjs-thrift/transport',
    'cockatiel',
  ],
};
/** An application with microservices has these in any case, with rxjs and all else that they load. */
const NEST = ['@nestjs/common', '@nestjs/core', '@nestjs/microservices'];

/** The packages, ours among them, that importing `name` loads when `before` is loaded. */
async function loadedWith(name: string, before: readonly string[]): Promise<string[]> {
  const program = 'test/structure/support/print-loads.ts';
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...SOURCE_FLAGS, program, ...before, name],
    { maxBuffer: 2 ** 24 },
  );
  const [earlier, own] = stdout.split(`import ${name}\n`).map(packagesIn);
  return [...own!].filter((other) => !earlier!.has(other)).sort();
}

function packagesIn(urls: string): Set<string> {
  return new Set(urls.split('\n').flatMap((url) => packageOf(url) ?? []));
}

function packageOf(url: string): string | undefined {
  const [, own] = /\/libs\/(\w+)\//.exec(url) ?? [];
  const [, installed] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  return installed ?? (own && `@nestjs-thrift/${own}`);
}

// The sources are compiled on their way, which takes a second for each hundred files.
describe('import budget', () => {
  it.each(Object.entries(LOADED))(
    '%s loads the packages of its list alone',
    async (name, list) => {
      const before = name === '@nestjs-thrift/microservice' ? NEST : [];

      expect(await loadedWith(name, before)).toEqual([name, ...list].sort());
    },
    90_000,
  );
});

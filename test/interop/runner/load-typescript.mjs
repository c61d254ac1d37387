// Module hooks that compile TypeScript with swc and find './x.js' in './x.ts'. INTEROP_MUTANT breaks a source file on
// its way into memory; see mutants.json.
import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transform } from '@swc/core';
import otherNest from '../../../jest/other-nest.cjs';

/** @type {import('@swc/core').Options} */
const options = {
  swcrc: false,
  sourceMaps: 'inline',
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

/** @type {{ name: string; file: string; from: string; to: string }[]} */
const mutants = JSON.parse(readFileSync(new URL('../mutants.json', import.meta.url), 'utf8'));
const mutant = mutants.find(({ name }) => name === process.env.INTEROP_MUTANT);

/**
 * @param {string} path
 * @param {string} source
 */
function mutated(path, source) {
  if (mutant === undefined || !path.endsWith(mutant.file)) {
    return source;
  }
  if (!source.includes(mutant.from)) {
    throw new Error(`mutant ${mutant.name} no longer applies to ${path}`);
  }
  return source.replace(mutant.from, mutant.to);
}

/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  const nest = otherNest.folderOf(specifier);
  if (nest !== undefined) {
    return await next(specifier, { ...context, parentURL: `${pathToFileURL(nest).href}/` });
  }
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!specifier.startsWith('.') || !specifier.endsWith('.js')) {
      throw error;
    }
    return await next(specifier.replace(/\.js$/, '.ts'), context);
  }
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) {
    return await next(url, context);
  }
  const path = fileURLToPath(url);
  const source = mutated(path, readFileSync(path, 'utf8'));
  const { code } = await transform(source, { ...options, filename: path });
  return { format: 'module', source: code, shortCircuit: true };
}

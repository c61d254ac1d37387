// `npm run build` ends with this: what tsc compiled of each package becomes a few files, because an import spends most of its time
// on finding and linking hundreds of them. Declarations stay one file per source, with maps that lead an editor there.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';

/** Where tsc writes; see tsconfig.lib.json of a package. */
const COMPILED = '.cache/build';
const { pathname: root } = new URL('..', import.meta.url);

/**
 * Follows the maps of tsc, so that those of a bundle lead to the TypeScript.
 *
 * @type {import('rolldown').Plugin}
 */
const mapsOfTsc = {
  name: 'maps-of-tsc',
  load(file) {
    const map = JSON.parse(readFileSync(`${file}.map`, 'utf8'));
    return { code: readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*/, ''), map };
  },
};

/** @param {string} file */
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/**
 * The entries of a package by their path in dist, without extension: what it exports, and the schematics that `nest add` loads.
 *
 * @param {string} folder
 * @returns {Record<string, string>}
 */
function entriesOf(folder) {
  const { exports, schematics } = readJson(path.join(folder, 'package.json'));
  const collection =
    schematics === undefined ? {} : readJson(path.join(folder, schematics)).schematics;
  const files = [
    ...Object.values(exports).flatMap((entry) => entry.default ?? []),
    ...Object.values(collection).map(({ factory }) => factory),
  ];
  return Object.fromEntries(
    files.map((/** @type {string} */ file) => {
      const [, name] = /^\.{1,2}\/dist\/(.*)\.js(?:#.*)?$/.exec(file) ?? [];
      return [name, path.join(folder, COMPILED, `${name}.js`)];
    }),
  );
}

/** @param {string} folder */
async function bundle(folder) {
  const bundled = await rolldown({
    input: entriesOf(folder),
    // Other packages, also our own, stay packages: one copy of each in a process.
    external: (id) => !id.startsWith('.') && !path.isAbsolute(id),
    platform: 'node',
    plugins: [mapsOfTsc],
  });
  const dist = path.join(folder, 'dist');
  const { output } = await bundled.write({
    dir: dist,
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    minify: false,
  });
  await bundled.close();
  for (const chunk of output) {
    const [renamed] = (chunk.type === 'chunk' && /\bclass \w+\$\d+/.exec(chunk.code)) || [];
    if (renamed !== undefined) {
      // Nest shows the names of classes in its log, and users those of errors.
      throw new Error(`${folder}: two classes have one name, so one became "${renamed}"`);
    }
  }
  removeOthers(dist, new Set(output.map(({ fileName }) => fileName)));
  return output.filter(({ type }) => type === 'chunk').length;
}

/**
 * Removes the JavaScript of an earlier build.
 *
 * @param {string} dist
 * @param {ReadonlySet<string>} written
 */
function removeOthers(dist, written) {
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    if (/\.js(\.map)?$/.test(file) && !written.has(file)) {
      rmSync(path.join(dist, file));
    }
  }
}

for (const name of readdirSync(path.join(root, 'libs'))) {
  const folder = path.join(root, 'libs', name);
  if (existsSync(path.join(folder, COMPILED))) {
    console.log(`${name}: ${await bundle(folder)} files`);
  }
}

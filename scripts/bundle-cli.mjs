// `npm run build` ends with this: the command line in a few files, because loading hundreds of them took most of its start.
// Part of the bundle are our own packages and the small ones that every command needs; the rest is loaded from node_modules.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';

const output = 'libs/cli/dist/bundle';
const bundled =
  /^(@nestjs-thrift\/(?!governance)|commander|picocolors|fast-wrap-ansi|fast-string-)/;

const bundle = await rolldown({
  input: { index: 'libs/cli/dist/index.js' },
  external: (id) => !/^[./]/.test(id) && !bundled.test(id),
  platform: 'node',
});
rmSync(output, { recursive: true, force: true });
const { output: chunks } = await bundle.write({
  dir: output,
  format: 'esm',
  chunkFileNames: '[name]-[hash].js',
});
await bundle.close();

const folders = new Set(
  chunks
    .flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
    .filter((id) => id.includes('/node_modules/'))
    .map((id) => packageFolder(dirname(id))),
);
writeFileSync(join(output, 'licenses.txt'), [...folders].sort().map(licenseOf).join('\n'));

/**
 * The nearest folder with a manifest that has a name.
 *
 * @param {string} folder
 * @returns {string}
 */
function packageFolder(folder) {
  const manifest = join(folder, 'package.json');
  const isPackage = existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name;
  return isPackage ? folder : packageFolder(dirname(folder));
}

/** @param {string} folder */
function licenseOf(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = ['LICENSE', 'LICENSE.md', 'license'].find((each) => existsSync(join(folder, each)));
  if (file === undefined) {
    throw new Error(`${name} is part of the bundle and has no license file`);
  }
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8')}`;
}

// `node scripts/use-tarballs.mjs MANIFEST FOLDER`: makes a package.json install our packages from the tarballs of a folder,
// also those that its dependencies ask for, with npm, pnpm and Yarn.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [file, folder] = process.argv.slice(2);
if (file === undefined || folder === undefined) {
  throw new Error('give the package.json and the folder of the tarballs');
}
const tarballs = Object.fromEntries(
  readdirSync(folder).map((name) => {
    const [, own] = /^nestjs-thrift-([a-z]+)-\d.*\.tgz$/.exec(name) ?? [];
    return [`@nestjs-thrift/${own}`, `file:${path.resolve(folder, name)}`];
  }),
);

/** @param {Record<string, string>} dependencies */
const fromTarballs = (dependencies = {}) =>
  Object.fromEntries(
    Object.entries(dependencies).map(([name, range]) => [name, tarballs[name] ?? range]),
  );

const manifest = JSON.parse(readFileSync(file, 'utf8'));
writeFileSync(
  file,
  JSON.stringify({
    ...manifest,
    dependencies: fromTarballs(manifest.dependencies),
    devDependencies: fromTarballs(manifest.devDependencies),
    overrides: tarballs,
    resolutions: tarballs,
    pnpm: { overrides: tarballs },
  }),
);

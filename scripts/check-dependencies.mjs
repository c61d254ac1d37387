// `node scripts/check-dependencies.mjs`: every installed dependency has a licence of the list below, and none that users install
// has a known advisory. Needs `npm install` before.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Licences that allow use in a product of any kind, as SPDX writes them. */
const ALLOWED = new Set([
  '(MIT OR CC0-1.0)',
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 AND MIT',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);
/** Of what only builds and tests use, and no published package brings along. */
const ALLOWED_FOR_DEVELOPMENT = new Set(['CC-BY-4.0', 'Python-2.0']);
/** Packages whose manifest names no SPDX licence, with the one that their licence file holds. */
const READ_BY_HAND = new Map([
  ['ansi-color', 'BSD-3-Clause'],
  ['process', 'MIT'],
  ['spawndamnit', 'MIT'],
]);

/**
 * @typedef {{ license?: string; dev?: boolean; devOptional?: boolean; link?: boolean }} LockedPackage
 * @typedef {{ license?: string; licenses?: readonly { type: string }[] }} Manifest
 */

/**
 * @param {string} folder such as node_modules/a/node_modules/b
 * @param {LockedPackage} locked
 */
function licenceOf(folder, { license }) {
  const byHand = READ_BY_HAND.get(nameOf(folder));
  if (byHand !== undefined || license !== undefined) {
    return byHand ?? license;
  }
  const manifest = /** @type {Manifest} */ (
    JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  );
  return manifest.licenses?.map(({ type }) => type).join(' AND ');
}

/** @param {string} folder */
function nameOf(folder) {
  return folder.replace(/^.*node_modules\//, '');
}

/** The packages of the lockfile whose licence is not allowed, with the licence. */
function refusedLicences() {
  /** @type {{ packages: Record<string, LockedPackage> }} */
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  return Object.entries(packages).flatMap(([folder, locked]) => {
    if (!folder.includes('node_modules/') || locked.link) {
      return [];
    }
    const licence = licenceOf(folder, locked);
    const isForDevelopment = locked.dev || locked.devOptional;
    const isAllowed =
      licence !== undefined &&
      (ALLOWED.has(licence) || (isForDevelopment && ALLOWED_FOR_DEVELOPMENT.has(licence)));
    return isAllowed ? [] : [`${nameOf(folder)}: ${licence ?? 'no licence'}`];
  });
}

/**
 * What `npm COMMAND --json` prints, whatever its exit code.
 *
 * @param {string[]} words
 */
async function npmJson(...words) {
  const { stdout } = await run('npm', [...words, '--json'], { maxBuffer: 2 ** 27 }).catch(
    (error) => {
      if (typeof error.stdout === 'string' && error.stdout !== '') {
        return error;
      }
      throw error;
    },
  );
  return JSON.parse(stdout);
}

/** Advisories of what users install; `undefined` where the registry has no list of advisories. */
async function advisories() {
  const report = await npmJson('audit', '--omit', 'dev');
  if (report.vulnerabilities === undefined) {
    console.log(`advisories were not checked: ${report.message ?? JSON.stringify(report)}`);
    return undefined;
  }
  return Object.values(report.vulnerabilities).map(
    ({ name, severity, range }) => `${name} ${range}: ${severity}; see npm audit`,
  );
}

/** @type {string[]} */
const problems = [];
const refused = refusedLicences();
problems.push(...refused);
console.log(`licences: ${refused.length} refused`);

const known = await advisories();
if (known !== undefined) {
  problems.push(...known);
  console.log(`advisories: ${known.length}`);
}

if (problems.length > 0) {
  throw new Error(`dependencies that cannot be used:\n${problems.join('\n')}`);
}

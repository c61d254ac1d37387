// `node scripts/manifests.mjs [--check]`: what every package that is published says about itself. Fills repository, homepage,
// bugs, keywords, publishConfig and typesVersions of each package.json, the constants that hold the version, and copies the
// licence; `--check` only compares.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { facts } from './project-facts.mjs';

const check = process.argv.includes('--check');
const licence = readFileSync('LICENSE', 'utf8');
/** @type {string[]} */
const stale = [];

/** Words by which a package is found, in addition to those of the project. */
const KEYWORDS = /** @type {Record<string, string[]>} */ ({
  apache: ['thrift-compiler', 'migration'],
  cli: ['cli', 'codegen', 'idl', 'lint'],
  codec: ['codec', 'serialization', 'binary', 'compact'],
  codegen: ['codegen', 'typescript', 'json-schema'],
  gateway: ['http', 'json', 'openapi'],
  governance: ['resilience', 'retry', 'circuit-breaker', 'load-balancing', 'service-discovery'],
  health: ['health', 'terminus', 'kubernetes', 'probes'],
  idl: ['idl', 'parser', 'linter'],
  microservice: ['nest', 'transport', 'ttheader', 'grpc-alternative'],
  telemetry: ['opentelemetry', 'prometheus', 'tracing', 'metrics'],
  testing: ['testing', 'mock', 'fault-injection'],
  transport: ['ttheader', 'framed', 'client', 'server'],
  'nestjs-thrift': ['nest'],
});

/** Sources that hold the version: the package.json of a package is not there once an application is bundled. */
const VERSION_CONSTANTS = [
  'libs/cli/src/terminal/terminal.ts',
  'libs/health/src/diagnosis/thrift-diagnosis.ts',
];

/**
 * For `moduleResolution: node10`, which reads no `exports`: the types of each entry.
 *
 * @param {Record<string, string | { types: string }>} exported
 */
function typesVersions(exported) {
  const entries = Object.entries(exported).flatMap(([entry, target]) =>
    entry === '.' || typeof target === 'string' ? [] : [[entry.slice(2), [target.types]]],
  );
  return entries.length === 0 ? undefined : { '*': Object.fromEntries(entries) };
}

/**
 * @param {string} file
 * @param {string} text
 */
function write(file, text) {
  let current = '';
  try {
    current = readFileSync(file, 'utf8');
  } catch {
    // not written yet
  }
  if (current === text) {
    return;
  }
  stale.push(file);
  if (!check) {
    writeFileSync(file, text);
  }
}

const { version: released } = JSON.parse(readFileSync('libs/microservice/package.json', 'utf8'));
// The package that holds the unscoped name is not a workspace: its command would stand in for the real one here.
const folders = [...readdirSync('libs').map((folder) => `libs/${folder}`), 'npm/nestjs-thrift'];

for (const folder of folders) {
  const file = `${folder}/package.json`;
  const {
    name,
    version: _own,
    description,
    license,
    keywords: _keywords,
    homepage: _homepage,
    bugs: _bugs,
    repository: _repository,
    ...rest
  } = JSON.parse(readFileSync(file, 'utf8'));
  const manifest = {
    name,
    version: released,
    description,
    keywords: [...facts.keywords, ...(KEYWORDS[path.basename(folder)] ?? [])],
    homepage: facts.homepage,
    bugs: facts.issues,
    repository: { type: 'git', url: `git+${facts.repository}.git`, directory: folder },
    license,
    ...rest,
    publishConfig: { access: 'public', provenance: true },
    typesVersions: typesVersions(rest.exports ?? {}),
  };
  // Next to the entries it stands for.
  const {
    keywords,
    homepage,
    bugs,
    repository,
    publishConfig,
    typesVersions: types,
    ...others
  } = manifest;
  const ordered = Object.entries(others).flatMap(([key, value]) => {
    if (key === 'license') {
      return Object.entries({ keywords, homepage, bugs, repository, license: value });
    }
    return key === 'types' && types !== undefined
      ? Object.entries({ types: value, typesVersions: types })
      : [[key, value]];
  });
  const text = JSON.stringify({ ...Object.fromEntries(ordered), publishConfig }, null, 2);
  write(file, `${text}\n`);
  write(`${folder}/LICENSE`, licence);
}

for (const file of VERSION_CONSTANTS) {
  const source = readFileSync(file, 'utf8');
  write(file, source.replace(/\bVERSION = '[^']*'/, `VERSION = '${released}'`));
}

if (check && stale.length > 0) {
  throw new Error(`run npm run manifests: it would change ${stale.join(', ')}`);
}
console.log(stale.length === 0 ? 'manifests are up to date' : `wrote ${stale.join(', ')}`);

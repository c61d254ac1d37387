// Holds the Kubernetes manifests against the schemas of Kubernetes: as values by its JSON schemas, and as literals by its
// types, because the schemas let unknown keys pass. Then what must agree: the drain and its times, the environment and what
// the application reads of it, the governance file and its schema, the autoscaler and its metrics.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GovernanceFile } from '@nestjs-thrift/governance';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, '../kubernetes');
/** @type {string[]} */
const problems = [];

const manifests = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) =>
    parseAllDocuments(readFileSync(join(folder, name), 'utf8')).map((document) => {
      for (const error of document.errors) {
        problems.push(`${name}: ${error.message}`);
      }
      return { name, value: document.toJS() };
    }),
  );

const require = createRequire(import.meta.url);
for (const { name, value } of manifests) {
  const Model = require(`kubernetes-models/${value.apiVersion}`)[value.kind];
  try {
    new Model(value).validate();
  } catch (error) {
    problems.push(`${name}: ${value.kind}: ${messageOf(error)}`);
  }
}

checkTypes();
checkDrain();
checkImage();
checkNetwork();
checkEnvironment();
await checkGovernanceFile();
checkAutoscaler();

for (const problem of problems) {
  console.error(problem);
}
if (problems.length === 0) {
  console.log(`${manifests.length} manifests are valid`);
} else {
  process.exitCode = 1;
}

/** A literal of a type may have no unknown keys. */
function checkTypes() {
  const scratch = mkdtempSync(join(here, '.types-'));
  try {
    const files = manifests.map(({ name, value }, index) => {
      const file = join(scratch, `${index}.ts`);
      const type = `import('kubernetes-models/${value.apiVersion}').I${value.kind}`;
      writeFileSync(
        file,
        `// ${name}\nexport const manifest: ${type} = ${JSON.stringify(value)};\n`,
      );
      return file;
    });
    const program = ts.createProgram(files, {
      module: ts.ModuleKind.NodeNext,
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
    });
    for (const { file, messageText } of ts.getPreEmitDiagnostics(program)) {
      const name = file?.text.split('\n', 1)[0]?.slice(3) ?? 'types';
      problems.push(`${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** The pod must not be killed before the longest drain has ended. */
function checkDrain() {
  const { spec } = find('Deployment').spec.template;
  const [container] = spec.containers;
  const milliseconds = (/** @type {string} */ variable) =>
    Number(container.env.find(isNamed(variable))?.value);
  const preStopSeconds = Number(container.lifecycle.preStop.exec.command[1]);
  const drainSeconds =
    (milliseconds('THRIFT_DRAIN_DELAY_MS') + milliseconds('THRIFT_DRAIN_TIMEOUT_MS')) / 1000;
  // Clients of the application get 5 seconds to close after that.
  const neededSeconds = preStopSeconds + drainSeconds + 5;
  if (!(neededSeconds < spec.terminationGracePeriodSeconds)) {
    problems.push(
      `terminationGracePeriodSeconds is ${spec.terminationGracePeriodSeconds}, a shutdown may take ${neededSeconds} s`,
    );
  }
  const ports = new Set(container.ports.map((/** @type {{ name: string }} */ { name }) => name));
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    if (!ports.has(container[probe]?.httpGet.port)) {
      problems.push(`${probe} asks an unknown port`);
    }
  }
}

/** What runs must be one build, without a token that it does not need; the base image must be one that does not change. */
function checkImage() {
  const { automountServiceAccountToken, containers } = find('Deployment').spec.template.spec;
  for (const { name, image } of containers) {
    if (!/@sha256:|:(?!latest$)[\w.-]+$/.test(image)) {
      problems.push(`${name}: the image ${image} names no build`);
    }
  }
  if (automountServiceAccountToken !== false) {
    problems.push('the pod mounts a token of its service account');
  }
  const dockerfile = readFileSync(join(here, '../docker/Dockerfile'), 'utf8');
  for (const [, image = ''] of dockerfile.matchAll(/^FROM (\S+)/gm)) {
    if (!/^node:(?:22|24)[\w.-]*@sha256:[\da-f]{64}$/.test(image)) {
      problems.push(`Dockerfile: ${image} is not a maintained LTS by its digest`);
    }
  }
}

/** The admin port has a separate service, and only named peers reach any port. */
function checkNetwork() {
  for (const { name, value } of manifests) {
    const ports = value.kind === 'Service' ? value.spec.ports : [];
    if (ports.length > 1 && ports.some(isNamed('admin'))) {
      problems.push(`${name}: ${value.metadata.name} shows the admin port to callers`);
    }
  }
  const [{ ports }] = find('Deployment').spec.template.spec.containers;
  const { ingress = [] } = find('NetworkPolicy')?.spec ?? {};
  for (const { name } of ports) {
    const rules = ingress.filter((/** @type {any} */ rule) =>
      rule.ports?.some((/** @type {any} */ { port }) => port === name),
    );
    if (rules.length === 0 || rules.some((/** @type {any} */ rule) => !rule.from?.length)) {
      problems.push(`the network policy does not say who may connect to the port ${name}`);
    }
  }
}

/** A variable that is not read is a typing error, or left over. */
function checkEnvironment() {
  const [container] = find('Deployment').spec.template.spec.containers;
  const folder = join(here, '../../apps', container.name, 'src');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  for (const name of ['LOG_LEVEL', 'SERVICE_NAME']) {
    if (!container.env.some(isNamed(name))) {
      problems.push(`${container.name}: ${name} is not set`);
    }
  }
  for (const { name } of container.env) {
    if (!new RegExp(`\\b${name}\\b`).test(sources)) {
      problems.push(`${container.name} reads no ${name}`);
    }
  }
}

/** The file must be mounted where the application looks for it, and it must be one that the application takes. */
async function checkGovernanceFile() {
  const { volumes, containers } = find('Deployment').spec.template.spec;
  const [{ env, volumeMounts }] = containers;
  const path = env.find(isNamed('GOVERNANCE_FILE')).value;
  const mount = volumeMounts.find(
    (/** @type {{ mountPath: string }} */ { mountPath }) => mountPath === dirname(path),
  );
  const volume = volumes.find(isNamed(mount?.name));
  const configMap = manifests.find(
    ({ value }) => value.kind === 'ConfigMap' && value.metadata.name === volume?.configMap.name,
  );
  const text = configMap?.value.data[basename(path)];
  if (configMap === undefined || text === undefined) {
    problems.push(`no ConfigMap is mounted as ${path}`);
    return;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'governance-'));
  const file = join(scratch, basename(path));
  try {
    writeFileSync(file, text);
    await (await GovernanceFile.open(file)).close();
  } catch (error) {
    problems.push(`${configMap.name}: ${messageOf(error)}`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** The metric the autoscaler asks for must be the one the adapter makes. */
function checkAutoscaler() {
  const [rules] = parseAllDocuments(
    readFileSync(join(here, '../prometheus/adapter-rules.yaml'), 'utf8'),
  );
  const made = rules
    ?.toJS()
    .rules.map((/** @type {{ name: { as: string } }} */ { name }) => name.as);
  for (const { pods } of find('HorizontalPodAutoscaler').spec.metrics) {
    if (pods !== undefined && !made?.includes(pods.metric.name)) {
      problems.push(`no rule of prometheus-adapter makes ${pods.metric.name}`);
    }
  }
}

/**
 * @param {string} kind
 * @returns {any}
 */
function find(kind) {
  return manifests.find(({ value }) => value.kind === kind)?.value;
}

/**
 * @param {string | undefined} wanted
 * @returns {(entry: { name: string }) => boolean}
 */
function isNamed(wanted) {
  return ({ name }) => name === wanted;
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

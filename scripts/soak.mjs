// Runs the soak test from the TypeScript sources of the packages. Arguments go to test/soak/run.ts.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const flags = [
  '--expose-gc',
  '--conditions=@nestjs-thrift/source',
  '--import',
  path.join(root, 'test/interop/runner/register.mjs'),
  '--disable-warning=ExperimentalWarning',
];
const run = path.join(root, 'test/soak/run.ts');
const { status } = spawnSync(process.execPath, [...flags, run, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(status ?? 1);

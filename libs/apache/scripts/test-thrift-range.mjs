// Runs the tests of this package with every release of npm thrift that its peer range covers.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');
const require = createRequire(path.join(root, 'package.json'));
let failed = 0;

for (const name of ['thrift-0-22', 'thrift-0-23', 'thrift']) {
  const manifest = require.resolve(`${name}/package.json`);
  console.log(`npm thrift ${require(manifest).version}`);
  const mapper = JSON.stringify({ '^thrift$': path.dirname(manifest) });
  const tests = ['libs/apache', 'test/apache', '--moduleNameMapper', mapper];
  const script = path.join(root, 'scripts/jest.mjs');
  const { status } = spawnSync(process.execPath, [script, ...tests], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    failed++;
  }
}

if (failed > 0) {
  process.exitCode = 1;
}

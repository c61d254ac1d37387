// `npm run samples`: writes the sample projects as `nestjs-thrift init` makes them; needs `npm run build` before.
// `npm run try` checks that they are up to date, and that they work.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const command = path.resolve('libs/cli/bin/nestjs-thrift.js');
const samples = { 'samples/nest11-commonjs': '11', 'samples/nest12-esm': '12' };

for (const [folder, nest] of Object.entries(samples)) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync(process.execPath, [command, 'init', '--no-install', '--nest', nest], {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, npm_config_user_agent: 'npm' },
  });
}

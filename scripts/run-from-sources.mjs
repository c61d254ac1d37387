// `node scripts/run-from-sources.mjs [--expose-gc] FILE [ARGUMENTS…]`: runs a TypeScript program over the TypeScript
// sources of the packages, so that nothing needs to be built. With TEST_PUBLISHED=1 it runs on the packages as they are published.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const words = process.argv.slice(2);
const flags = words[0] === '--expose-gc' ? words.splice(0, 1) : [];
const [file, ...programArguments] = words;
if (file === undefined) {
  throw new Error('which file is to be run? Give its path from the root');
}
const { status } = spawnSync(
  process.execPath,
  [
    ...flags,
    ...(process.env.TEST_PUBLISHED === '1' ? [] : ['--conditions=@nestjs-thrift/source']),
    '--import',
    path.join(root, 'test/interop/runner/register.mjs'),
    '--disable-warning=ExperimentalWarning',
    path.join(root, file),
    ...programArguments,
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);

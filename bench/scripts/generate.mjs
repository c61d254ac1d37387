// Writes the code that peers and contestants need from the IDL of this folder. Apache's is committed, because its
// compiler is not an npm package: `thrift --gen js:node,es6 -out gen/apache idl/bench.thrift`.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const bench = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

execFileSync(
  process.execPath,
  [resolve(bench, '../libs/cli/bin/nestjs-thrift.js'), 'gen', 'idl/*.thrift', '-o', 'src/gen'],
  { cwd: bench, stdio: ['ignore', 'ignore', 'inherit'] },
);
mkdirSync(resolve(bench, 'gen/protobuf'), { recursive: true });
execFileSync(
  process.execPath,
  [
    require.resolve('protobufjs-cli/bin/pbjs'),
    ...'-t static-module -w commonjs --keep-case -o gen/protobuf/bench.cjs'.split(' '),
    'idl/bench.proto',
  ],
  { cwd: bench, stdio: ['ignore', 'ignore', 'inherit'] },
);

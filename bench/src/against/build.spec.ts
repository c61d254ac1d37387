import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Build } from './build.js';

describe('Build', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'bench-build-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function file(path: string, text: string): void {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  it('rejects a folder that is not a built checkout', async () => {
    file('bench/scripts/generate.mjs', '');
    await expect(new Build(root).compile()).rejects.toThrow(
      `${root} is not a built checkout of this repository: ${root}/libs/codec/dist/index.js is missing; run "npm install && npm run build" there`,
    );
  });

  it('reports what the compiler printed if the benchmark does not compile', async () => {
    file('libs/codec/dist/index.js', '');
    file('bench/scripts/generate.mjs', '');
    file('node_modules/typescript/package.json', '{}');
    file(
      'node_modules/typescript/bin/tsc',
      "console.log('src/main.ts(1,1): error'); process.exit(1);",
    );
    await expect(new Build(root).compile()).rejects.toThrow(
      /^cannot compile .*\/bench; does "npm run build" pass there\?\nsrc\/main\.ts\(1,1\): error$/,
    );
  });

  it('lists the stacks that the compiled benchmark of the folder has', async () => {
    file('package.json', '{ "type": "module" }');
    file('bench/dist/src/rpc/peers/index.js', "export const PEERS = { 'raw net': () => {} };");
    await expect(new Build(root).peerNames()).resolves.toEqual(['raw net']);
  });
});

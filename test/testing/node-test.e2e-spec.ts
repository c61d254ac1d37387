import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SOURCE_FLAGS } from '#test/child-app.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

describe('@nestjs-thrift/testing outside of jest', () => {
  it('serves tests of node:test, which end by themselves', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...SOURCE_FLAGS,
      '--test-reporter=tap',
      path('node-test/users.ts'),
    ]);
    expect(stdout).toMatch(/^# pass 3$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  }, 120_000);
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingListener } from '../../../test/recording-listener.js';
import { fileResolver } from './file-resolver.js';

describe('fileResolver', () => {
  it('follows the list of a service and keeps the last good one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'endpoints-'));
    const path = join(folder, 'endpoints.yaml');
    await writeFile(path, 'users: [10.0.0.1:8888, { address: 10.0.0.2:8888, weight: 20 }]');
    const listener = new RecordingListener();
    const watch = fileResolver(path).watch('users', listener);
    await listener.until(() => listener.updates.length === 1);
    expect(listener.updates[0]).toEqual([
      { address: '10.0.0.1:8888', weight: 10, tags: {} },
      { address: '10.0.0.2:8888', weight: 20, tags: {} },
    ]);
    await writeFile(path, 'users: [nowhere]');
    await listener.until(() => listener.failures.length === 1);
    expect(listener.failures[0]?.message).toContain(`${path}: users[0] must be an address`);
    await writeFile(path, 'users: [10.0.0.3:8888]');
    await listener.until(() => listener.updates.length === 2);
    expect(listener.addresses).toEqual(['10.0.0.3:8888']);
    watch.close();
    await rm(folder, { recursive: true });
  });

  it('rejects a path that is missing', () => {
    expect(() => fileResolver(undefined as unknown as string)).toThrow(
      new TypeError(
        'fileResolver(path) must be a non-empty string; got undefined; is an environment variable not set?',
      ),
    );
  });
});

import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GovernanceConfigError } from '../errors/errors.js';
import type { Subscribe } from '../support/emitter.js';
import { GovernanceFile } from './config-file.js';

function next<T>(event: Subscribe<T>): Promise<T> {
  return new Promise((resolve) => {
    const subscription = event((data) => {
      subscription.dispose();
      resolve(data);
    });
  });
}

const timeout = (ms: number) =>
  `services: { users: { methods: { '*': { timeout: { rpc_timeout_ms: ${ms} } } } } }\n`;

describe('GovernanceFile', () => {
  let folder: string;
  let file: GovernanceFile | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'governance-'));
  });
  afterEach(async () => {
    await file?.close();
    file = undefined;
    await rm(folder, { recursive: true });
  });

  function timeoutOf(config = file!.current): number | undefined {
    return config.services['users']?.methods['*']?.timeout?.rpc_timeout_ms;
  }

  it('is read again when it is written in place', async () => {
    const path = join(folder, 'governance.yaml');
    await writeFile(path, timeout(100));
    file = await GovernanceFile.open(path);
    expect(timeoutOf()).toBe(100);
    const changed = next(file.onChange);
    await writeFile(path, timeout(200));
    expect(timeoutOf(await changed)).toBe(200);
    expect(timeoutOf()).toBe(200);
  });

  it('is read again when another file takes its place, more than once', async () => {
    const path = join(folder, 'governance.yaml');
    await writeFile(path, timeout(100));
    file = await GovernanceFile.open(path);
    for (const ms of [200, 300]) {
      const changed = next(file.onChange);
      await writeFile(join(folder, '.governance.yaml.swp'), timeout(ms));
      await rename(join(folder, '.governance.yaml.swp'), path);
      expect(timeoutOf(await changed)).toBe(ms);
    }
  });

  it('follows the swapped link of a Kubernetes ConfigMap', async () => {
    const version = async (name: string, ms: number) => {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'governance.yaml'), timeout(ms));
      await symlink(name, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    };
    await version('..2026_01', 100);
    await symlink(join('..data', 'governance.yaml'), join(folder, 'governance.yaml'));
    file = await GovernanceFile.open(join(folder, 'governance.yaml'));
    for (const [name, ms] of [
      ['..2026_02', 200],
      ['..2026_03', 300],
    ] as const) {
      const changed = next(file.onChange);
      await version(name, ms);
      expect(timeoutOf(await changed)).toBe(ms);
    }
  });

  it('keeps the last good configuration when a bad one comes, and takes the next good one', async () => {
    const path = join(folder, 'governance.yaml');
    await writeFile(path, timeout(100));
    file = await GovernanceFile.open(path);
    const refused = next<GovernanceConfigError>(file.onRejected);
    await writeFile(path, timeout(-5));
    expect((await refused).message).toBe(
      `${path}: services.users.methods.*.timeout.rpc_timeout_ms must be milliseconds, an integer from 0 to 2147483647; got -5`,
    );
    expect(timeoutOf()).toBe(100);
    const changed = next(file.onChange);
    await writeFile(path, timeout(300));
    await changed;
    expect(timeoutOf()).toBe(300);
  });

  it('keeps the last good configuration when the file goes away', async () => {
    const path = join(folder, 'governance.yaml');
    await writeFile(path, timeout(100));
    file = await GovernanceFile.open(path);
    const refused = next(file.onRejected);
    await rm(path);
    expect((await refused).message).toContain('ENOENT');
    expect(timeoutOf()).toBe(100);
  });

  it('rejects a path that is missing', async () => {
    await expect(GovernanceFile.open(undefined as unknown as string)).rejects.toThrow(
      new TypeError(
        'GovernanceFile.open(path) must be a non-empty string; got undefined; is an environment variable not set?',
      ),
    );
  });

  it('must be there and good at the start', async () => {
    await expect(GovernanceFile.open(join(folder, 'none.yaml'))).rejects.toMatchObject({
      code: 'GOVERNANCE_CONFIG_INVALID',
    });
  });
});

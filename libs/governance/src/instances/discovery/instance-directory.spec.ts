import { jest } from '@jest/globals';
import { weightedRoundRobin } from '../balancing/weighted-round-robin.js';
import { InstanceDirectory, type InstanceChange } from './instance-directory.js';
import { toInstance } from './instance.js';
import type { InstanceListener, Resolver } from './resolver.js';

function manual(): { resolver: Resolver; listener: () => InstanceListener; closed: () => boolean } {
  let listener: InstanceListener | undefined;
  let closed = false;
  return {
    resolver: {
      name: 'manual',
      watch(_service, told) {
        listener = told;
        return {
          close() {
            closed = true;
          },
        };
      },
    },
    listener: () => listener!,
    closed: () => closed,
  };
}

describe('InstanceDirectory', () => {
  const balancer = weightedRoundRobin();

  it('replaces its picker on every change and says what was added and removed', () => {
    const { resolver, listener } = manual();
    const directory = new InstanceDirectory({ service: 'users', resolver, balancer });
    const changes: InstanceChange[] = [];
    directory.onChange((change) => changes.push(change));
    listener().update([toInstance('a:1'), toInstance('b:1')]);
    const before = directory.picker;
    listener().update([toInstance('b:1'), toInstance('c:1')]);
    expect(directory.picker).not.toBe(before);
    expect(changes[1]?.added.map((instance) => instance.address)).toEqual(['c:1']);
    expect(changes[1]?.removed.map((instance) => instance.address)).toEqual(['a:1']);
  });

  it('keeps the last good list when a look-up fails or finds nothing', async () => {
    const { resolver, listener } = manual();
    const directory = new InstanceDirectory({ service: 'users', resolver, balancer });
    const failures: Error[] = [];
    directory.onFailure((error) => failures.push(error));
    listener().update([toInstance('a:1')]);
    listener().fail(new Error('registry is down'));
    listener().update([]);
    expect(directory.instances).toHaveLength(1);
    await expect(directory.ready(Infinity)).resolves.toBe(directory.picker);
    expect(failures).toHaveLength(2);
  });

  it('says why no instance is known when the first look-up fails', async () => {
    const { resolver, listener } = manual();
    const directory = new InstanceDirectory({ service: 'users', resolver, balancer });
    const ready = directory.ready(Infinity);
    listener().fail(new Error('registry is down'));
    await expect(ready).rejects.toMatchObject({
      code: 'NO_INSTANCE',
      message: 'no instance of users is known: registry is down',
    });
  });

  it('gives up on a silent resolver after the first-answer timeout', async () => {
    jest.useFakeTimers();
    const { resolver } = manual();
    const directory = new InstanceDirectory({
      service: 'users',
      resolver,
      balancer,
      firstAnswerTimeoutMs: 200,
    });
    const ready = directory.ready(Infinity);
    jest.advanceTimersByTime(200);
    jest.useRealTimers();
    await expect(ready).rejects.toThrow('discovery has not answered yet');
  });

  it('ends the look-up and waiting calls when closed', async () => {
    const { resolver, closed } = manual();
    const directory = new InstanceDirectory({ service: 'users', resolver, balancer });
    const ready = directory.ready(Infinity);
    directory.close();
    await expect(ready).rejects.toThrow('its client is closed');
    expect(closed()).toBe(true);
  });

  it('fails no call when a listener throws', async () => {
    const warnings: string[] = [];
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation((text) => {
      warnings.push(String(text));
    });
    const { resolver, listener } = manual();
    const directory = new InstanceDirectory({ service: 'users', resolver, balancer });
    directory.onChange(() => {
      throw new Error('metrics are broken');
    });
    listener().update([toInstance('a:1')]);
    listener().update([toInstance('b:1')]);
    warn.mockRestore();
    expect(directory.instances[0]?.address).toBe('b:1');
    expect(warnings).toEqual(['a listener of a governance event threw: Error: metrics are broken']);
  });
});

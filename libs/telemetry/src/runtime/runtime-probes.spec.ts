import { setTimeout as sleep } from 'node:timers/promises';
import { NodeProbes } from './runtime-probes.js';
import { collectGarbage } from '#test/collect-garbage.js';

/** Collects all garbage, as --expose-gc would let one. */
describe('the probes of Node.js', () => {
  it('tell what is left on the heap after a full collection', async () => {
    let probes: NodeProbes | undefined;
    const left = await new Promise<number>((resolve) => {
      probes = new NodeProbes(resolve);
      collectGarbage();
    });
    probes!.close();
    expect(left).toBeGreaterThan(1024 * 1024);
  });

  it('measure how late the event loop was since the last time', async () => {
    const probes = new NodeProbes(() => undefined);
    let lagMs = 0;
    while (lagMs < 50) {
      // The histogram sees a delay between two of its ticks: one before the loop is blocked, one after.
      await sleep(20);
      const endsAt = performance.now() + 100;
      while (performance.now() < endsAt) {}
      await sleep(20);
      lagMs = probes.takeLagMs();
    }
    expect(probes.takeLagMs()).toBe(0);
    probes.close();
  });
});

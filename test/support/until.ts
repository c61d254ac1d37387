import { performance } from 'node:perf_hooks';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/** Turns of the event loop before a wait pauses between two looks. */
const QUICK_TURNS = 1000;
/** Less than the limit of a test, so that a test fails with the message below. */
const LIMIT_MS = 15_000;

/**
 * Waits until a condition holds. Sockets, files and processes go on meanwhile, also where jest fakes timers: clock and
 * timers of Node's own modules stay real.
 *
 * @param limitMs longest wait, by default 15 seconds; longer where the code under test waits for seconds itself.
 * @throws if the condition does not hold in time; the message shows it.
 */
export async function until(
  condition: () => boolean | Promise<boolean>,
  limitMs = LIMIT_MS,
): Promise<void> {
  const endsAt = performance.now() + limitMs;
  for (let turns = 0; !(await condition()); turns++) {
    if (performance.now() > endsAt) {
      throw new Error(`this did not become true within ${limitMs} ms: ${String(condition)}`);
    }
    await (turns < QUICK_TURNS ? turn() : sleep(1));
  }
}

/** Waits until a number does not change over some looks. */
export async function standsStill(read: () => number): Promise<void> {
  let last = -1;
  let same = 0;
  await until(() => {
    const value = read();
    same = value === last ? same + 1 : 0;
    last = value;
    return same >= 200;
  }, 60_000);
}

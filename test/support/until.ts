import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/** Turns of the event loop before waiting costs less than looking: what is near takes no millisecond. */
const QUICK_TURNS = 1000;
/** At least as many milliseconds; fewer than the limit of a test, so that the message below is what a test fails with. */
const SLOW_TURNS = 15_000;

/**
 * Waits until a condition holds. Sockets, files and processes go on meanwhile, also where jest fakes timers: those of
 * `node:timers/promises` stay real.
 *
 * @throws if the condition does not hold within 15 seconds; the message shows it.
 */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turns = 0; turns < QUICK_TURNS + SLOW_TURNS; turns++) {
    if (await condition()) return;
    await (turns < QUICK_TURNS ? turn() : sleep(1));
  }
  throw new Error(`this does not become true: ${String(condition)}`);
}

import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { countsOf, listed, outcomeOf } from '../victims/outcomes.js';
import { Target } from '../victims/target.js';

const CALLS = 200;
const WAIT_MS = 5_000;
const ABORT_AFTER_MS = 200;

/** Runs in the client: many calls at once with one signal, which fires. Returns how they ended. */
export async function callWithOneSignal(address: string): Promise<string[]> {
  const outcomes: string[] = [];
  for (const mode of ['long', 'mux'] as const) {
    const transport = new ClientTransport({ connection: { mode } });
    const client = createClient(Target, { transport, endpoints: [address] });
    const controller = new AbortController();
    const calls = Array.from({ length: CALLS }, () =>
      outcomeOf(client.wait(WAIT_MS, { signal: controller.signal })),
    );
    setTimeout(() => controller.abort(), ABORT_AFTER_MS);
    outcomes.push(...(await Promise.all(calls)));
    await transport.close();
  }
  return outcomes;
}

/** One signal for all calls of a fan-out. */
export const sharedSignal: Attack = {
  name: 'shared-signal',
  kind: 'B8',
  does: 'makes 200 calls at once with one AbortSignal, which fires',
  holds: 'every call is cancelled, and Node.js warns of no listener leak',
  victim: 'client',
  module: import.meta.url,
  async carryOut({ victim, port }) {
    const outcomes = await victim
      .module<typeof import('./shared-signal.js')>(import.meta.url)
      .callWithOneSignal(`127.0.0.1:${port}`);
    const counts = countsOf(outcomes);
    hold(counts['CANCELLED'] === CALLS * 2, listed(counts));
    return listed(counts);
  },
};

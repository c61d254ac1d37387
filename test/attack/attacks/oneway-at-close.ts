import { setTimeout as sleep } from 'node:timers/promises';
import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { countsOf, listed, outcomeOf, SUCCEEDED } from '../victims/outcomes.js';
import { Target } from '../victims/target.js';
import { HostileServer } from '../wire/hostile-server.js';

const CALLS = 100;
const BYTES = 64 * 1024;
const LARGE_BYTES = 8 * 1024 * 1024;
/** Time for which the server is busy with something else before it reads. */
const BUSY_MS = 1_500;
const LONG_BUSY_MS = 3_000;
const ARRIVE_MS = 6_000;
const TIMEOUT_MS = 300;
const LOOK_EVERY_MS = 50;

/** How the client leaves its calls. */
type Leaving = 'close' | 'close-multiplexed' | 'remove-endpoint' | 'after-timeout' | 'close-large';

/** Runs in the client: makes oneway calls; returns how they ended once it has left. */
export async function leave(how: Leaving, address: string): Promise<string[]> {
  const isMultiplexed = how === 'close-multiplexed' || how === 'after-timeout';
  const transport = new ClientTransport({ connection: { mode: isMultiplexed ? 'mux' : 'long' } });
  const client = createClient(Target, { transport, endpoints: [address], attemptTimeoutMs: 0 });
  const isLarge = how === 'close-large';
  const payload = Buffer.alloc(isLarge ? LARGE_BYTES : BYTES);
  const calls = Array.from({ length: isLarge ? 1 : CALLS }, () => outcomeOf(client.note(payload)));
  if (how === 'after-timeout') {
    // Nothing comes back for it, which must not cost those before it.
    await client.echo('never answered', { timeoutMs: TIMEOUT_MS }).catch(() => undefined);
  }
  const outcomes = await Promise.all(calls);
  if (how === 'remove-endpoint') {
    transport.removeEndpoint(address);
    // Its connections end by themselves; the client is closed when that should be over.
    await sleep(BUSY_MS * 2);
  }
  await transport.close();
  return outcomes;
}

const DOES: Readonly<Record<Leaving, string>> = {
  close: 'makes 100 oneway calls of 64 KB and closes the client',
  'close-multiplexed':
    'makes 100 oneway calls of 64 KB on a multiplexed connection and closes the client',
  'remove-endpoint': 'makes 100 oneway calls of 64 KB and removes the endpoint',
  'after-timeout':
    'makes 100 oneway calls of 64 KB, and one whose timeout passes, on one connection',
  'close-large':
    'makes a oneway call of 8 MB to a server that is busy for 3 s, and closes the client',
};

/** Oneway calls that have resolved, and then the client goes. */
export const onewayAtClose: readonly Attack[] = (Object.keys(DOES) as Leaving[]).map(
  (how): Attack => ({
    name: `oneway-${how}`,
    kind: 'C9',
    does: `${DOES[how]}; the server is busy at first`,
    holds: 'every call that resolved arrives',
    victim: 'client',
    module: import.meta.url,
    limits: { durationMs: 15_000 },
    async carryOut({ victim, defer }) {
      let arrived = 0;
      const server = await HostileServer.start((connection) => {
        connection.onRequest(({ name }) => {
          arrived += Number(name === 'note');
        });
        connection.socket.pause();
        setTimeout(
          () => connection.socket.resume(),
          how === 'close-large' ? LONG_BUSY_MS : BUSY_MS,
        );
      });
      defer(() => server.close());
      const outcomes = await victim
        .module<typeof import('./oneway-at-close.js')>(import.meta.url)
        .leave(how, server.address);
      const until = performance.now() + ARRIVE_MS;
      while (server.open > 0 && performance.now() < until) {
        await sleep(LOOK_EVERY_MS);
      }
      const counts = countsOf(outcomes);
      const resolved = counts[SUCCEEDED] ?? 0;
      const text = `${listed(counts)}, ${arrived} arrived`;
      hold(arrived >= resolved && resolved > 0, text);
      return text;
    },
  }),
);

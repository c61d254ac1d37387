import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { messageOf } from '../victims/outcomes.js';
import { Target } from '../victims/target.js';

const INNOCENT_CALLS = 20;
const INNOCENT_MS = 400;
const BYTES = 17_000_000;
const CALLER_TIMEOUT_MS = 3_000;

/** How the call that is too large ended, and which of the others failed. */
export interface Outcome {
  readonly offender: string;
  readonly failures: readonly string[];
}

/** Runs in the client: one call that is too large among others on one multiplexed connection. */
export async function callAmongOthers(
  address: string,
  what: 'request' | 'reply',
): Promise<Outcome> {
  const transport = new ClientTransport({ connection: { mode: 'mux' } });
  const client = createClient(Target, {
    transport,
    endpoints: [address],
    timeoutMs: CALLER_TIMEOUT_MS,
  });
  await client.echo('hello');
  const failures: string[] = [];
  const innocent = Array.from({ length: INNOCENT_CALLS }, () =>
    client.wait(INNOCENT_MS).catch((error: Error) => failures.push(error.message)),
  );
  const offence = what === 'request' ? client.take(Buffer.alloc(BYTES)) : client.fill(BYTES);
  const offender = await messageOf(offence);
  await Promise.all(innocent);
  await transport.close();
  return { offender, failures };
}

/** A message beyond the limit of 16 MiB, from clients and servers of this project. */
export const oversizeCalls: readonly Attack[] = (['request', 'reply'] as const).map(
  (what): Attack => ({
    name: `oversize-${what}`,
    kind: 'B6',
    does: `makes a call with a ${what} of 17 MB, among 20 others on one multiplexed connection`,
    holds: 'that call fails alone, with an error that names size and limit',
    victim: 'client',
    module: import.meta.url,
    async carryOut({ victim, port }) {
      const { offender, failures } = await victim
        .module<typeof import('./oversize-calls.js')>(import.meta.url)
        .callAmongOthers(`127.0.0.1:${port}`, what);
      hold(failures.length === 0, `${failures.length} of 20 others failed: ${failures[0]}`);
      hold(namesSizeAndLimit(offender), `size and limit are not named: ${offender}`);
      return offender;
    },
  }),
);

/** Whether a text has a number of about 17 MB and one of about 16 MiB. */
function namesSizeAndLimit(text: string): boolean {
  return /\b17[\d,.]*\b/.test(text) && /\b16[\d,.]*\b/.test(text);
}

import { openClient } from '../ours/client.js';
import { startServing } from '../ours/server.js';
import { holderOf, memberOf, unionHandlers } from '../ours/unions.js';
import { differs } from '../ours/values.js';
import type { BuiltPeer } from '../runner/prepare.js';
import { serveKitex, type Attempt } from './kitex-server.js';
import type { RunScenario } from './scenario.js';

const FEATURE = 'unions without a known member';
const MEMBERS = ['dot', 'label', 'none'] as const;

/** A Kitex client sends and receives unions: with one member, without one (Go writes an empty struct), with a later one. */
export async function kitexCallsUnions(run: RunScenario): Promise<void> {
  const server = await startServing({ Unions: unionHandlers });
  await run('unions', FEATURE, [`address=${server.address}`]);
  await run('later', FEATURE, [`address=${server.address}`]);
  await server.close();
  const later = await startServing({ LaterUnions: unionHandlers });
  await run('earlier', FEATURE, [`address=${later.address}`]);
  await later.close();
}

/** The same the other way round. */
export async function weCallUnions(peer: BuiltPeer, attempt: Attempt): Promise<void> {
  const server = await serveKitex(peer, 'services=unions');
  const client = openClient({ port: server.port, transport: 'Framed' });
  for (const member of MEMBERS) {
    await attempt(FEATURE, `the server finds ${member}`, async () =>
      differs(`${member}/after`, await client.call('Unions', 'member', sent(member))),
    );
    await attempt(FEATURE, `the client finds ${member}`, async () =>
      differs(`${member}/after`, memberOf(await received(client.call, 'Unions', member))),
    );
  }
  await attempt(FEATURE, 'the server skips a later member', async () =>
    differs('none/after', await client.call('LaterUnions', 'member', sent('area'))),
  );
  await client.close();
  await server.stop();

  const later = await serveKitex(peer, 'services=later unions');
  const earlier = openClient({ port: later.port, transport: 'Framed' });
  await attempt(FEATURE, 'the client skips a later member', async () =>
    differs('none/after', memberOf(await received(earlier.call, 'Unions', 'area'))),
  );
  await earlier.close();
  await later.stop();
}

function sent(member: string): Record<string, unknown> {
  return { holder: holderOf(member) };
}

async function received(
  call: ReturnType<typeof openClient>['call'],
  service: string,
  member: string,
): Promise<Parameters<typeof memberOf>[0]> {
  return (await call(service, 'give', { member })) as Parameters<typeof memberOf>[0];
}

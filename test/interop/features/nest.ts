import { runCalls } from '../ours/calls.js';
import { openNestClient, startNestServer } from '../ours/nest.js';
import { startServer } from '../runner/commands.js';
import { leftOutOf, recordLines } from '../runner/matrix.js';
import type { BuiltPeer } from '../runner/prepare.js';
import type { Results } from '../runner/results.js';

/** The same calls with a Nest application on this side, over what the peer knows best. */
export async function runNest(peer: BuiltPeer, results: Results): Promise<void> {
  const transport = peer.transports.includes('TTHeaderFramed') ? 'TTHeaderFramed' : 'Framed';
  const combination = {
    peer: peer.name,
    transport,
    protocol: 'binary',
    feature: 'NestJS application',
  } as const;
  const [file, ...args] = peer.command(peer.folder);
  const options = [transport.toLowerCase(), 'binary'];

  const nest = await startNestServer();
  const command = [file, ...args, 'client', `127.0.0.1:${nest.port}`, ...options] as const;
  await recordLines(command, { ...combination, direction: 'peer calls us' }, results);
  await nest.close();

  const server = await startServer([file, ...args, 'server', '127.0.0.1:0', ...options]);
  const client = openNestClient(`127.0.0.1:${server.port}`, transport);
  const weCall = { ...combination, direction: 'we call the peer' } as const;
  await runCalls(client.call, results, weCall, leftOutOf(peer, 'binary'));
  await client.close();
  await server.stop();
}

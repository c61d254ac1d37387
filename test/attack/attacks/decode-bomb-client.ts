import { ClientTransport, createClient } from '@nestjs-thrift/transport';
import { type Attack, hold } from '../arena/attack.js';
import { messageOf } from '../victims/outcomes.js';
import { Target } from '../victims/target.js';
import { listOfZeros } from '../wire/collections.js';
import { HostileServer } from '../wire/hostile-server.js';
import { Type } from '../wire/thrift-bytes.js';

const ELEMENTS = 15_000_000;
const TIMEOUT_MS = 10_000;

/** Runs in the client: how the call ended that gets the bomb. */
export async function callBomb(address: string): Promise<string> {
  const transport = new ClientTransport({ transport: 'Framed' });
  const client = createClient(Target, { transport, endpoints: [address] });
  const outcome = await messageOf(client.leaves([], { attemptTimeoutMs: TIMEOUT_MS }));
  await transport.close();
  return outcome;
}

/** A reply whose values take a hundred times its bytes. */
export const decodeBombClient: Attack = {
  name: 'decode-bomb-reply',
  kind: 'A2',
  does: 'replies to a client with 15 MB of structs without a field',
  holds: 'the reply decodes or is rejected before it has taken 256 MB of heap',
  victim: 'client',
  module: import.meta.url,
  // The heap, and in addition the message itself, the copy that joins its chunks, and garbage not collected yet.
  limits: { peakMb: 256 + 96 },
  async carryOut({ victim, defer }) {
    const content = listOfZeros(Type.STRUCT, ELEMENTS);
    const server = await HostileServer.start((connection) =>
      connection.onRequest((request) => connection.reply(request, Type.LIST, content)),
    );
    defer(() => server.close());
    const outcome = await victim
      .module<typeof import('./decode-bomb-client.js')>(import.meta.url)
      .callBomb(server.address);
    hold(!outcome.startsWith('RPC_TIMEOUT'), outcome);
    return outcome;
  },
};

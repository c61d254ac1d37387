import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';
import type { TransportName } from '@nestjs-thrift/transport';
import { Bench, type BenchClient } from '../../gen/bench.js';
import { large, medium, small, type PayloadName } from '../../payloads.js';
import { expectSame, type Peer, type PeerClient } from '../peer.js';

const payloads = {
  small: small((value) => value),
  medium: medium((value) => value),
  large: large((value) => value),
};

/** A client interface as a client of the benchmark; `close` ends what is behind it. */
export function peerClient(client: BenchClient, close: () => Promise<void>): PeerClient {
  const call = (payload: PayloadName): Promise<unknown> => {
    if (payload === 'small') {
      return client.Small(payloads.small);
    }
    if (payload === 'medium') {
      return client.Medium(payloads.medium);
    }
    return client.Large(payloads.large);
  };
  return {
    verify: async (payload) => expectSame(await call(payload), payloads[payload]),
    call,
    close,
  };
}

function peer(transport: TransportName, slicedStrings = false): Peer {
  return {
    async startServer() {
      const echo = (args: { request?: unknown }) => args.request;
      const server = new ServerTransport(
        [{ definition: Bench, handlers: { Small: echo, Medium: echo, Large: echo } }],
        { port: 0, host: '127.0.0.1', slicedStrings },
      );
      await server.listen();
      return {
        port: Number(server.address.split(':').at(-1)),
        close: () => server.close(),
      };
    },

    async connect(port, kind, connections) {
      const clientTransport = new ClientTransport({
        transport,
        slicedStrings,
        connection:
          kind === 'shared' ? { mode: 'mux' } : { mode: 'long', maxPerAddress: connections },
      });
      const client = createClient(Bench, {
        transport: clientTransport,
        endpoints: [`127.0.0.1:${port}`],
      });
      return peerClient(client, () => clientTransport.close());
    },
  };
}

/** The four lower packages alone, Framed. */
export const thriftTransport = peer('Framed');

/** The same with the strings of a message in bulk. */
export const thriftTransportBulk = peer('Framed', true);

/** The same over TTHeaderFramed with the metadata Kitex expects. */
export const thriftTransportTTHeader = peer('TTHeaderFramed');

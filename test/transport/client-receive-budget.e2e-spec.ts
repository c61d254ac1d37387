import type { Socket } from 'node:net';
import {
  type ClientTransportOptions,
  ClientTransport,
  createClient,
} from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { serveEcho } from '#test/echo-peers.js';
import { Echo, type EchoClient } from '#test/echo-service.js';
import { serveRaw } from '#test/raw-server.js';
import { REPLY_HEAD } from '#test/unfinished-messages.js';
import { until } from '#test/until.js';

const MIB = 1024 * 1024;
const HOSTILE = 8;

/** Makes clients that share one transport. */
function shareTransport(options: ClientTransportOptions): (endpoint: string) => EchoClient {
  const transport = new ClientTransport({ transport: 'Framed', ...options });
  cleanUp(() => transport.close(0));
  return (endpoint) =>
    createClient(Echo, { transport, endpoints: [endpoint], attemptTimeoutMs: 0 });
}

/** Servers that begin a reply and never end it. */
function serveUnfinished(begin: (socket: Socket) => void): Promise<string[]> {
  const serve = (): Promise<string> =>
    serveRaw((socket) => void socket.once('data', () => begin(socket)));
  return Promise.all(Array.from({ length: HOSTILE }, serve));
}

describe('maxReceiveBytes of a client', () => {
  it('bounds what is read of unfinished replies over all connections', async () => {
    const sockets: Socket[] = [];
    const addresses = await serveUnfinished((socket) => {
      sockets.push(socket);
      socket.write(Buffer.concat([REPLY_HEAD, Buffer.alloc(14 * MIB)]));
    });
    const clientOf = shareTransport({ maxReceiveBytes: 2 * MIB, readTimeoutMs: 60_000 });
    const [first, ...others] = addresses as [string, ...string[]];
    const call = (address: string, timeoutMs: number): Promise<unknown> =>
      clientOf(address)
        .echo('', { timeoutMs })
        .catch((error: Error) => error.message);
    void call(first, 60_000);
    await until(() => sockets[0]?.writableLength === 0);
    let taken = 0;
    const calls = others.map((address) =>
      call(address, 4_000).then((message) => {
        // Counted when the first call fails, before its server learns of it.
        taken ||= sockets.filter(({ writableLength }) => writableLength === 0).length;
        return message;
      }),
    );
    const server = await serveEcho();
    const good = clientOf(server.address);
    for (let count = 0; count < 20; count++) {
      await expect(good.echo('ordinary')).resolves.toBe('ordinary');
    }
    await until(() => sockets.length === HOSTILE);
    for (const message of await Promise.all(calls)) {
      expect(message).toMatch(
        /was not read within 4000 ms, since unfinished replies take all of maxReceiveBytes/,
      );
    }
    // Of the one reply that goes beyond the limit all was read.
    expect(taken).toBe(1);
  });

  it.each(['long', 'mux'] as const)(
    'lets a large reply come to its end although others hold the budget (%s)',
    async (mode) => {
      const addresses = await serveUnfinished((socket) => {
        socket.write(Buffer.concat([REPLY_HEAD, Buffer.alloc(600_000)]));
        const timer = setInterval(() => socket.write(Buffer.alloc(1)), 20);
        socket.on('close', () => clearInterval(timer));
      });
      const clientOf = shareTransport({
        connection: { mode },
        maxReceiveBytes: 2 * MIB,
        readTimeoutMs: 300,
      });
      const errors: Error[] = [];
      for (const address of addresses) {
        clientOf(address)
          .echo('')
          .catch((error: Error) => errors.push(error));
      }
      await until(() => errors.length > 0);
      const server = await serveEcho();
      const text = 'x'.repeat(900_000);
      await expect(clientOf(server.address).echo(text)).resolves.toBe(text);

      for (const { message } of errors) {
        expect(message).toContain(
          'ends no reply in time, for which others wait, since maxReceiveBytes is used up',
        );
      }
    },
  );

  it('refuses a budget smaller than what a connection has in any case', () => {
    expect(() => new ClientTransport({ maxReceiveBytes: 65_535 })).toThrow(
      'maxReceiveBytes must be an integer of 65536 or more',
    );
  });
});

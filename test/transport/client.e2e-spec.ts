import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  ClientTransport,
  ClientTransportOptions,
  ConnectionMode,
  MethodHandler,
  ServerTransport,
  ServerTransportOptions,
} from '@nestjs-thrift/transport';
import { authority, clientCertificate, serverCertificate } from '#test/certificates.js';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { Echo, type EchoClient, Failure } from '#test/echo-service.js';
import { RawClient } from '#test/raw-client.js';
import { until } from '#test/until.js';

/** Machines that run tests can be slow. */
const PATIENT = { connectTimeoutMs: 30_000, readTimeoutMs: 30_000 };

describe('a client of a real server', () => {
  let server: ServerTransport;
  let transport: ClientTransport;

  async function serve(
    options: ServerTransportOptions = {},
    overrides: Record<string, MethodHandler> = {},
  ): Promise<void> {
    server = await serveEcho(overrides, options);
  }

  function open(endpoint: string, options: ClientTransportOptions = {}): EchoClient {
    const opened = callEcho(endpoint, { ...PATIENT, ...options });
    transport = opened.transport;
    return opened.echo;
  }

  function portOf({ address }: ServerTransport): string {
    return address.slice(address.lastIndexOf(':') + 1);
  }

  it('passes positional arguments', async () => {
    await serve();
    const client = open(server.address);
    await expect(client.add(2, 3)).resolves.toBe(5);
    await expect(client.add(2, 3, { timeoutMs: 1000 })).resolves.toBe(5);
    await expect(client.ping()).resolves.toBeUndefined();
    await expect(client.counts({ a: 1 })).resolves.toEqual({ a: 1 });
  });

  it('gets the same strings when both sides read them in bulk', async () => {
    await serve({ slicedStrings: true });
    const client = open(server.address, { slicedStrings: true });
    for (const text of [
      '',
      'short',
      'x'.repeat(500),
      `${'x'.repeat(300)}ü漢😀`,
      '😀'.repeat(200),
    ]) {
      await expect(client.echo(text)).resolves.toBe(text);
      const counts = { [text]: 1, [`another ${text}`]: 2 };
      await expect(client.counts(counts)).resolves.toEqual(counts);
    }
  });

  describe('metadata that no header has room for', () => {
    it.each([
      [
        'a value of persistent metadata',
        { persistentMetadata: { tenant: 'é'.repeat(40_000), other: 'x' } },
        /its metadata takes 80\d{3} bytes, a header has room for 65532; the largest value is 80000 bytes of persistent metadata "tenant"; send less/,
      ],
      [
        'many values of metadata',
        { metadata: { a: 'x'.repeat(40_000), b: 'x'.repeat(30_000) } },
        /the largest value is 40000 bytes of metadata "a";/,
      ],
    ])('fails the call alone and names %s', async (_name, options, message) => {
      await serve();
      const client = open(server.address);
      await expect(client.echo('x', options)).rejects.toMatchObject({
        code: 'MESSAGE_TOO_LARGE',
        message: expect.stringMatching(message) as string,
      });
      await expect(client.echo('next')).resolves.toBe('next');
    });

    it('names persistent metadata that came with the request being served', async () => {
      await serve();
      const next = open(server.address);
      const errors: unknown[] = [];
      const middle = await serveEcho({
        echo: () => next.echo('x').catch((error: unknown) => errors.push(error)),
      });
      // A peer may send more than this project does: readers take 262,140 bytes.
      const client = await RawClient.open(middle.address);
      cleanUp(() => client.close());
      const strings = { RPC_PERSIST_a: 'x'.repeat(40_000), RPC_PERSIST_b: 'x'.repeat(25_480) };
      await client.call(Echo.methods['echo']!, { text: '' }, { transport: 'TTHeader', strings });
      expect(errors).toMatchObject([
        {
          code: 'MESSAGE_TOO_LARGE',
          message: expect.stringContaining(
            '40000 bytes of persistent metadata "a", which came with the request being served;',
          ) as string,
        },
      ]);
    });
  });

  it('rejects with declared exceptions', async () => {
    await serve(
      {},
      {
        echo: () => {
          throw new Failure({ reason: 'no', code: 7 });
        },
      },
    );
    const call = open(server.address).echo('x');
    await expect(call).rejects.toBeInstanceOf(Failure);
    await expect(call).rejects.toMatchObject({ reason: 'no', code: 7 });
  });

  it('gives the server its deadline', async () => {
    let remainingMs = 0;
    await serve(
      {},
      {
        echo: (_args, { deadline }) => {
          remainingMs = deadline - performance.now();
          return '';
        },
      },
    );
    await open(server.address).echo('x', { attemptTimeoutMs: 30_000 });
    expect(remainingMs).toBeGreaterThan(0);
    expect(remainingMs).toBeLessThanOrEqual(30_000);
  });

  it('connects by name and over IPv6', async () => {
    await serve({ host: '::' });
    const client = open(`localhost:${portOf(server)}`);
    await expect(client.echo('x')).resolves.toBe('x');
    const endpoint = `[::1]:${portOf(server)}`;
    await expect(client.echo('y', { address: endpoint })).resolves.toBe('y');
    expect(transport.stats().get(endpoint)).toMatchObject({ opened: 1 });
  });

  it('connects to a Unix socket, and says when there is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'thrift-client-'));
    cleanUp(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'thrift.sock');
    await serve({ path });
    const client = open(`unix:${path}`);
    await expect(client.echo('x')).resolves.toBe('x');
    await expect(client.echo('x', { address: `unix:${path}2` })).rejects.toThrow(
      /Echo\.echo: cannot connect to unix:.*ENOENT/,
    );
  });

  it('says when a name cannot be resolved', async () => {
    await serve();
    const call = open('no-such-host.invalid:1').echo('x');
    await expect(call).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
  });

  describe('with TLS', () => {
    const modes: ConnectionMode[] = [{ mode: 'long' }, { mode: 'mux' }, { mode: 'short' }];

    it.each(modes)('calls in mode $mode', async (connection) => {
      await serve({ tls: serverCertificate });
      const client = open(`localhost:${portOf(server)}`, { tls: { ca: authority }, connection });
      const texts = Array.from({ length: 30 }, (_, index) => 'x'.repeat(index * 1000));
      await expect(Promise.all(texts.map((text) => client.echo(text)))).resolves.toEqual(texts);
    });

    it('does not call a server with an untrusted certificate', async () => {
      await serve({ tls: serverCertificate });
      const call = open(`localhost:${portOf(server)}`, { tls: {} }).echo('x');
      await expect(call).rejects.toThrow(/cannot connect to localhost.*(certificate|issuer)/i);
    });

    it('does not talk to a server of another name', async () => {
      await serve({ tls: serverCertificate });
      const tls = { ca: authority, servername: 'elsewhere.example' };
      const call = open(server.address, { tls }).echo('x');
      await expect(call).rejects.toThrow(/elsewhere\.example/);
    });

    it.each([
      ['the name of the endpoint', 'localhost', undefined, 'localhost'],
      ['another name', '127.0.0.1', 'localhost', 'localhost'],
      ['nothing for an address', '127.0.0.1', undefined, undefined],
      ['nothing for an address as a name', '127.0.0.1', '127.0.0.1', undefined],
    ])('asks for %s', async (_what, host, servername, asked) => {
      const seen: unknown[] = [];
      const SNICallback = (name: string, use: (error: null) => void): void => {
        seen.push(name);
        use(null);
      };
      await serve({ tls: { ...serverCertificate, SNICallback } });
      const tls = { ca: authority, servername };
      await expect(open(`${host}:${portOf(server)}`, { tls }).echo('x')).resolves.toBe('x');
      expect(seen).toEqual(asked === undefined ? [] : [asked]);
    });

    it('shows its own certificate to a server that asks for one', async () => {
      const tls = { ...serverCertificate, ca: authority, requestCert: true };
      await serve({ tls });
      const own = { ...clientCertificate, ca: authority };
      await expect(open(server.address, { tls: own }).echo('x')).resolves.toBe('x');
      transport.destroy();
      const stranger = open(server.address, { tls: { ca: authority } }).echo('x');
      await expect(stranger).rejects.toMatchObject({
        code: 'NOT_SENT',
      });
    });

    it('says what is wrong with its options', async () => {
      await serve({ tls: serverCertificate });
      const nonsense = '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n';
      const call = open(server.address, { tls: { cert: nonsense, key: nonsense } }).echo('x');
      await expect(call).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
      expect(transport.stats().get(server.address)).toMatchObject({ openFailures: 1, pending: 0 });
    });
  });

  describe.each(['long', 'mux'] as const)('in mode %s', (mode) => {
    it('loses no call of a server that shuts down', async () => {
      const finish: (() => void)[] = [];
      const echo: MethodHandler = ({ text }) =>
        new Promise((resolve) => finish.push(() => resolve(text)));
      await serve({}, { echo });
      const client = open(server.address, { connection: { mode } });
      const texts = ['1', '2', '3'];
      const calls = Promise.all(texts.map((text) => client.echo(text)));
      await until(() => finish.length >= 3);
      const closed = server.close();
      for (const each of finish) {
        each();
      }
      await expect(calls).resolves.toEqual(texts);
      await closed;
      await expect(client.echo('4')).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    });

    it('finds a server again that was restarted', async () => {
      await serve();
      const port = Number(portOf(server));
      const client = open(server.address, { connection: { mode } });
      await client.echo('x');
      await server.close();
      await expect(client.echo('x')).rejects.toMatchObject({
        code: expect.stringMatching(/CONNECTION_LOST|CONNECT_FAILED/) as string,
      });
      await serve({ port });
      let reply: string | undefined;
      // The address is not used for a moment after the refused attempts.
      await until(() => {
        client.echo('y').then(
          (text) => (reply = text),
          () => undefined,
        );
        return reply === 'y';
      });
    });
  });
});

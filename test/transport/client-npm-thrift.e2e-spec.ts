import type { AddressInfo } from 'node:net';
import type { ProtocolName } from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { callEcho } from '#test/echo-peers.js';
import { type EchoClient, Failure } from '#test/echo-service.js';
import { startNpmThrift } from '#test/npm-thrift.js';

/** Machines that run tests can be slow. */
const PATIENT = { connectTimeoutMs: 30_000, readTimeoutMs: 30_000 };

describe.each([
  ['Framed', 'binary'],
  ['Framed', 'compact'],
  ['Buffered', 'binary'],
  ['Buffered', 'compact'],
] as const)('a client of a server of npm thrift, %s in %s', (name, protocol: ProtocolName) => {
  let client: EchoClient;
  let fired: string[];

  beforeEach(async () => {
    fired = [];
    const server = await startNpmThrift(name, protocol, fired);
    cleanUp(() => server.close());
    const { port } = server.address() as AddressInfo;
    client = callEcho(`127.0.0.1:${port}`, { ...PATIENT, transport: name, protocol }).echo;
  });

  it('gets results', async () => {
    await expect(client.echo('grüße 👋')).resolves.toBe('grüße 👋');
    await expect(client.add(2 ** 31 - 1, -5)).resolves.toBe(2 ** 31 - 6);
    await expect(client.tags(['a', '', 'c'])).resolves.toEqual(['a', '', 'c']);
  });

  it('gets many results at once, small and large', async () => {
    const texts = Array.from({ length: 60 }, (_, index) => 'x'.repeat(index * index * 10));
    await expect(Promise.all(texts.map((text) => client.echo(text)))).resolves.toEqual(texts);
  });

  it('gets declared exceptions and goes on', async () => {
    await expect(client.echo('fail')).rejects.toMatchObject({ reason: 'as you wish', code: -7 });
    await expect(client.echo('fail')).rejects.toBeInstanceOf(Failure);
    await expect(client.echo('x')).resolves.toBe('x');
  });

  it('gets exceptions of the server', async () => {
    // npm thrift keeps the type to itself: it writes another field of the exception than it sets.
    await expect(client.ping()).rejects.toMatchObject({ type: 0, message: 'unknown ping' });
    await expect(client.echo('x')).resolves.toBe('x');
  });

  it('makes oneway calls and goes on', async () => {
    await client.fire('away');
    await expect(client.echo('x')).resolves.toBe('x');
    expect(fired).toEqual(['away']);
  });
});

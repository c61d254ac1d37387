import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerTransport, type IncomingCall } from '@nestjs-thrift/transport';
import { serverCertificate } from '#test/certificates.js';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { Echo, echoService } from '#test/echo-service.js';
import { RawClient, request } from '#test/raw-client.js';
import { until } from '#test/until.js';

describe('ServerTransport', () => {
  describe('on a Unix socket', () => {
    let path: string;
    beforeEach(() => {
      const folder = mkdtempSync(join(tmpdir(), 'nestjs-thrift-'));
      cleanUp(() => rmSync(folder, { recursive: true, force: true }));
      path = join(folder, 'echo.sock');
    });

    /** Leaves the file of a socket behind on which a killed process had listened. */
    async function leaveStaleFile(): Promise<void> {
      const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`;
      const child = spawn(process.execPath, ['-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout!, 'data');
      child.kill('SIGKILL');
      await once(child, 'exit');
      expect(existsSync(path)).toBe(true);
    }

    it('replaces the file that a killed process left behind', async () => {
      await leaveStaleFile();
      const server = await serveEcho({}, { path });

      await expect(callEcho(server.address).echo.echo('hi')).resolves.toBe('hi');
    });

    it('leaves a file alone on which a process listens', async () => {
      const first = await serveEcho({}, { path });
      await expect(serveEcho({}, { path })).rejects.toMatchObject({
        code: 'LISTEN_FAILED',
        message: expect.stringContaining(`cannot listen on unix:${path}: `),
      });

      await expect(callEcho(first.address).echo.echo('hi')).resolves.toBe('hi');
    });

    it('leaves a file alone that is not a socket', async () => {
      writeFileSync(path, 'notes');
      chmodSync(path, 0o644);
      await expect(serveEcho({}, { path })).rejects.toMatchObject({ code: 'LISTEN_FAILED' });

      expect(existsSync(path)).toBe(true);
    });

    it('gives the socket the permissions of socketMode', async () => {
      await serveEcho({}, { path, socketMode: 0o600 });

      expect(statSync(path).mode & 0o777).toBe(0o600);
    });

    it('rejects a socketMode out of range', () => {
      expect(() => new ServerTransport([echoService()], { path, socketMode: 0o1777 })).toThrow(
        'server.socketMode must be',
      );
    });
  });

  it('accepts nothing after close() while listen() was under way', async () => {
    const server = new ServerTransport([echoService()], { port: 0, host: '127.0.0.1' });
    const [listening] = await Promise.allSettled([server.listen(), server.close()]);

    expect(listening).toMatchObject({ status: 'rejected', reason: { code: 'CLOSED' } });
    expect(server.state).toBe('closed');
    expect(server.address).toBe('');
  });

  it('does not wait for TLS handshakes when it drains', async () => {
    const server = await serveEcho({}, { tls: serverCertificate });
    const [host, port] = server.address.split(':') as [string, string];
    const silent = connect(Number(port), host);
    cleanUp(() => silent.destroy());
    silent.on('error', () => undefined);
    await until(() => server.connectionCount === 1);

    const closed = server.close({ drainTimeoutMs: 60_000 });
    await closed;
    expect(server.connectionCount).toBe(0);
  });

  it('serves no caller that comes back again and again when it closes without a wait', async () => {
    const server = await serveEcho();
    const { echo } = callEcho(server.address, { transport: 'TTHeader' });
    let served = 0;
    let isGone = false;
    async function caller(): Promise<void> {
      while (!isGone) {
        await echo.echo('x').then(
          () => served++,
          () => (isGone = true),
        );
      }
    }
    const callers = Array.from({ length: 5 }, caller);
    await until(() => served > 0);
    const before = served;
    await server.close({ drainTimeoutMs: 0 });
    isGone = true;
    await Promise.all(callers);

    expect(served - before).toBeLessThan(100);
  });

  describe('with a oneway method', () => {
    it('serves the next request of the connection while the handler runs', async () => {
      let finish = (): void => undefined;
      const server = await serveEcho({
        fire: () => new Promise<void>((resolve) => (finish = resolve)),
      });
      const { echo } = callEcho(server.address, { connection: { mode: 'long', maxPerAddress: 1 } });
      await echo.fire('slow');

      await expect(echo.echo('next')).resolves.toBe('next');
      finish();
    });

    it('neither aborts its signal nor sets a deadline when the caller leaves at once', async () => {
      let call: IncomingCall | undefined;
      let finish = (): void => undefined;
      const server = await serveEcho({
        fire: (_args, incoming) => {
          call = incoming;
          incoming.signal.throwIfAborted();
          return new Promise<void>((resolve) => (finish = resolve));
        },
      });
      const client = await RawClient.open(server.address);
      const shape = { transport: 'TTHeaderFramed', type: 4, ints: { 12: '1' } } as const;
      client.socket.write(request(Echo.methods['fire']!, { text: 'x' }, shape));
      await until(() => call !== undefined);
      client.close();
      await until(() => server.connectionCount === 0 || client.socket.destroyed);

      expect(call!.deadline).toBe(Infinity);
      expect(call!.signal.aborted).toBe(false);
      finish();
    });

    it('aborts its signal when the server is closed', async () => {
      let call: IncomingCall | undefined;
      const server = await serveEcho({
        fire: (_args, incoming) => {
          call = incoming;
          return new Promise((resolve) => incoming.signal.addEventListener('abort', resolve));
        },
      });
      await callEcho(server.address).echo.fire('x');
      await until(() => call !== undefined);
      await server.close({ drainTimeoutMs: 0 });

      expect(call!.signal.aborted).toBe(true);
    });
  });

  it('repeats at most 128 characters of an unknown method name', async () => {
    const server = await serveEcho();
    const client = await RawClient.open(server.address);
    cleanUp(() => client.close());
    const name = 'x'.repeat(1_000_000);
    const reply = await client.call(Echo.methods['echo']!, { text: '' }, { name });

    expect(JSON.stringify(reply).length).toBeLessThan(1_000);
    expect(reply.body['message']).toContain('… (1000000 characters)');
  });
});

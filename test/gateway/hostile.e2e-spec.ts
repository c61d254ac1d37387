import { connect, type Socket } from 'node:net';
import { until } from '#test/until.js';
import { ADAPTERS, type AppSetUp, sendRaw, startGateway } from './support/gateway-app.js';
import { type ReceivedCall, serveScripted } from './support/scripted-service.js';

describe.each(ADAPTERS)('a gateway under %s', (adapter) => {
  async function gateway(setUp: Partial<AppSetUp> = {}) {
    const calls: ReceivedCall[] = [];
    const endpoint = await serveScripted((call) => calls.push(call));
    const { port } = await startGateway({ adapter, endpoint, ...setUp });
    const send = (head: string, headers: Readonly<Record<string, string>> = {}, body = '') => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
      return sendRaw(
        port,
        `${head} HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n${lines.join('')}${length}\r\n${body}`,
      );
    };
    const request = () => calls.at(-1)?.args['1:struct'] as Record<string, unknown> | undefined;
    return { send, port, calls, request };
  }
  const JSON_BODY = { 'Content-Type': 'application/json' };

  it('takes names that mean something to JavaScript for names', async () => {
    const { send, request } = await gateway();
    const keys = Object.getOwnPropertyNames(Object.prototype).length;
    const text =
      '{"text":"t","dict":{"__proto__":1,"constructor":2},"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}';
    const { status } = await send('POST /b', JSON_BODY, text);
    // Fastify rejects the name before the gateway gets it.
    expect(status).toBe(adapter === 'express' ? 200 : 400);
    if (adapter === 'express') {
      const dict = request()!['12:map'] as Record<string, unknown>;
      expect(Object.keys(dict)).toEqual(['', '__proto__', 'constructor']);
    }
    await send('GET /q?__proto__[admin]=1&__proto__=1&constructor.prototype.admin=1&text=t');
    expect(request()).toMatchObject({ '7:string': 't' });
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    await send('POST /form', form, '__proto__=1&__proto__[admin]=1&user=u');
    // Fastify rejects the name here too.
    expect(request()).toMatchObject(
      adapter === 'express' ? { '1:string': 'u' } : { '7:string': 't' },
    );
    const multipart = { 'Content-Type': 'multipart/form-data; boundary=b' };
    const part = (name: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nvalue\r\n`;
    await send('POST /form', multipart, `${part('__proto__')}${part('user')}--b--\r\n`);
    expect(request()).toMatchObject({ '1:string': 'value' });
    await send('GET /headers', { __proto__x: '1', Cookie: '__proto__=1; sess=s' });
    expect(request()).toMatchObject({ '4:string': 's' });
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(keys);
  });

  it('sets no header that a value smuggles in, from either side', async () => {
    const { send } = await gateway({
      options: { backwardHeaders: ['x-quota', 'x-evil'], forwardHeaders: ['x-tenant'] },
    });
    const answer = await send('GET /out?which=backbreak');
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('x-quota');
    expect(answer.headers).not.toHaveProperty('x-evil');
    expect((await send('GET /out?which=headbreak')).headers).not.toHaveProperty('x-evil');
    const reflected = await send('GET /out%0d%0aX-Evil:%201?which=%0d%0aX-Evil:%201');
    expect(reflected.headers).not.toHaveProperty('x-evil');
    expect((await send('GET /out', { 'x-tenant': 'a\rb' })).status).toBe(400);
  });

  it('gives the rest of a path to the service as text, and nothing else', async () => {
    const { send, calls } = await gateway();
    for (const path of [
      '/files/../../../etc/passwd',
      '/files/%2e%2e/%2e%2e/etc/passwd',
      '/files/..%2f..%2fetc%2fpasswd',
      '/files/%5c..%5c..%5cwindows',
    ]) {
      const { status, body } = await send(`GET ${path}`);
      expect([200, 400, 404]).toContain(status);
      expect(body).not.toContain('root:');
    }
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['Files']));
    const before = calls.length;
    expect((await send('GET /p/7%2fsub%2fx')).status).toBe(400);
    expect((await send('GET /p/me/../7/sub/x')).status).toBe(404);
    expect(calls).toHaveLength(before);
  });

  it('rejects what is beyond its limits before it is decoded', async () => {
    const { send, calls } = await gateway();
    const pairs = (count: number) => Array.from({ length: count }, () => 'a=1').join('&');
    expect((await send(`GET /q?${pairs(1_001)}`)).body).toContain('more than 1000 pairs');
    expect((await send(`GET /q?text=${'x'.repeat(17_000)}`)).status).toBeGreaterThanOrEqual(400);
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect((await send('POST /form', form, pairs(1_001))).status).toBeGreaterThanOrEqual(400);
    const deep = `{"text":${'['.repeat(40_000)}${']'.repeat(40_000)}}`;
    expect((await send('POST /b', JSON_BODY, deep)).body).toContain('nested too deeply');
    const digits = `{"big":${'9'.repeat(80_000)}}`;
    expect((await send('POST /b', JSON_BODY, digits)).body).toContain('big');
    const long = `{"text":"${'x'.repeat(2_000_000)}"}`;
    expect((await send('POST /b', JSON_BODY, long)).status).toBe(413);
    const multipart = { 'Content-Type': 'multipart/form-data; boundary=b' };
    const parts = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(1_001);
    expect((await send('POST /form', multipart, `${parts}--b--\r\n`)).status).toBe(400);
    expect(calls).toEqual([]);
  });

  it('serves others while uploads are slow, and calls nothing for those that never end', async () => {
    const { port, send, calls } = await gateway({ options: { maxBodyBytes: 1_000 } });
    const sockets = await Promise.all(
      Array.from({ length: 20 }, () => slowUpload(port, 'application/octet-stream')),
    );
    expect((await send('GET /out')).status).toBe(200);
    expect(calls).toHaveLength(1);
    // One that says too much is answered, although its end never comes.
    const [first] = sockets;
    let text = '';
    first!.on('data', (chunk) => (text += String(chunk)));
    const bytes = adapter === 'express' ? 1_000 : 2_000_000;
    first!.write(`${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`);
    await until(() => text.startsWith('HTTP/1.1 413'));
    for (const socket of sockets) {
      socket.destroy();
    }
    expect((await send('GET /out')).status).toBe(200);
    expect(calls).toHaveLength(2);
  });
});

/** A request whose body stops after its first bytes. */
async function slowUpload(port: number, type: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) =>
    socket.write(
      `POST /raw HTTP/1.1\r\nHost: gw.test\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n`,
      () => resolve(),
    ),
  );
  return socket;
}

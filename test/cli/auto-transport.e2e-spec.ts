import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@nestjs-thrift/cli';
import { startApacheProcess } from '#test/apache-process.js';
import { cleanUp } from '#test/cleanup.js';
import { serveEcho } from '#test/echo-peers.js';
import { memoryIo } from '#test/memory-io.js';
import { listenOnFreePort } from '#test/ports.js';
import { serveRaw } from '#test/raw-server.js';

const IDL = `
service Store { i32 add(1: i32 a, 2: i32 b) }
service Echo { i32 add(1: i32 left, 2: i32 right) }`;

interface Outcome {
  readonly result?: number;
  readonly transport?: string;
  readonly protocol?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auto-'));
  cleanUp(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'add.thrift'), IDL);
});

/** For a busy machine. */
const LONG_TIMEOUTS = ['--connect-timeout', '10s', '--timeout', '10s'];

async function call(address: string, method: string, ...argv: string[]) {
  const io = memoryIo(folder, { env: { XDG_CACHE_HOME: join(folder, 'cache') } });
  const [left, right] = method.startsWith('Store') ? ['a', 'b'] : ['left', 'right'];
  const words = [`${left}=2`, `${right}=3`, '--idl', 'add.thrift', '--json'];
  const code = await run(['call', address, method, ...words, ...LONG_TIMEOUTS, ...argv], io);
  return { code, outcome: JSON.parse(io.out() || '{}') as Outcome, err: io.err() };
}

/** What is remembered of an address. */
function remembered(address: string): Pick<Outcome, 'transport' | 'protocol'> | undefined {
  const text = readFileSync(join(folder, 'cache/nestjs-thrift/transports.json'), 'utf8');
  return (JSON.parse(text) as Record<string, Outcome>)[address];
}

describe('call --transport auto', () => {
  it('prefers a TTHeader, remembers it, and says both', async () => {
    const { address } = await serveEcho({});
    const first = await call(address, 'Echo.add', '--verbose');

    expect(first.outcome).toMatchObject({ result: 5, transport: 'TTHeaderFramed' });
    expect(first.err).toContain('(TTHeaderFramed, binary; probed)');
    expect(remembered(address)).toMatchObject({ transport: 'TTHeaderFramed', protocol: 'binary' });
    const second = await call(address, 'Echo.add', '--verbose');
    expect(second.err).toContain('(TTHeaderFramed, binary; remembered)');
    const compact = await call(address, 'Echo.add', '--protocol', 'compact');
    expect(compact.outcome).toMatchObject({ result: 5, protocol: 'compact' });
  });

  it.each([
    ['Framed', 'binary', false],
    ['Buffered', 'binary', false],
    ['Framed', 'compact', true],
  ] as const)(
    'finds %s, %s of a server of npm thrift and leaves it alive',
    async (transport, protocol, isGuarded) => {
      const { child, address } = await startApacheProcess(transport, protocol, isGuarded);
      for (const argv of [[], []]) {
        const { code, outcome } = await call(address, 'Store.add', ...argv);
        expect({ code, outcome }).toMatchObject({
          code: 0,
          outcome: { result: 5, transport, protocol },
        });
      }
      expect(remembered(address)).toMatchObject({ transport, protocol });
      expect(child.exitCode).toBeNull();
    },
  );

  it('forgets a transport that is not answered any more', async () => {
    const { address } = await serveEcho({});
    await call(address, 'Echo.add');
    const closing = await serveRaw((socket) => socket.on('data', () => socket.destroy()));
    const file = join(folder, 'cache/nestjs-thrift/transports.json');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(address, closing));
    expect(remembered(closing)).toBeDefined();

    expect((await call(closing, 'Echo.add')).code).toBe(4);
    expect(remembered(closing)).toBeUndefined();
  });

  it('ends where a server is silent, after the second framing', async () => {
    let connections = 0;
    const address = await serveRaw(() => {
      connections += 1;
    });
    const { code, outcome } = await call(address, 'Echo.add', '--timeout', '50ms');

    expect(code).toBe(4);
    expect(outcome.error).toMatchObject({
      code: 'NOT_SENT',
      message: expect.stringContaining('answers neither Framed nor Buffered messages within'),
    });
    expect(connections).toBe(2);
  });

  it('sends no arguments to a server of another protocol, or one that closes', async () => {
    const received: Buffer[] = [];
    const closing = await serveRaw((socket) =>
      socket.on('data', (bytes: Buffer) => {
        received.push(bytes);
        socket.destroy();
      }),
    );
    const closed = await call(closing, 'Echo.add');
    expect(closed.outcome.error?.message).toContain('answers over no transport (Framed/binary, ');
    expect(closed.outcome.error?.message).toContain('it may need --tls or --multiplexed');
    expect(received).toHaveLength(8);
    expect(Buffer.concat(received).includes('nestjsThriftDiagnose')).toBe(true);
    expect(Buffer.concat(received).includes('add')).toBe(false);

    const http = createHttpServer((_request, response) => response.end());
    cleanUp(() => http.close());
    const spoken = await call(`127.0.0.1:${await listenOnFreePort(http)}`, 'Echo.add');
    expect(spoken.outcome.error?.message).toContain('uses HTTP, not Thrift');
  });

  it('works without a folder to remember in, and with a file that is damaged', async () => {
    const { address } = await serveEcho({});
    const io = memoryIo(folder);
    const argv = ['call', address, 'Echo.add', 'left=1', 'right=1', '--idl', 'add.thrift'];
    expect(await run([...argv, ...LONG_TIMEOUTS], io)).toBe(0);
    await call(address, 'Echo.add');
    const file = join(folder, 'cache/nestjs-thrift/transports.json');
    for (const text of ['', '[1]', `{"${address}": {"transport": "Framed"}}`]) {
      writeFileSync(file, text);
      expect((await call(address, 'Echo.add')).outcome.result).toBe(5);
    }
  });

  it('is the default of bench, too', async () => {
    const { address } = await startApacheProcess('Framed', 'binary');
    const io = memoryIo(folder);
    const argv = ['bench', address, 'Store.add', 'a=1', 'b=1', '-n', '10', '-c', '2', '--json'];
    expect(await run([...argv, '--idl', 'add.thrift', ...LONG_TIMEOUTS], io)).toBe(0);
    expect(JSON.parse(io.out())).toMatchObject({
      success: 10,
      options: { transport: 'Framed', protocol: 'binary' },
    });
  });
});

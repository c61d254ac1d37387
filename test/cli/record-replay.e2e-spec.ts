import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@nestjs-thrift/cli';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { BizStatusError, ServerTransport, type MethodHandler } from '@nestjs-thrift/transport';
import { startApacheProcess } from '#test/apache-process.js';
import { cleanUp } from '#test/cleanup.js';
import { memoryIo } from '#test/memory-io.js';
import { freePort, refusingAddress } from '#test/ports.js';
import { serveRaw } from '#test/raw-server.js';
import { until } from '#test/until.js';

const IDL = `
struct User { 1: required i64 id, 2: string name, 3: set<string> tags, 4: map<i32, double> sums, 5: string password }
exception Missing { 1: required string message, 2: i64 id }
service Users {
  User Get(1: User user, 2: i32 times) throws (1: Missing missing)
  string Fail(1: string how) throws (1: Missing missing)
  void Reset()
  oneway void Note(1: string text)
}`;

const compiled = compileSchema(loadSchemaFromText(IDL, { file: 'users.thrift' }));
const GET = [
  'user.id=9007199254740993',
  'user.name=Ada',
  'user.tags[]=a',
  'user.tags[]=b',
  'user.password=hidden',
  'times=2',
];
const LONG_TIMEOUTS = ['--connect-timeout', '10s', '--timeout', '20s'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'record-'));
  cleanUp(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'users.thrift'), IDL);
});

function handlers(): Record<string, MethodHandler> {
  return {
    Get: ({ user }: Record<string, unknown>) => user,
    Reset: () => undefined,
    Note: () => undefined,
    Fail: ({ how }: Record<string, unknown>) => {
      if (how === 'declared') {
        throw new (compiled.exception('Missing'))({ message: 'gone', id: 7n });
      }
      if (how === 'business') {
        throw new BizStatusError(1002, 'bad id', { field: 'id' });
      }
      throw new Error('unexpected');
    },
  };
}

async function serve(changed: Record<string, MethodHandler> = {}): Promise<string> {
  const services = [
    { definition: compiled.service('Users'), handlers: { ...handlers(), ...changed } },
  ];
  const server = new ServerTransport(services, { port: 0, host: '127.0.0.1' });
  await server.listen();
  cleanUp(() => server.close({ drainTimeoutMs: 0 }));
  return server.address;
}

/** A pass-through that runs until the test ends, with what `record` prints and writes. */
async function record(address: string, ...argv: string[]) {
  const io = memoryIo(folder);
  const options = ['--idl', 'users.thrift', '--port', '0', '--connect-timeout', '0'];
  const ended = run(['record', address, ...options, ...argv], io);
  await until(() => /passing (\S+) on/.test(io.err()));
  cleanUp(async () => {
    io.interrupt();
    await ended;
  });
  const [, through = ''] = /passing (\S+) on/.exec(io.err()) ?? [];
  return { through, io, ended };
}

async function call(address: string, method: string, ...argv: string[]) {
  const io = memoryIo(folder);
  const transport = ['--transport', 'TTHeaderFramed'];
  const options = ['--idl', 'users.thrift', ...LONG_TIMEOUTS];
  const code = await run(['call', address, method, ...transport, ...argv, ...options], io);
  return { code, out: io.out(), err: io.err() };
}

async function replay(address: string, ...argv: string[]) {
  const io = memoryIo(folder);
  const options = ['--idl', 'users.thrift', '--rate', '1000', ...LONG_TIMEOUTS];
  const code = await run(['replay', 'traffic.jsonl', address, ...options, ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

function recorded(): Record<string, unknown>[] {
  const lines = readFileSync(join(folder, 'traffic.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Records one call of each kind. */
async function recordAll(address: string, ...argv: string[]): Promise<void> {
  const { through, ended } = await record(address, '--out', 'traffic.jsonl', '-n', '6', ...argv);
  const metadata = ['--metadata', 'env=test', '--metadata', 'authorization=hidden'];
  await call(through, 'Get', ...GET, ...metadata);
  await call(through, 'Reset');
  for (const how of ['declared', 'business', 'other']) {
    await call(through, 'Fail', `how=${how}`);
  }
  await call(through, 'Note', 'text=x');
  expect(await ended).toBe(0);
}

describe('record', () => {
  it('passes calls of every transport on, and writes what they had', async () => {
    const address = await serve();
    const { through, io, ended } = await record(address, '--out', 'traffic.jsonl');
    const expected = await call(address, 'Get', ...GET);
    expect(expected.code).toBe(0);
    for (const transport of ['Buffered', 'Framed', 'TTHeader', 'TTHeaderFramed']) {
      for (const protocol of ['binary', 'compact']) {
        const options = ['--transport', transport, '--protocol', protocol];
        expect(await call(through, 'Get', ...GET, ...options)).toEqual(expected);
      }
    }
    io.interrupt();
    expect(await ended).toBe(130);
    expect(io.err()).toContain('recorded 8 calls in traffic.jsonl');
    const lines = recorded();
    expect(
      new Set(lines.map(({ transport, protocol }) => JSON.stringify([transport, protocol]))).size,
    ).toBe(8);
    for (const line of lines) {
      expect(line).toMatchObject({
        service: 'Users',
        method: 'Get',
        args: { user: { id: '9007199254740993', tags: ['a', 'b'] }, times: 2 },
        result: JSON.parse(expected.out),
        durationMs: expect.any(Number),
      });
    }
    expect(statSync(join(folder, 'traffic.jsonl')).mode & 0o077).toBe(0);
  });

  it('writes every kind of outcome, and leaves out what is redacted', async () => {
    await recordAll(await serve(), '--redact', 'password', '--redact', 'metadata.authorization');

    const [get, reset, declared, business, other, note] = recorded();
    expect(get).toMatchObject({
      metadata: { env: 'test', authorization: '[redacted]' },
      args: { user: { name: 'Ada', password: '[redacted]' } },
      result: { name: 'Ada', password: '[redacted]' },
    });
    expect(reset).toMatchObject({ result: null });
    expect(declared).toMatchObject({ exception: { type: 'Missing', value: { id: '7' } } });
    expect(business).toMatchObject({ businessStatus: { code: 1002, extra: { field: 'id' } } });
    expect(other).toMatchObject({ error: { code: 'REMOTE_ERROR' } });
    expect(note).toMatchObject({ args: { text: 'x' }, oneway: true });
    expect(readFileSync(join(folder, 'traffic.jsonl'), 'utf8')).not.toContain('hidden');
  });

  it('passes on what it cannot read, byte for byte, and reports it', async () => {
    const echo = await serveRaw((socket) => socket.pipe(socket));
    const { through, io, ended } = await record(echo);
    const [, port = ''] = through.split(':');
    const bytes = randomBytes(8 * 2 ** 20);
    const socket = connect(Number(port), '127.0.0.1');
    const hash = createHash('sha256');
    let received = 0;
    socket.on('data', (chunk: Buffer) => {
      hash.update(chunk);
      received += chunk.length;
    });
    socket.end(bytes);
    await once(socket, 'close');
    expect(received).toBe(bytes.length);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    io.interrupt();
    await ended;
    expect(io.err()).toContain('the rest of 1 connection with bytes that are not Thrift');
  });

  it('passes on large messages and unknown methods, and counts them', async () => {
    const { through, io, ended } = await record(await serve(), '--max-message-bytes', '64KiB');
    const large = await call(through, 'Get', 'user.id=1', `user.name=${'x'.repeat(100_000)}`);
    expect(large.code).toBe(0);
    writeFileSync(join(folder, 'other.thrift'), 'service Users { void Other() }');
    const io2 = memoryIo(folder);
    await run(['call', through, 'Other', '--idl', 'other.thrift', ...LONG_TIMEOUTS], io2);
    io.interrupt();
    await ended;
    expect(io.err()).toContain('1 call larger than --max-message-bytes');
    expect(io.err()).toMatch(/\d calls? of methods that the IDL does not have/);
  });

  it('records a server of npm thrift', async () => {
    const { address } = await startApacheProcess('Framed', 'binary');
    writeFileSync(join(folder, 'users.thrift'), 'service Store { i32 add(1: i32 a, 2: i32 b) }');
    const { through, io, ended } = await record(address, '-n', '1');
    expect(await call(through, 'add', 'a=2', 'b=3', '--transport', 'framed')).toMatchObject({
      out: '5\n',
    });
    expect(await ended).toBe(0);
    expect(JSON.parse(io.out())).toMatchObject({
      args: { a: 2, b: 3 },
      result: 5,
      transport: 'Framed',
    });
  });

  it('names a file that cannot be written, a port in use, and a server that is gone', async () => {
    const io = memoryIo(folder);
    const argv = ['record', '127.0.0.1:1', '--idl', 'users.thrift', '--port', '0'];
    expect(await run([...argv, '--out', 'missing/a.jsonl'], io)).toBe(3);
    expect(io.err()).toContain('cannot write missing/a.jsonl');
    const { through } = await record(await refusingAddress());
    const [, port = ''] = through.split(':');
    expect(await run([...argv, '--port', port], io)).toBe(4);
    expect(io.err()).toContain(`cannot listen on 127.0.0.1:${port}: the port is in use`);
    expect((await call(through, 'Reset')).code).toBe(4);
  });
});

describe('replay', () => {
  it('finds no difference in the same version', async () => {
    const address = await serve();
    await recordAll(address, '--redact', 'password');

    const { code, out } = await replay(address, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      calls: 6,
      same: 5,
      different: 0,
      oneway: 1,
      skipped: 0,
    });
  });

  it('shows the replies of another version that differ, and ignores what it is asked to', async () => {
    await recordAll(await serve());
    const next = await serve({
      // The order of a set does not matter.
      Get: ({ user }: Record<string, unknown>) => ({
        ...(user as object),
        name: 'Ada L.',
        tags: new Set(['b', 'a']),
      }),
      Fail: () => 'well',
    });

    const { code, out, err } = await replay(next);
    expect(code).toBe(1);
    expect(out).toContain('  result.name: "Ada" → "Ada L."\n');
    expect(out).toMatch(
      /line 3 Users\.Fail \{"how":"declared"\}\n {2}outcome: .*Missing.* → .*well/,
    );
    expect(out).toContain('same 1, different 4\noneway 1\n');
    expect(err).toContain('4 replies differ of 6 calls');

    const chosen = await replay(next, '--method', 'Users.Get', '--ignore', 'name', '--json');
    expect(chosen.code).toBe(0);
    expect(JSON.parse(chosen.out)).toMatchObject({ calls: 1, same: 1, different: 0 });
    const first = await replay(next, '-n', '1', '--show', '0', '--json');
    expect(JSON.parse(first.out)).toMatchObject({ calls: 1, different: 1, replies: [] });
  });

  it('skips calls that the IDL no longer has, and ends where nothing listens', async () => {
    const address = await serve();
    await recordAll(address);
    writeFileSync(join(folder, 'users.thrift'), IDL.replace('void Reset()', ''));
    const { code, out } = await replay(address);
    expect(code).toBe(0);
    expect(out).toContain('skipped 1; the first in line 2: Users has no method Reset');
    const gone = await replay(`127.0.0.1:${await freePort()}`);
    expect(gone.code).toBe(4);
    expect(gone.err).toContain('CONNECT_FAILED');
  });

  it('rejects what is not a recording, with the line', async () => {
    writeFileSync(join(folder, 'traffic.jsonl'), '\n{"time": "2026-01-01T00:00:00Z"}\n');
    const { code, err } = await replay(await serve());
    expect(code).toBe(3);
    expect(err).toContain('traffic.jsonl:2 is not a recorded call');
    rmSync(join(folder, 'traffic.jsonl'));
    expect((await replay('127.0.0.1:1')).err).toContain('cannot read traffic.jsonl');
  });
});

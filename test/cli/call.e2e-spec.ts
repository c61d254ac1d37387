import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { BizStatusError, ServerTransport, type IncomingCall } from '@nestjs-thrift/transport';
import { run } from '@nestjs-thrift/cli';
import {
  authority,
  expiredCertificate,
  foreignCertificate,
  serverCertificate,
} from '#test/certificates.js';
import { memoryIo } from '#test/memory-io.js';
import { refusingAddress } from '#test/ports.js';
import { until } from '#test/until.js';

const IDL = `
enum Kind { SMALL = 1, LARGE = 2 }
struct Item { 1: required i64 id, 2: optional binary data, 3: optional map<i32, Kind> kinds }
exception Missing { 1: required string message, 2: i64 id }
service Shop {
  Item Echo(1: Item item) throws (1: Missing missing)
  i64 Add(1: i64 left, 2: i64 right)
  void Reset()
  oneway void Note(1: string text)
  string Fail(1: string how) throws (1: Missing missing)
}`;

const compiled = compileSchema(loadSchemaFromText(IDL, { file: 'shop.thrift' }));
let folder: string;
let server: ServerTransport;
let seen: unknown[] = [];

const SERVICES = [{ definition: compiled.service('Shop'), handlers: shopHandlers() }];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'call-'));
  writeFileSync(join(folder, 'shop.thrift'), IDL);
  server = new ServerTransport(SERVICES, { port: 0, host: '127.0.0.1' });
  await server.listen();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  seen = [];
});

function shopHandlers() {
  return {
    Echo: ({ item }: Record<string, unknown>, call: IncomingCall) => {
      seen.push(Object.fromEntries([...call.metadata, ...call.persistentMetadata]), call.transport);
      call.setBackwardMetadata('shard', '7');
      return item;
    },
    Add: ({ left, right }: Record<string, unknown>) => (left as bigint) + (right as bigint),
    Reset: () => undefined,
    Note: ({ text }: Record<string, unknown>) => void seen.push(text),
    Fail: ({ how }: Record<string, unknown>) => {
      if (how === 'declared') {
        throw new (compiled.exception('Missing'))({ message: 'gone', id: 7n });
      }
      if (how === 'business') {
        throw new BizStatusError(1002, 'bad id', { field: 'id' });
      }
      if (how === 'hostile') {
        throw new BizStatusError(1, 'a\u001b[2J\u009b\u202eb');
      }
      if (how === 'large') {
        return 'x'.repeat(100_000);
      }
      if (how === 'silence') {
        return new Promise(() => {});
      }
      throw new Error('secret');
    },
  };
}

async function call(...argv: string[]) {
  return callWith({}, ...argv);
}

async function callWith(overrides: { stdin?: string }, ...argv: string[]) {
  const io = memoryIo(folder, overrides);
  const code = await run(['call', server.address, ...argv, '--idl', 'shop.thrift'], io);
  return { code, out: io.out(), err: io.err() };
}

/** A handshake takes longer than the default on a busy machine. */
const PATIENT = ['--idl', 'shop.thrift', '--connect-timeout', '5000'];
const item = { id: '9007199254740993', data: 'AQID', kinds: { '1': 'LARGE' } };

describe('call', () => {
  it.each(['Buffered', 'framed', 'TTHEADER', 'ttheader-framed', 'TTHeaderFramed'])(
    'takes and prints JSON over %s, binary and compact',
    async (transport) => {
      for (const protocol of ['binary', 'compact']) {
        const payload = JSON.stringify(item);
        const options = ['--transport', transport, '--protocol', protocol];
        const { code, out, err } = await call('Shop.Echo', payload, ...options);
        expect({ code, err }).toEqual({ code: 0, err: '' });
        expect(JSON.parse(out)).toEqual(item);
      }
    },
  );

  it('rejects a transport that does not exist and lists those that do', async () => {
    const { code, err } = await call('Shop.Reset', '--transport', 'http');
    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are auto, Buffered, Framed, TTHeader, TTHeaderFramed.');
  });

  it('takes an object of the parameters where there are several, and nothing where there are none', async () => {
    expect(await call('Shop.Add', '{"left": 1, "right": "2"}')).toMatchObject({
      code: 0,
      out: '"3"\n',
    });
    expect(await call('Shop.Reset')).toEqual({ code: 0, out: '', err: '' });
  });

  it('reads the payload from a file or from standard input', async () => {
    writeFileSync(join(folder, 'sum.json'), '{"left": 4, "right": 5}');
    expect((await call('Shop.Add', '@sum.json')).out).toBe('"9"\n');
    const piped = await callWith({ stdin: '{"left": 6, "right": 7}' }, 'Shop.Add', '-');
    expect(piped.out).toBe('"13"\n');
  });

  it('sends oneway calls', async () => {
    expect((await call('Shop.Note', '"hello"')).code).toBe(0);
    await until(() => seen.length > 0);
    expect(seen).toEqual(['hello']);
  });

  it('sends metadata, and shows what came back and how long it took', async () => {
    const { err, code } = await call(
      'Shop.Echo',
      '{"id": 1}',
      '--verbose',
      '--metadata',
      'env=test',
      '--persistent',
      'user=ada=1',
    );
    expect(code).toBe(0);
    expect(seen).toEqual([{ env: 'test', user: 'ada=1' }, 'TTHeaderFramed']);
    expect(err).toMatch(/> Shop\.Echo to 127\.0\.0\.1:\d+ \(TTHeaderFramed, binary; probed\)/);
    expect(err).toContain('< shard: 7');
    expect(err).toMatch(/< \d+ bytes for \d+ bytes sent, after [\d.]+ ms/);
  });

  it('prints one line for machines, whatever the outcome', async () => {
    const { out } = await call('Shop.Echo', '{"id": 1}', '--json');
    expect(JSON.parse(out)).toEqual({
      result: { id: '1' },
      durationMs: expect.any(Number),
      backwardMetadata: { shard: '7' },
      transport: 'TTHeaderFramed',
      protocol: 'binary',
    });
    const failed = await call('Shop.Fail', '"business"', '--json');
    expect(JSON.parse(failed.out)).toMatchObject({
      businessStatus: { code: 1002, message: 'bad id', extra: { field: 'id' } },
    });
  });

  it.each([
    ['"declared"', 5, 'exception Missing {"message":"gone","id":"7"}'],
    ['"business"', 6, 'business status 1002: bad id {"field":"id"}'],
    ['"other"', 4, 'REMOTE_ERROR: '],
  ])('ends with a specific exit code: Fail(%s)', async (payload, code, message) => {
    const failed = await call('Shop.Fail', payload);
    expect(failed.code).toBe(code);
    expect(failed.err).toContain(`error: ${message}`);
    expect(failed.out).toBe('');
  });

  it('has no limit of time with --timeout 0 and --connect-timeout 0', async () => {
    const deadlines: number[] = [];
    const handlers = {
      ...shopHandlers(),
      Reset: (_args: unknown, { deadline }: IncomingCall) => void deadlines.push(deadline),
    };
    const definition = compiled.service('Shop');
    const patient = new ServerTransport([{ definition, handlers }], { port: 0, host: '127.0.0.1' });
    await patient.listen();
    const argv = ['call', patient.address, 'Shop.Reset', '--timeout', '0', '--idl', 'shop.thrift'];
    const code = await run([...argv, '--connect-timeout', '0'], memoryIo(folder));
    await patient.close();
    expect({ code, deadlines }).toEqual({ code: 0, deadlines: [Infinity] });
  });

  it('gives up after the timeout', async () => {
    const failed = await call('Shop.Fail', '"silence"', '--timeout', '50');
    expect(failed.code).toBe(4);
    expect(failed.err).toContain('RPC_TIMEOUT');
  });

  it('ends at once on Ctrl-C', async () => {
    const io = memoryIo(folder);
    const argv = ['call', server.address, 'Shop.Fail', '"silence"', '--idl', 'shop.thrift'];
    const ended = run(argv, io);
    await until(() => server.inFlightCount > 0);
    io.interrupt();
    expect(await ended).toBe(130);
    expect(io.err()).toBe('error: interrupted\n');
  });

  it('reports that nothing listens', async () => {
    const io = memoryIo(folder);
    const argv = ['call', await refusingAddress(), 'Shop.Reset', '--idl', 'shop.thrift'];
    expect(await run(argv, io)).toBe(4);
    expect(io.err()).toContain('CONNECT_FAILED');
    expect(io.err().trim().split('\n')).toHaveLength(1);
  });

  it.each([
    [['Shop.Ech', '{}'], 2, 'Shop has no method Ech; did you mean Echo?'],
    [['Shops.Echo', '{}'], 2, 'the IDL has no service Shops; did you mean Shop?'],
    [['Zzz1', '{}'], 2, '"Zzz1" names no method: write Service.Method, such as Shop.Echo'],
    [['Shop.Echo', '{'], 3, 'the payload is not JSON'],
    [['Shop.Echo', '@missing.json'], 3, 'cannot read missing.json'],
    [['Shop.Echo', '{"id": "x"}'], 3, 'id must be a 64-bit integer'],
    [['Shop.Echo', '{}', '--metadata', 'x'], 2, 'Write key=value.'],
    [['Shop.Echo', '{}', '--timeout', '0.5ms'], 2, 'Give a duration'],
    [['Shop.Echo', '{}', '--cert', 'a.pem'], 2, '--cert and --key go together'],
    [['Shop.Echo', '{}', '--ca', 'a.pem'], 3, 'cannot read a.pem'],
  ])('refuses %j', async (argv, code, message) => {
    const refused = await call(...argv);
    expect(refused.err).toContain(message);
    expect(refused.code).toBe(code);
  });

  it('trusts over TLS only the given authorities', async () => {
    const options = { port: 0, host: '127.0.0.1', tls: serverCertificate };
    const secure = new ServerTransport(SERVICES, options);
    await secure.listen();
    try {
      const endpoint = secure.address.replace('127.0.0.1', 'localhost');
      writeFileSync(join(folder, 'ca.pem'), authority);
      const codes = [];
      for (const trust of [['--ca', 'ca.pem'], ['--insecure'], ['--tls']]) {
        const argv = ['call', endpoint, 'Shop.Reset', ...trust, ...PATIENT];
        codes.push(await run(argv, memoryIo(folder)));
      }
      expect(codes).toEqual([0, 0, 4]);
    } finally {
      await secure.close({ drainTimeoutMs: 0 });
    }
  });

  const asking = (version: SecureVersion) => ({
    ...serverCertificate,
    ca: authority,
    requestCert: true,
    minVersion: version,
    maxVersion: version,
  });
  const trusting = ['--ca', 'ca.pem'];

  it.each([
    ['CONNECT_FAILED', 'untrusted', serverCertificate, ['--tls'], 'with --ca, or any'],
    ['CONNECT_FAILED', 'self-signed', foreignCertificate, ['--tls'], 'with --ca, or any'],
    ['CONNECT_FAILED', 'expired', expiredCertificate, ['--ca', 'expired.pem'], 'renew it'],
    [
      'CONNECT_FAILED',
      'another name',
      serverCertificate,
      [...trusting, '--server-name', 'users.example'],
      'set the expected one with --server-name',
    ],
    ['CONNECT_FAILED', 'no --cert', asking('TLSv1.2'), trusting, 'show one with --cert and --key'],
    ['NOT_SENT', 'no --cert', asking('TLSv1.3'), trusting, 'show one with --cert and --key'],
    ['NOT_SENT', 'no --tls', serverCertificate, [], 'connect with --tls'],
    ['CONNECT_FAILED', 'no TLS', undefined, trusting, 'connect without --tls'],
  ])('names the option that helps: %s, %s', async (code, _name, tls, trust, hint) => {
    const options = { port: 0, host: '127.0.0.1' };
    const secure = new ServerTransport(SERVICES, tls === undefined ? options : { ...options, tls });
    await secure.listen();
    try {
      writeFileSync(join(folder, 'ca.pem'), authority);
      writeFileSync(join(folder, 'expired.pem'), expiredCertificate.cert);
      const endpoint = secure.address.replace('127.0.0.1', 'localhost');
      const load = ['--concurrency', '20', '--requests', '100'];
      for (const command of [['call'], ['bench', ...load], ['bench', '--mux', ...load]]) {
        const io = memoryIo(folder);
        const [name, ...more] = command as [string];
        const argv = [name, endpoint, 'Shop.Reset', ...trust, ...PATIENT, '--json', ...more];
        expect(await run(argv, io)).toBe(4);
        expect(io.err()).toContain(`${code}: Shop.Reset`);
        expect(io.err()).toContain(`cannot connect to ${endpoint}: `);
        expect(io.err()).toContain(hint);
        expect(io.out() + io.err()).not.toMatch(/server up|tls\.|every call failed/);
      }
    } finally {
      await secure.close({ drainTimeoutMs: 0 });
    }
  });

  it('prints an i64 exactly, as text or as a number', async () => {
    const wide = '{"id": 9007199254740993}';
    expect((await call('Shop.Echo', wide)).out).toBe('{\n  "id": "9007199254740993"\n}\n');
    expect((await call('Shop.Echo', wide, '--i64', 'number')).out).toBe(
      '{\n  "id": 9007199254740993\n}\n',
    );
  });

  it('takes words, a bare method, Service/Method, JSON5 and -d', async () => {
    expect((await call('Add', 'left=1', 'right=2')).out).toBe('"3"\n');
    expect((await call('Shop/Add', '{left: 0x10, right: 1,}')).out).toBe('"17"\n');
    expect((await call('Add', '-d', '{"left": 2, "right": 2}')).out).toBe('"4"\n');
    expect((await call('Echo', 'id=5', 'kinds.1=LARGE', 'data=AQID')).out).toContain('"LARGE"');
  });

  it('lets the user edit a template of the payload', async () => {
    const io = memoryIo(folder, { env: { EDITOR: `sed -i 's/: 0/: 8/'` } });
    const argv = ['call', server.address, 'Add', '--edit', '--idl', 'shop.thrift'];
    expect(await run(argv, io)).toBe(0);
    expect(io.out()).toBe('"16"\n');
  });

  it('takes address, IDL and options from a target, and options of the command line before them', async () => {
    const below = join(folder, 'below');
    mkdirSync(below);
    const target = { address: server.address, idl: 'shop.thrift', metadata: { env: 'test', a: 1 } };
    const targets = {
      shop: { ...target, transport: 'framed', i64: 'number' },
      odd: { ...target, timeut: '1s' },
    };
    writeFileSync(join(folder, '.nestjs-thrift.yaml'), JSON.stringify({ targets }));
    const callTarget = async (...argv: string[]) => {
      const io = memoryIo(below);
      const code = await run(['call', ...argv], io);
      return { code, text: io.out() + io.err() };
    };
    expect(await callTarget('shop', 'Add', 'left=1', 'right=2')).toEqual({ code: 0, text: '3\n' });
    const verbose = await callTarget('shop', 'Reset', '-v', '--transport', 'TTHeader');
    expect(verbose.text).toContain('(TTHeader, binary)\n> env: test\n> a: 1');
    expect(await callTarget('shp', 'Reset')).toMatchObject({
      code: 2,
      text: expect.stringContaining('did you mean shop?'),
    });
    expect(await callTarget('odd', 'Reset')).toMatchObject({
      code: 3,
      text: expect.stringContaining('target odd: unknown option timeut; did you mean timeout?'),
    });
  });

  it('keeps control characters of a peer off the terminal', async () => {
    const { err, out } = await call('Shop.Fail', '"hostile"', '--json');
    expect(JSON.parse(out)).toMatchObject({
      businessStatus: { message: 'a\u001b[2J\u009b\u202eb' },
    });
    expect(out + err).not.toMatch(/\p{Cc}(?<!\n)|\p{Cf}/u);
  });

  it('names its own limit where a reply is too large, and takes a higher one', async () => {
    const small = await call('Shop.Fail', '"large"', '--max-reply-bytes', '64KiB');
    expect(small.code).toBe(4);
    expect(small.err).toMatch(
      /has \d+ bytes, at most 65536 are accepted; raise the limit with --max-reply-bytes/,
    );
    expect((await call('Shop.Fail', '"large"', '--max-reply-bytes', '1MiB')).code).toBe(0);
  });

  it('rejects a set with duplicates and a payload that is nested too deep as wrong input', async () => {
    writeFileSync(
      join(folder, 'deep.thrift'),
      'struct A { 1: set<i32> s, 2: optional A a }\nservice D { void Put(1: A a) }\n',
    );
    const deep = `${'{"a":'.repeat(100)}{}${'}'.repeat(100)}`;
    for (const payload of ['{"s": [1, 1]}', deep, `${'['.repeat(20_000)}`]) {
      const io = memoryIo(folder);
      const argv = ['call', server.address, 'Put', payload, '--idl', 'deep.thrift'];
      expect(await run(argv, io)).toBe(3);
      expect(io.err().length).toBeLessThan(1000);
    }
  });

  it('calls a service whose name two files have', async () => {
    mkdirSync(join(folder, 'two'));
    writeFileSync(join(folder, 'two/a.thrift'), 'service Shop { void Reset() }\n');
    writeFileSync(join(folder, 'two/b.thrift'), 'service Shop { void Reset() }\n');
    const callTwo = async (method: string) => {
      const io = memoryIo(folder);
      return {
        code: await run(['call', server.address, method, '--idl', 'two'], io),
        err: io.err(),
      };
    };
    expect(await callTwo('Shop.Reset')).toEqual({
      code: 2,
      err: 'error: "Shop.Reset" is ambiguous: it can be a.Shop.Reset, b.Shop.Reset\n',
    });
    expect(await callTwo('b.Shop.Reset')).toEqual({ code: 0, err: '' });
  });

  it('rejects what is not an address', async () => {
    const io = memoryIo(folder);
    const argv = ['call', 'localhost', 'Shop.Reset', '--idl', 'shop.thrift'];
    expect(await run(argv, { ...io, cwd: tmpdir() })).toBe(2);
    expect(io.err()).toContain('"localhost" is not an address: write host:port');
  });
});

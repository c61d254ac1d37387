import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
    expect(err).toContain('Allowed choices are Buffered, Framed, TTHeader, TTHeaderFramed.');
  });

  it('takes an object of the parameters where there are several, and nothing where there are none', async () => {
    expect(await call('Shop.Add', '{"left": 1, "right": "2"}')).toMatchObject({
      code: 0,
      out: '3\n',
    });
    expect(await call('Shop.Reset')).toEqual({ code: 0, out: '', err: '' });
  });

  it('reads the payload from a file or from standard input', async () => {
    writeFileSync(join(folder, 'sum.json'), '{"left": 4, "right": 5}');
    expect((await call('Shop.Add', '@sum.json')).out).toBe('9\n');
    const piped = await callWith({ stdin: '{"left": 6, "right": 7}' }, 'Shop.Add', '-');
    expect(piped.out).toBe('13\n');
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
    expect(err).toMatch(/> Shop\.Echo to 127\.0\.0\.1:\d+ \(TTHeaderFramed, binary\)/);
    expect(err).toContain('< shard: 7');
    expect(err).toMatch(/< \d+ bytes for \d+ bytes sent, after [\d.]+ ms/);
  });

  it('prints one line for machines, whatever the outcome', async () => {
    const { out } = await call('Shop.Echo', '{"id": 1}', '--json');
    expect(JSON.parse(out)).toEqual({
      result: { id: 1 },
      durationMs: expect.any(Number),
      backwardMetadata: { shard: '7' },
    });
    const failed = await call('Shop.Fail', '"business"', '--json');
    expect(JSON.parse(failed.out)).toMatchObject({
      businessStatus: { code: 1002, message: 'bad id', extra: { field: 'id' } },
    });
  });

  it.each([
    ['"declared"', 5, 'exception Missing {"message":"gone","id":7}'],
    ['"business"', 6, 'business status 1002: bad id {"field":"id"}'],
    ['"other"', 4, 'REMOTE_ERROR: '],
  ])('ends with an exit code of its own: Fail(%s)', async (payload, code, message) => {
    const failed = await call('Shop.Fail', payload);
    expect(failed.code).toBe(code);
    expect(failed.err).toContain(`error: ${message}`);
    expect(failed.out).toBe('');
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

  it('says that nobody is there', async () => {
    const io = memoryIo(folder);
    const argv = ['call', await refusingAddress(), 'Shop.Reset', '--idl', 'shop.thrift'];
    expect(await run(argv, io)).toBe(4);
    expect(io.err()).toContain('CONNECT_FAILED');
    expect(io.err().trim().split('\n')).toHaveLength(1);
  });

  it.each([
    [['Shop.Ech', '{}'], 2, 'Shop has no method Ech; it has Echo, Add, Reset, Note, Fail'],
    [['Shops.Echo', '{}'], 2, 'the IDL has no service Shops; it has Shop'],
    [['Echo', '{}'], 2, '"Echo" names no method: write Service.Method, such as Shop.Echo'],
    [['Shop.Echo', '{'], 3, 'the payload is no JSON'],
    [['Shop.Echo', '@missing.json'], 3, 'cannot read missing.json'],
    [['Shop.Echo', '{"id": "x"}'], 3, 'id must be a 64-bit integer'],
    [['Shop.Echo', '{}', '--metadata', 'x'], 2, 'Write key=value.'],
    [['Shop.Echo', '{}', '--timeout', '0'], 2, 'Give a duration'],
    [['Shop.Echo', '{}', '--cert', 'a.pem'], 2, '--cert and --key go together'],
    [['Shop.Echo', '{}', '--ca', 'a.pem'], 3, 'cannot read a.pem'],
  ])('refuses %j', async (argv, code, message) => {
    const refused = await call(...argv);
    expect(refused.err).toContain(message);
    expect(refused.code).toBe(code);
  });

  it('trusts over TLS only what it is told to', async () => {
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

  it('refuses what is no address', async () => {
    const io = memoryIo(folder);
    expect(await run(['call', 'localhost', 'Shop.Reset', '--idl', 'shop.thrift'], io)).toBe(2);
    expect(io.err()).toContain('"localhost" is no address: write host:port');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { EXIT_CODES, run } from '@nestjs-thrift/cli';
import type { ServerTransportOptions } from '@nestjs-thrift/transport';
import {
  authority,
  expiredCertificate,
  foreignCertificate,
  serverCertificate,
} from '#test/certificates.js';
import { startApacheProcess } from '#test/apache-process.js';
import { cleanUp } from '#test/cleanup.js';
import { serveEcho } from '#test/echo-peers.js';
import { memoryIo } from '#test/memory-io.js';
import { startNpmThrift } from '#test/npm-thrift.js';
import { listenOnFreePort, refusingAddress } from '#test/ports.js';

interface Step {
  readonly step: string;
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly seen: readonly string[];
  readonly next?: string;
  readonly facts?: Record<string, { kind?: string } | undefined>;
}

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'diagnose-'));
  cleanUp(() => rmSync(cwd, { recursive: true }));
});

/** Runs the command with `--json`. */
async function diagnose(...argv: string[]): Promise<{ code: number; steps: Step[]; err: string }> {
  const io = memoryIo(cwd);
  const code = await run(['diagnose', ...argv, '--json'], io);
  return { code, steps: (JSON.parse(io.out()) as { steps: Step[] }).steps, err: io.err() };
}

/** Runs the command as people do. */
async function diagnoseText(
  ...argv: string[]
): Promise<{ code: number; out: string; err: string }> {
  const io = memoryIo(cwd);
  const code = await run(['diagnose', ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

function stepOf(steps: readonly Step[], name: string): Step {
  const found = steps.find(({ step }) => step === name);
  if (found === undefined) {
    throw new Error(`no step ${name}: ${JSON.stringify(steps)}`);
  }
  return found;
}

/** The dialects that were answered. */
function answered({ facts = {} }: Step): string[] {
  return Object.keys(facts).filter((dialect) => facts[dialect]?.kind === 'thrift');
}

async function serve(options: ServerTransportOptions = {}): Promise<string> {
  return (await serveEcho({}, options)).address;
}

/** Any server on a free port; its connections end with the test. */
async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  cleanUp(() => {
    for (const socket of sockets) {
      socket.destroy();
    }
    server.close();
  });
  return listenOnFreePort(server);
}

function file(name: string, text: string): string {
  writeFileSync(join(cwd, name), text);
  return name;
}

describe('nestjs-thrift diagnose', () => {
  it('finds all dialects of our server, and how long an answer takes', async () => {
    const { code, steps } = await diagnose(await serve(), '--pings', '3');

    expect(code).toBe(EXIT_CODES.OK);
    expect(steps.map(({ step, verdict }) => `${step} ${verdict}`)).toEqual([
      'DNS ok',
      'TCP ok',
      'Thrift ok',
      'Round trip ok',
    ]);
    expect(answered(stepOf(steps, 'Thrift'))).toEqual([
      'Framed/binary',
      'Buffered/binary',
      'TTHeaderFramed/binary',
      'TTHeader/binary',
      'Framed/compact',
      'Buffered/compact',
      'TTHeaderFramed/compact',
      'TTHeader/compact',
    ]);
    expect(stepOf(steps, 'Round trip').facts).toMatchObject({ count: 3, lost: 0 });
  });

  it('takes the name of a target, with the options that it has', async () => {
    const address = await serve();
    writeFileSync(
      join(cwd, '.nestjs-thrift.yaml'),
      `targets: { echo: { address: "${address}", transport: framed, connect-timeout: 5s, metadata: { a: b } } }\n`,
    );
    const { code, out, err } = await diagnoseText('echo', '--pings', '1');

    expect({ code, err }).toEqual({ code: EXIT_CODES.OK, err: '' });
    expect(out).toContain('Round trip');
    expect((await diagnoseText('ecko')).err).toContain('did you mean echo?');
  });

  it('reports the same for people', async () => {
    const { code, out, err } = await diagnoseText(await serve());

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('DNS        ok   127.0.0.1 is an address\n');
    expect(out).toContain('Thrift     ok   all dialects are answered\n');
    expect(out).toMatch(/Round trip ok {3}min \d.* ms, median \d.* ms/);
  });

  it.each(['0', '11m', 'soon'])('rejects --timeout %s', async (timeout) => {
    const { code, err } = await diagnoseText('127.0.0.1:1', '--timeout', timeout);

    expect(code).toBe(EXIT_CODES.USAGE);
    expect(err).toContain(timeout === 'soon' ? 'Give a duration' : 'from 1ms to 10m. A peer that');
  });

  it.each(['Framed', 'Buffered'] as const)(
    'finds the dialect of a server of npm thrift and leaves it alive: %s',
    async (transport) => {
      const { child, address } = await startApacheProcess(transport, 'binary');
      const { code, steps } = await diagnose(address, '--timeout', '500');

      expect(code).toBe(EXIT_CODES.OK);
      expect(answered(stepOf(steps, 'Thrift'))).toEqual([`${transport}/binary`]);
      expect(stepOf(steps, 'Thrift').seen[0]).toContain('by a server of an Apache library');
      expect(stepOf(steps, 'Round trip').verdict).toBe('ok');
      expect(child.exitCode).toBeNull();
    },
  );

  it('says when a server does not survive other dialects', async () => {
    const { address } = await startApacheProcess('Framed', 'binary');
    const { code, steps } = await diagnose(address, '--timeout', '500', '--all-dialects');

    expect(code).toBe(EXIT_CODES.NEGATIVE);
    expect(stepOf(steps, 'Thrift')).toMatchObject({
      verdict: 'fail',
      seen: expect.arrayContaining(['after the probes the server accepts no connections any more']),
      next: expect.stringContaining("a listener for 'error'"),
    });
  });

  it('finds Compact, too', async () => {
    const server = await startNpmThrift('Framed', 'compact', []);
    server.on('error', () => undefined);
    cleanUp(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { code, steps } = await diagnose(`127.0.0.1:${port}`, '--timeout', '500');
    expect(code).toBe(EXIT_CODES.OK);
    expect(answered(stepOf(steps, 'Thrift'))).toEqual(['Framed/compact']);
  });

  it('reports a port that uses HTTP', async () => {
    const port = await listen(createHttpServer((_request, response) => response.end('hello')));
    const { code, out, err } = await diagnoseText(`127.0.0.1:${port}`);

    expect(code).toBe(EXIT_CODES.NEGATIVE);
    expect(out).toContain('Thrift     fail the peer uses HTTP\n');
    expect(out).toContain('next: this is not the port of a Thrift server');
    expect(err).toContain('failed at Thrift');
  });

  it('recognises HTTP that waits for the end of a line', async () => {
    const port = await listen(
      createServer((socket) =>
        socket.on('data', (bytes: Buffer) => {
          if (bytes.includes('\n')) {
            socket.end('HTTP/1.0 200 OK\r\n\r\n');
          }
        }),
      ),
    );
    const { steps } = await diagnose(`127.0.0.1:${port}`, '--timeout', '100');
    expect(stepOf(steps, 'Thrift').seen[0]).toBe('the peer uses HTTP');
  });

  it('reports a port without a listener', async () => {
    const { code, steps } = await diagnose(await refusingAddress());

    expect(code).toBe(EXIT_CODES.NEGATIVE);
    expect(steps.at(-1)).toMatchObject({
      step: 'TCP',
      verdict: 'fail',
      next: expect.stringContaining('nothing listens there'),
    });
  });

  it('says that a name cannot be resolved', async () => {
    const { code, steps } = await diagnose('no-such-host.invalid:8888');

    expect(code).toBe(EXIT_CODES.NEGATIVE);
    expect(steps).toMatchObject([
      { step: 'DNS', verdict: 'fail', seen: [expect.stringContaining('no-such-host.invalid')] },
    ]);
    expect(steps[0]!.next).toBeDefined();
  });

  it('says that a server is silent', async () => {
    const port = await listen(createServer(() => undefined));
    const { code, steps } = await diagnose(`127.0.0.1:${port}`, '--timeout', '100');

    expect(code).toBe(EXIT_CODES.NEGATIVE);
    expect(stepOf(steps, 'Thrift')).toMatchObject({
      verdict: 'fail',
      seen: expect.arrayContaining(['it accepts connections and sends nothing for 100 ms']),
    });
  });

  it('says that a server closes at once', async () => {
    const port = await listen(createServer((socket) => socket.end()));
    const { code, steps } = await diagnose(`127.0.0.1:${port}`);

    expect(code).toBe(EXIT_CODES.NEGATIVE);
    const { seen, next } = stepOf(steps, 'Thrift');
    expect(seen).toContain('Framed/binary: the peer closed the connection');
    expect(next).toContain('--tls');
  });

  it('is not impressed by endless garbage, by control characters or by an echo', async () => {
    const flood = await listen(
      createServer((socket) => {
        const more = (): void => {
          if (!socket.destroyed && socket.write(Buffer.alloc(65_536, 0x20))) {
            setImmediate(more);
          }
        };
        socket.on('drain', more);
        more();
      }),
    );
    const huge = await listen(
      createServer((socket) => socket.write(Buffer.from('7fffffff8001000300000000', 'hex'))),
    );
    const echo = await listen(createServer((socket) => socket.pipe(socket)));
    for (const port of [flood, huge, echo]) {
      const { code, steps } = await diagnose(`127.0.0.1:${port}`, '--timeout', '1000');
      expect(code).toBe(EXIT_CODES.NEGATIVE);
      expect(stepOf(steps, 'Thrift').seen[0]).toBe('what answers is not Thrift');
    }
    const escaping = await listen(
      createServer((socket) => {
        const text = '\u001b[2J'.repeat(1000);
        const head = Buffer.from('800100030000000000000001' + '0b0001', 'hex');
        const length = Buffer.alloc(4);
        length.writeInt32BE(text.length);
        socket.write(Buffer.concat([head, length, Buffer.from(text), Buffer.of(0)]));
      }),
    );
    const { code, out } = await diagnoseText(`127.0.0.1:${escaping}`);
    expect(code).toBe(EXIT_CODES.OK);
    expect(out).not.toContain('\u001b');
    expect(out.length).toBeLessThan(4000);
  });

  it('ends soon on Ctrl-C, with what it has', async () => {
    const io = memoryIo(cwd);
    const server = createServer(() => io.interrupt());
    const port = await listen(server);
    const code = await run(['diagnose', `127.0.0.1:${port}`, '--timeout', '600000'], io);

    expect(code).toBe(EXIT_CODES.INTERRUPTED);
    expect(io.out()).toContain('DNS        ok');
    expect(io.err()).toContain('interrupted');
  });

  it.each([
    [['8888'], '"8888" is not an address'],
    [['host:70000'], '"host:70000" is not an address'],
    [['host:1', '--timeout', '0'], 'Give a duration from 1ms'],
    [['host:1', 'Echo.echo', '"a"'], '--idl'],
    [['host:1', '--tls', '--cert', 'a.pem'], '--cert and --key go together'],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await diagnoseText(...argv);
    expect(code).toBe(EXIT_CODES.USAGE);
    expect(err).toContain(message);
  });
});

describe('a method call of a diagnosis', () => {
  const idl = `service Echo { string echo(1: string text) i32 add(1: i32 left, 2: i32 right) void slow() }`;

  it('is made in the dialect that is answered', async () => {
    file('echo.thrift', idl);
    const target = await serve();
    const single = await diagnose(target, 'Echo.echo', '"hello"', '--idl', 'echo.thrift');
    expect(single.code).toBe(EXIT_CODES.OK);
    expect(stepOf(single.steps, 'Call').seen[0]).toMatch(/^Echo\.echo answered in .* ms: "hello"$/);

    const json = '{"left": 2, "right": 3}';
    const several = await diagnose(target, 'Echo.add', json, '--idl', 'echo.thrift');
    expect(stepOf(several.steps, 'Call').seen[0]).toMatch(/: 5$/);
  });

  it('fails with what the server said', async () => {
    file('echo.thrift', idl);
    const { code, steps } = await diagnose(await serve(), 'Echo.slow', '--idl', 'echo.thrift');
    expect(code).toBe(EXIT_CODES.NEGATIVE);
    expect(stepOf(steps, 'Call')).toMatchObject({
      verdict: 'fail',
      facts: { code: 'REMOTE_ERROR' },
    });
  });

  it.each([
    [['Echo.nothing'], 'Echo has no method nothing; it has echo, add, slow', EXIT_CODES.USAGE],
    [['Other.echo'], 'the IDL has no service Other; it has Echo', EXIT_CODES.USAGE],
    [['Echo'], 'names no method', EXIT_CODES.USAGE],
    [['Echo.echo', '{'], 'the payload is not JSON', EXIT_CODES.INPUT],
    [['Echo.add', '1'], 'the request of add', EXIT_CODES.INPUT],
  ])('is refused before anything is sent: %j', async (argv, message, exitCode) => {
    file('echo.thrift', idl);
    const { code, err } = await diagnoseText('127.0.0.1:1', ...argv, '--idl', 'echo.thrift');
    expect(code).toBe(exitCode);
    expect(err).toContain(message);
  });

  it('shows what is wrong with the IDL', async () => {
    file('echo.thrift', 'service Echo {');
    const { code } = await diagnoseText('127.0.0.1:1', 'Echo.echo', '--idl', 'echo.thrift');
    expect(code).toBe(EXIT_CODES.INPUT);
  });
});

describe('TLS in a diagnosis', () => {
  it('is shown with the facts of the certificate', async () => {
    file('ca.pem', authority);
    const target = (await serve({ tls: serverCertificate })).replace('127.0.0.1', 'localhost');
    const { code, steps } = await diagnose(target, '--ca', 'ca.pem');

    expect(stepOf(steps, 'TLS')).toMatchObject({
      verdict: 'ok',
      facts: {
        subject: 'CN=localhost',
        issuer: 'CN=nestjs-thrift test authority',
        names: 'DNS:localhost, IP Address:127.0.0.1',
        validTo: expect.stringContaining('2126'),
        trusted: true,
      },
    });
    expect(stepOf(steps, 'Thrift').verdict).toBe('ok');
    expect(code).toBe(EXIT_CODES.OK);
  });

  it('fails for an authority that is not trusted, and says what to do', async () => {
    const { code, steps } = await diagnose(await serve({ tls: serverCertificate }), '--tls');
    expect(stepOf(steps, 'TLS')).toMatchObject({
      verdict: 'fail',
      seen: expect.arrayContaining([expect.stringContaining('not trusted')]),
      next: expect.stringContaining('--ca'),
    });
    // What is answered is worth knowing all the same.
    expect(stepOf(steps, 'Thrift').verdict).toBe('ok');
    expect(code).toBe(EXIT_CODES.NEGATIVE);
  });

  it('fails for an expired certificate', async () => {
    file('ca.pem', expiredCertificate.cert);
    const target = await serve({ tls: expiredCertificate });
    const { steps } = await diagnose(target, '--ca', 'ca.pem');
    const { verdict, seen, next } = stepOf(steps, 'TLS');
    expect({ verdict, next }).toEqual({
      verdict: 'fail',
      next: 'renew the certificate of the server',
    });
    expect(seen[0]).toMatch(/^the certificate expired on Jan {2}1 .* 2021/);
  });

  it('fails for a certificate of another name, and sends it no arguments', async () => {
    file('ca.pem', foreignCertificate.cert);
    file('echo.thrift', 'service Echo { string echo(1: string text) }');
    let calls = 0;
    const server = await serveEcho(
      { echo: ({ text }) => (calls++, text) },
      { tls: foreignCertificate },
    );
    const argv = [
      server.address,
      'Echo.echo',
      '"secret"',
      '--idl',
      'echo.thrift',
      '--ca',
      'ca.pem',
    ];
    const wrong = await diagnose(...argv);
    expect(stepOf(wrong.steps, 'TLS').seen[0]).toContain('is not for the address 127.0.0.1');
    expect(stepOf(wrong.steps, 'Call')).toMatchObject({ verdict: 'fail' });
    expect(calls).toBe(0);

    const right = await diagnose(...argv, '--server-name', 'users.example');
    expect(stepOf(right.steps, 'TLS').verdict).toBe('ok');
    expect(stepOf(right.steps, 'Call').verdict).toBe('ok');
    expect(calls).toBe(1);
  });

  it('is recognised when it was not asked for, and missed when it was', async () => {
    const tls = await diagnose(await serve({ tls: serverCertificate }));
    expect(stepOf(tls.steps, 'Thrift')).toMatchObject({
      verdict: 'fail',
      next: expect.stringContaining('--tls'),
    });
    const plain = await diagnose(await serve(), '--tls', '--timeout', '500');
    expect(plain.steps.at(-1)).toMatchObject({ step: 'TLS', verdict: 'fail' });
  });

  it('says that a server closes during the handshake', async () => {
    const port = await listen(
      createTlsServer({
        ...serverCertificate,
        ca: authority,
        requestCert: true,
        rejectUnauthorized: true,
        maxVersion: 'TLSv1.2',
      }),
    );
    const { steps } = await diagnose(`127.0.0.1:${port}`, '--tls');
    expect(steps.at(-1)).toMatchObject({
      step: 'TLS',
      verdict: 'fail',
      next: expect.stringContaining('--cert and --key'),
    });
  });
});

it('diagnoses Unix sockets', async () => {
  const path = join(cwd, 's');
  await serve({ path });
  const { code, steps } = await diagnose(`unix:${path}`);
  expect(code).toBe(EXIT_CODES.OK);
  expect(steps.map(({ step }) => step)).toEqual(['TCP', 'Thrift', 'Round trip']);
});

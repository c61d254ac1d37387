import type { SecureVersion } from 'node:tls';
import type { ClientTransportOptions, ServerTransportOptions } from '@nestjs-thrift/transport';
import { clientOf } from '#test/applications.js';
import {
  authority,
  clientCertificate,
  expiredCertificate,
  foreignCertificate,
  serverCertificate,
} from '#test/certificates.js';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { Echo } from '#test/echo-service.js';
import { serveRaw } from '#test/raw-server.js';
import { until } from '#test/until.js';

const MODES = ['long', 'mux', 'short'] as const;
/** Machines that run tests can be slow. */
const PATIENT = { connectTimeoutMs: 30_000, readTimeoutMs: 30_000 };

/** A server that takes only clients with a certificate of the authority. */
function mutual(version: SecureVersion): ServerTransportOptions {
  const versions = { minVersion: version, maxVersion: version };
  const asking = { ca: authority, requestCert: true, rejectUnauthorized: true };
  return { tls: { ...serverCertificate, ...asking, ...versions } };
}

interface Mismatch {
  readonly name: string;
  readonly serve: ServerTransportOptions;
  readonly call: ClientTransportOptions;
  readonly host?: string;
  readonly code?: string;
  readonly fault: string;
  readonly hint: string;
}

const trusting = { tls: { ca: authority } };
const MISMATCHES: Mismatch[] = [
  {
    name: 'a server with TLS, called without',
    serve: { tls: serverCertificate },
    call: {},
    code: 'NOT_SENT',
    fault: 'expects-tls',
    hint: 'the server uses TLS on this port; connect with tls',
  },
  {
    name: 'a server without TLS',
    serve: {},
    call: trusting,
    fault: 'no-tls',
    hint: 'connect without tls, or to its port with TLS',
  },
  {
    name: 'a certificate of an unknown authority',
    serve: { tls: serverCertificate },
    call: { tls: {} },
    host: 'localhost',
    fault: 'untrusted',
    hint: 'trust the authority that signed it with tls.ca',
  },
  {
    name: 'a certificate for another name',
    serve: { tls: serverCertificate },
    call: { tls: { ca: authority, servername: 'elsewhere.example' } },
    fault: 'wrong-name',
    hint: 'set the expected one with tls.servername',
  },
  {
    name: 'an expired certificate',
    serve: { tls: expiredCertificate },
    call: { tls: { ca: expiredCertificate.cert } },
    host: 'localhost',
    fault: 'expired',
    hint: 'renew it',
  },
  {
    name: 'no client certificate, TLS 1.2',
    serve: mutual('TLSv1.2'),
    call: trusting,
    fault: 'certificate-required',
    hint: 'show one with tls.cert and tls.key',
  },
  {
    name: 'no client certificate, TLS 1.3',
    serve: mutual('TLSv1.3'),
    call: trusting,
    code: 'NOT_SENT',
    fault: 'certificate-required',
    hint: 'show one with tls.cert and tls.key',
  },
  {
    name: 'an untrusted client certificate, TLS 1.2',
    serve: mutual('TLSv1.2'),
    call: { tls: { ca: authority, ...foreignCertificate } },
    fault: 'certificate-refused',
    hint: 'signed by an authority that the server trusts',
  },
  {
    name: 'an untrusted client certificate, TLS 1.3',
    serve: mutual('TLSv1.3'),
    call: { tls: { ca: authority, ...foreignCertificate } },
    code: 'CONNECTION_LOST',
    fault: 'certificate-refused',
    hint: 'signed by an authority that the server trusts',
  },
  {
    name: 'no version in common',
    serve: { tls: { ...serverCertificate, minVersion: 'TLSv1.3' } },
    call: { tls: { ca: authority, maxVersion: 'TLSv1.2' } },
    fault: 'no-common-version',
    hint: 'tls.minVersion and tls.maxVersion',
  },
  {
    name: 'no cipher in common',
    serve: {
      tls: {
        ...serverCertificate,
        maxVersion: 'TLSv1.2',
        ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256',
      },
    },
    call: { tls: { ca: authority, ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' } },
    fault: 'no-common-cipher',
    hint: 'compare the ciphers of both sides',
  },
];

async function addressOf({ serve, host = '127.0.0.1' }: Mismatch): Promise<string> {
  const { address } = await serveEcho({}, serve);
  return address.replace('127.0.0.1', host);
}

/** All hints but that of the fault itself: an error may name one cause alone. */
function otherHints(hint: string): string[] {
  return MISMATCHES.map((mismatch) => mismatch.hint).filter((other) => other !== hint);
}

describe.each(MISMATCHES)('a call that meets $name', (mismatch) => {
  const { call, code = 'CONNECT_FAILED', fault, hint } = mismatch;

  it.each(MODES)('rejects with that cause and one hint in mode %s', async (mode) => {
    const address = await addressOf(mismatch);
    const { echo } = callEcho(address, { ...PATIENT, ...call, connection: { mode } });
    const error = await echo.echo('x').then(
      () => new Error('resolved'),
      (thrown: Error) => thrown,
    );

    expect(error).toMatchObject({ code, cause: { name: 'TlsFailure', fault, address } });
    expect(error.message).toContain(hint);
    expect(error.message).not.toMatch(/is the server up|:error:|\n/);
    for (const other of otherHints(hint)) {
      expect(error.message).not.toContain(other);
    }
  });

  it('rejects alike through a Nest client', async () => {
    const address = await addressOf(mismatch);
    const echo = clientOf(Echo, address, { ...PATIENT, ...call });
    await expect(echo.echo('x')).rejects.toMatchObject({ code, cause: { fault } });
  });
});

describe('a refused client', () => {
  it('gets the cause from calls that fail fast too', async () => {
    for (const options of [trusting, {}]) {
      const { address } = await serveEcho({}, mutual('TLSv1.3'));
      const { echo, transport } = callEcho(address, { ...PATIENT, ...options });
      const errors = new Set<string>();
      const endsAt = performance.now() + 300;
      while (performance.now() < endsAt) {
        const error = await echo.echo('x').catch((thrown: Error) => thrown);
        errors.add((error as { cause: { fault: string } }).cause.fault);
        await new Promise(setImmediate);
      }
      expect([...errors]).toEqual(['tls' in options ? 'certificate-required' : 'expects-tls']);
      // 20 ms, 32 ms, 51 ms and so on: not one connection for each call.
      expect(transport.stats().get(address)!.opened).toBeLessThan(12);
    }
  });

  it('is called elsewhere by a retry policy, though the method is not idempotent', async () => {
    const refusing = await serveEcho({}, mutual('TLSv1.3'));
    const serving = await serveEcho({}, { tls: { ...serverCertificate, minVersion: 'TLSv1.3' } });
    const echo = clientOf(Echo, refusing.address, {
      ...PATIENT,
      ...trusting,
      endpoints: [refusing.address, serving.address],
      policies: { retry: { type: 'failure', maxRetries: 2 } },
    });
    for (let calls = 0; calls < 4; calls++) {
      await expect(echo.echo('x')).resolves.toBe('x');
    }
  });

  it('calls again once it shows a certificate', async () => {
    const { address } = await serveEcho({}, mutual('TLSv1.3'));
    const tls = { ca: authority };
    const { echo } = callEcho(address, { ...PATIENT, tls });
    await expect(echo.echo('x')).rejects.toMatchObject({ code: 'NOT_SENT' });
    // Options of TLS are read for each connection, so that certificates can be renewed.
    Object.assign(tls, clientCertificate);
    await until(() =>
      echo.echo('x').then(
        () => true,
        () => false,
      ),
    );
  });
});

describe('a client without TLS', () => {
  it('suspects TLS where a server that never answered closes the connection', async () => {
    // OpenSSL and Go send no alert to a client that sent no ClientHello.
    const address = await serveRaw((socket) => socket.once('data', () => socket.end()));
    const { echo } = callEcho(address, PATIENT);
    await expect(echo.echo('x')).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
      message: expect.stringContaining(
        `${address} has not answered a request yet: if the server uses TLS on this port, connect with tls`,
      ) as string,
    });
  });

  it('does not suspect TLS where a server that has answered closes a connection', async () => {
    const server = await serveEcho({ ping: () => new Promise<never>(() => undefined) });
    const { echo } = callEcho(server.address, PATIENT);
    await echo.echo('x');
    const pending = echo.ping().catch((error: Error) => error.message);
    await until(() => server.inFlightCount === 1);
    await server.close({ drainTimeoutMs: 0 });
    expect(await pending).not.toContain('TLS');
  });
});

describe('a client with TLS', () => {
  it('rejects with its cause when the handshake is not answered', async () => {
    const address = await serveRaw(() => undefined);
    for (const mode of MODES) {
      const { echo } = callEcho(address, {
        ...trusting,
        connectTimeoutMs: 100,
        connection: { mode },
      });
      await expect(echo.echo('x')).rejects.toMatchObject({
        code: 'CONNECT_FAILED',
        cause: { fault: 'no-handshake' },
      });
    }
  });

  it('rejects with its cause when the peer answers with another protocol', async () => {
    const address = await serveRaw((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    const { echo } = callEcho(address, { ...PATIENT, ...trusting });
    await expect(echo.echo('x')).rejects.toMatchObject({ cause: { fault: 'no-tls' } });
  });

  it('rejects without a hint about TLS when nothing listens at the address', async () => {
    const server = await serveEcho();
    await server.close({ drainTimeoutMs: 0 });
    const { echo } = callEcho(server.address, { ...PATIENT, ...trusting });
    await expect(echo.echo('x')).rejects.toThrow(/is the server up and reachable/);
  });
});

describe('a server with TLS', () => {
  it.each([
    ['a caller without TLS', {}, {}, /the caller does not use TLS/],
    ['no certificate', { rejectUnauthorized: true }, trusting, /the caller showed no certificate/],
    [
      'an untrusted certificate',
      { rejectUnauthorized: true },
      { tls: { ca: authority, ...foreignCertificate } },
      /^the certificate of the caller is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
    ],
  ])('reports %s to its observers with the peer', async (_name, asking, call, text) => {
    const failures: { address: string; message: string }[] = [];
    const observer = {
      connectionFailed: ({ address }: { address: string }, { message }: Error) =>
        void failures.push({ address, message }),
    };
    const tls = { ...serverCertificate, ca: authority, requestCert: true, ...asking };
    const { address } = await serveEcho({}, { tls, observers: [observer] });
    const { echo, transport } = callEcho(address, { ...PATIENT, ...call });
    cleanUp(() => transport.close(0));
    await expect(echo.echo('x')).rejects.toThrow();
    await until(() => failures.length > 0);
    expect(failures[0]!.address).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(failures[0]!.message).toMatch(text);
    expect(failures[0]!.message).not.toContain('\n');
  });
});

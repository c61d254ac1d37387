import { X509Certificate } from 'node:crypto';
import { AccessDeniedError, type IncomingCall } from '@nestjs-thrift/transport';
import {
  authority,
  clientCertificate,
  foreignCertificate,
  serverCertificate,
} from '#test/certificates.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';

/** What a server saw of its peer. */
async function serve(tls: object) {
  const seen: (X509Certificate | undefined)[] = [];
  const echo = (_args: unknown, { peerCertificate }: IncomingCall) => {
    seen.push(peerCertificate);
    return 'seen';
  };
  const { address } = await serveEcho({ echo }, { tls: { ...serverCertificate, ...tls } });
  return { address, seen };
}

const trusted = { ca: authority };

describe('IncomingCall.peerCertificate', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('is what a peer proved over %s', async (version) => {
    const { address, seen } = await serve({
      ca: authority,
      requestCert: true,
      minVersion: version,
      maxVersion: version,
    });
    const { echo } = callEcho(address, { tls: { ...trusted, ...clientCertificate } });
    await echo.echo('first');
    await echo.echo('second');
    const expected = new X509Certificate(clientCertificate.cert).fingerprint256;
    expect(seen.map((certificate) => certificate?.fingerprint256)).toEqual([expected, expected]);
    expect(seen[0]!.checkHost('localhost')).toBe('localhost');
    expect(seen[0]!.checkHost('gateway.internal')).toBeUndefined();
  });

  it('is undefined for a certificate that no authority of the server signed', async () => {
    const { address, seen } = await serve({
      ca: authority,
      requestCert: true,
      rejectUnauthorized: false,
    });
    await callEcho(address, { tls: { ...trusted, ...foreignCertificate } }).echo.echo('x');
    await callEcho(address, { tls: trusted }).echo.echo('x');
    expect(seen).toEqual([undefined, undefined]);
  });

  it('is undefined where the server asks for none, and without TLS', async () => {
    const { address, seen } = await serve({});
    await callEcho(address, { tls: { ...trusted, ...clientCertificate } }).echo.echo('x');
    expect(seen).toEqual([undefined]);
    let plain: unknown = 'not called';
    const server = await serveEcho({
      echo: (_args, call) => ((plain = call.peerCertificate), 'x'),
    });
    await callEcho(server.address).echo.echo('x');
    expect(plain).toBeUndefined();
  });

  it('decides access, whatever name a caller gives itself', async () => {
    const { address } = await serveEcho(
      {},
      {
        tls: { ...serverCertificate, ca: authority, requestCert: true, rejectUnauthorized: false },
        admit: ({ peerCertificate }) =>
          peerCertificate?.checkHost('localhost') === undefined
            ? new AccessDeniedError('only the gateway may call')
            : undefined,
      },
    );
    const own = callEcho(address, { tls: { ...trusted, ...clientCertificate } });
    await expect(own.echo.echo('hello')).resolves.toBe('hello');
    const other = callEcho(address, { serviceName: 'gateway', tls: trusted });
    await expect(other.echo.echo('hello')).rejects.toThrow('only the gateway may call');
  });
});

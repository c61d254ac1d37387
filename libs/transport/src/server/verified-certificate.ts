import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** To read one takes as long as a small request. */
const certificates = new WeakMap<Socket, X509Certificate>();

/**
 * Returns the certificate that the peer of a socket proved to hold and that an authority of this process signed.
 *
 * A server may ask for certificates without rejecting others (`rejectUnauthorized: false`): those prove nothing, so they are left out.
 * The same applies to a certificate that was signed by an authority but has expired.
 */
export function verifiedCertificate(socket: Socket): X509Certificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) {
    return undefined;
  }
  let certificate = certificates.get(socket);
  if (certificate === undefined) {
    certificate = socket.getPeerX509Certificate();
    if (certificate !== undefined) {
      certificates.set(socket, certificate);
    }
  }
  return certificate;
}

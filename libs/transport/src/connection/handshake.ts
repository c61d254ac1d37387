import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { closedInHandshake, TlsFailure, tlsFailureOf } from './tls-failure.js';

/** How far the TLS handshake of a socket has come, for telling why it failed. */
export class Handshake {
  readonly #socket: TLSSocket;
  readonly #address: string;
  readonly #tls: ConnectionOptions;
  readonly #connected = (): void => void (this.#underWay = true);
  readonly #closing = (): void => this.#peerEnded();
  #underWay = false;
  #ended = false;
  #hasServerCertificate = false;

  constructor(socket: TLSSocket, address: string, tls: ConnectionOptions) {
    this.#socket = socket;
    this.#address = address;
    this.#tls = tls;
    // The listener of Node destroys the socket, and with it the details of the peer.
    socket.once('connect', this.#connected).prependListener('end', this.#closing);
  }

  /** Whether the peer has taken the connection, and its part of the handshake is awaited. */
  get underWay(): boolean {
    return this.#underWay;
  }

  /** The attempt has ended. */
  leave(): void {
    this.#underWay = false;
    this.#socket.off('connect', this.#connected).off('end', this.#closing);
  }

  /** Why the handshake failed; `undefined` for an error that has nothing to do with TLS. */
  explain(error: Error & { code?: string }): TlsFailure | undefined {
    const attempt = {
      address: this.#address,
      tls: this.#tls,
      hasServerCertificate: this.#hasServerCertificate || hasPeerCertificate(this.#socket),
    };
    const failure = tlsFailureOf(error, attempt);
    if (failure !== undefined) {
      return failure;
    }
    if (this.#ended) {
      return closedInHandshake(error, attempt);
    }
    return this.#underWay && error.code === 'ECONNRESET'
      ? new TlsFailure(this.#address, 'no-handshake', { cause: error })
      : undefined;
  }

  #peerEnded(): void {
    this.#ended = true;
    this.#hasServerCertificate = hasPeerCertificate(this.#socket);
  }
}

/** Whether the peer of a socket has shown its certificate. */
export function hasPeerCertificate(socket: TLSSocket): boolean {
  return Object.keys(socket.getPeerCertificate() ?? {}).length > 0;
}

import type { Socket } from 'node:net';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { ConnectError } from '../errors/errors.js';
import { isTlsAlert } from '../wire/framing/foreign-bytes.js';
import { connectionLost, tlsRefused } from './call-errors.js';
import type { ClientCall } from './client-call.js';
import { connectError } from './dial.js';
import { hasPeerCertificate } from './handshake.js';
import { showsCertificate, TlsFailure, tlsFailureOf } from './tls-failure.js';

/** What came of the connections to an address. */
export interface AddressContacts {
  /** Whether a peer at the address has ever sent anything. */
  readonly hasAnswered: boolean;
  /** A peer sent its first bytes. */
  answered(): void;
  /** A peer does not serve this client, because of TLS. Comes before its connection closes. */
  refused(error: ConnectError): void;
}

/** Closes a connection. @param errorOf makes the errors of its calls. @param cause what observers are to know. */
export type BreakConnection = (errorOf: (call: ClientCall) => Error, cause?: Error) => void;

/**
 * Why a connection ends that its peer ends. A server refuses the certificate of a client, or the lack of one, when the
 * handshake is complete for the client already (TLS 1.3), and a client without TLS when its request came: until the first
 * bytes of a reply the peer has served nothing.
 */
export class PeerContact {
  readonly #socket: Socket;
  readonly #address: string;
  readonly #contacts: AddressContacts;
  readonly #tls: ConnectionOptions | undefined;
  readonly #break: BreakConnection;
  readonly #isInReply: () => boolean;
  #made = false;

  constructor(
    socket: Socket,
    { address, tls }: { readonly address: string; readonly tls: ConnectionOptions | undefined },
    contacts: AddressContacts,
    breakConnection: BreakConnection,
    isInReply: () => boolean,
  ) {
    this.#socket = socket;
    this.#address = address;
    this.#contacts = contacts;
    this.#tls = tls;
    this.#break = breakConnection;
    this.#isInReply = isInReply;
    socket.on('error', (error) => this.#fail(error));
    socket.on('end', () => this.#lose('was closed by the server'));
    socket.on('close', () => this.#lose('was closed'));
  }

  /** Whether bytes of the peer can be read: all can but a TLS alert in place of the first reply. */
  reads(bytes: Buffer): boolean {
    return this.#made || this.#begin(bytes);
  }

  /** The peer took no bytes for too long. */
  stalled(limitMs: number): void {
    const what = `took no bytes for ${limitMs} ms`;
    this.#break((call) => connectionLost(call, this.#address, what));
  }

  #begin(bytes: Buffer): boolean {
    if (this.#tls === undefined && isTlsAlert(bytes)) {
      this.#refuse(new TlsFailure(this.#address, 'expects-tls'));
      return false;
    }
    this.#made = true;
    this.#contacts.answered();
    return true;
  }

  #fail(error: Error): void {
    const refusal = this.#refusalIn(error);
    if (refusal === undefined) {
      this.#lose('failed', error);
    } else {
      this.#refuse(refusal);
    }
  }

  #refusalIn(error: Error): TlsFailure | undefined {
    if (this.#made || this.#tls === undefined) {
      return undefined;
    }
    return tlsFailureOf(error, {
      address: this.#address,
      tls: this.#tls,
      hasServerCertificate: hasPeerCertificate(this.#socket as TLSSocket),
    });
  }

  #refuse(failure: TlsFailure): void {
    this.#contacts.refused(connectError(this.#address, failure));
    this.#break((call) => tlsRefused(call, failure), failure);
  }

  #lose(what: string, cause?: Error): void {
    const { hasAnswered } = this.#contacts;
    const when = this.#isInReply() ? 'in the middle of a reply' : 'before the reply';
    this.#break((call) => {
      const suspicion = hasAnswered ? undefined : this.#suspicion(cause);
      return connectionLost(call, this.#address, `${what} ${when}`, cause, suspicion);
    }, cause);
  }

  /** Possible reasons why a peer that has never replied closed the connection silently. */
  #suspicion(cause: Error | undefined): TlsFailure | undefined {
    const options = { suspected: true, cause };
    if (this.#tls === undefined) {
      return new TlsFailure(this.#address, 'expects-tls', options);
    }
    return showsCertificate(this.#tls)
      ? new TlsFailure(this.#address, 'certificate-refused', options)
      : undefined;
  }
}

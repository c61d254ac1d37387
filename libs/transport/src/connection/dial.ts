import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { errorText } from '../errors/error-text.js';
import { ConnectError } from '../errors/errors.js';
import { parseEndpoint, type SocketAddress } from './endpoint-address.js';
import { Handshake } from './handshake.js';
import { TlsFailure } from './tls-failure.js';

/** What it takes to open a socket. */
export interface DialOptions {
  /** 0 for no limit. */
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly tls: ConnectionOptions | undefined;
}

/** An attempt to open a socket. */
export interface Dial {
  /** Whether the peer has taken the connection and its part of the TLS handshake is awaited. */
  readonly inHandshake: boolean;
  /** Ends the attempt: no function is called afterwards. */
  cancel(): void;
}

/**
 * Opens a socket, with TLS when configured, and calls one of the two functions once. A promise would leave a gap between
 * the connection and its listeners in which an error ends the process.
 */
export function dial(
  endpoint: string,
  { connectTimeoutMs, keepAliveMs, tls }: DialOptions,
  connected: (socket: Socket) => void,
  failed: (error: ConnectError) => void,
): Dial {
  let socket: Socket;
  try {
    socket = openSocket(parseEndpoint(endpoint), tls);
  } catch (error) {
    // TLS checks its options here. Callers rely on never being called before this function returns.
    const soon = setImmediate(() => failed(connectError(endpoint, error as Error)));
    return { inHandshake: false, cancel: () => clearImmediate(soon) };
  }
  const timer = connectTimeoutMs > 0 ? setTimeout(timedOut, connectTimeoutMs) : undefined;
  const ready = tls === undefined ? 'connect' : 'secureConnect';
  const handshake = tls && new Handshake(socket as TLSSocket, endpoint, tls);

  function leave(): void {
    clearTimeout(timer);
    handshake?.leave();
    socket.off('error', fail).off('close', closed).off(ready, connect);
  }
  function cancel(): void {
    leave();
    // A socket that is being torn down may emit a second error, which is not awaited.
    socket.on('error', () => undefined).destroy();
  }
  function fail(error: Error): void {
    const cause = handshake?.explain(error) ?? error;
    cancel();
    failed(connectError(endpoint, cause));
  }
  function timedOut(): void {
    const cause = new Error(`no connection within ${connectTimeoutMs} ms (connectTimeoutMs)`);
    fail(handshake?.underWay ? new TlsFailure(endpoint, 'no-handshake', { cause }) : cause);
  }
  function closed(): void {
    fail(new Error('the connection was closed at once'));
  }
  function connect(): void {
    leave();
    socket.setNoDelay(true);
    if (keepAliveMs > 0) {
      socket.setKeepAlive(true, probeDelay(keepAliveMs));
    }
    connected(socket);
  }

  socket.on('error', fail).on('close', closed).on(ready, connect);
  return {
    cancel,
    get inHandshake() {
      return handshake?.underWay ?? false;
    },
  };
}

/** Node counts in whole seconds and takes 0 for the default of the system, which is two hours. */
export function probeDelay(keepAliveMs: number): number {
  return Math.max(1_000, keepAliveMs);
}

/** The error of an attempt to connect. @param cause what Node or TLS says. */
export function connectError(endpoint: string, cause: Error): ConnectError {
  if (cause instanceof ConnectError) {
    return cause;
  }
  const message =
    cause instanceof TlsFailure
      ? cause.message
      : `cannot connect to ${endpoint}: ${describe(cause)}; is the server up and reachable from here?`;
  return new ConnectError(endpoint, message, { cause });
}

function openSocket(address: SocketAddress, tls: ConnectionOptions | undefined): Socket {
  if (tls === undefined) {
    return connectPlain(address);
  }
  const { servername, checkServerIdentity, ...options } = tls;
  const name = servername ?? ('host' in address ? address.host : undefined);
  // Server names are names; Node warns about addresses.
  const named = name !== undefined && isIP(name) === 0 ? { servername: name } : {};
  const check = checkServerIdentity && {
    checkServerIdentity: withoutThrowing(checkServerIdentity),
  };
  return connectTls({ ...options, ...check, ...named, ...address });
}

type IdentityCheck = NonNullable<ConnectionOptions['checkServerIdentity']>;

/** A check returns an error to refuse a certificate; if it throws, Node ends the process. */
function withoutThrowing(check: IdentityCheck): IdentityCheck {
  return (host, certificate) => {
    try {
      return check(host, certificate);
    } catch (error) {
      return new Error(`tls.checkServerIdentity threw: ${errorText(error)}`, { cause: error });
    }
  };
}

/** Attempts on several addresses of a name fail together in an AggregateError without a text. */
function describe(error: Error & { code?: string; errors?: Error[] }): string {
  if (error.message !== '') {
    return error.message;
  }
  return error.errors?.map(({ message }) => message).join('; ') || (error.code ?? 'unknown error');
}

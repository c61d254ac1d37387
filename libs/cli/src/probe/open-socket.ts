import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { SocketAddress } from '@nestjs-thrift/transport/internal';

/** How to reach a peer. */
export interface Route {
  readonly address: SocketAddress;
  /** With TLS: its options. The certificate is looked at, never trusted: a diagnosis goes on after a bad one. */
  readonly tls?: ConnectionOptions;
}

/** What bounds every wait of a probe. */
export interface Limits {
  readonly timeoutMs: number;
  /** Longest wait for a connection, unless that is `timeoutMs`, too; 0 for no limit. */
  readonly connectTimeoutMs?: number;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Nothing came in time. */
export class TimeoutError extends Error {}

/** Opens a socket. The caller destroys it. @throws the error of the socket, or a {@link TimeoutError}. */
export function openSocket(
  route: Route,
  { timeoutMs, connectTimeoutMs = timeoutMs, signal }: Limits,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const { address, tls } = route;
    const socket =
      tls === undefined
        ? connectPlain(address)
        : openTls(address, { ...tls, rejectUnauthorized: false });
    const timedOut = (): void =>
      fail(new TimeoutError(`no connection within ${connectTimeoutMs} ms`));
    const timer = connectTimeoutMs > 0 ? setTimeout(timedOut, connectTimeoutMs) : undefined;
    const interrupt = (): void => fail(signal.reason);
    const closed = (): void => fail(new Error('the peer closed the connection at once'));

    function leave(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
      socket.off('error', fail).off('close', closed);
      // The next owner of the socket sees its end; an error in between must not end the process.
      socket.on('error', () => undefined);
    }
    function fail(error: unknown): void {
      leave();
      socket.destroy();
      reject(error);
    }

    signal.addEventListener('abort', interrupt);
    socket.on('error', fail).on('close', closed);
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      leave();
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

/** Connects with TLS. */
export function openTls(
  address: SocketAddress,
  { servername, ...options }: ConnectionOptions,
): TLSSocket {
  // Node refuses addresses as server names.
  const named = servername !== undefined && isIP(servername) === 0 ? { servername } : {};
  return connectTls({ ...options, ...named, ...address });
}

import type { GuardedEvents } from '../errors/guarded-events.js';
import type { TransportObserver } from '@nestjs-thrift/transport';

/**
 * What a server is doing: `listening` once it accepts connections, `draining` from the first sign of a shutdown on (the
 * time to fail readiness probes), `closed` when its last connection is gone.
 */
export type ThriftServerStatus = 'listening' | 'draining' | 'closed';

/** Events of a server, for `server.on()` and `app.on()`. */
export type ThriftServerEvents = {
  /** Connections are accepted. */
  listening: (address: ThriftServerAddress) => void;
  /** A caller connected. */
  connect: (remoteAddress: string) => void;
  /** The connection of a caller ended; with the error that ended it, if one did. */
  disconnect: (remoteAddress: string, error?: Error) => void;
  /** The received bytes are not a Thrift message; the connection is closed. */
  error: (error: Error, remoteAddress: string) => void;
  /** The last connection is gone. */
  close: () => void;
};

/** Where a server listens: what `await app.listen()` resolves with. */
export interface ThriftServerAddress {
  /** The TCP port; the one taken when 0 was asked for. Absent on a Unix socket. */
  readonly port?: number;
  /** The address listened on. Absent on a Unix socket. */
  readonly host?: string;
  /** Path of the Unix socket. */
  readonly path?: string;
}

/** Makes events of what happens to the connections of a server. */
export function eventObserver(events: GuardedEvents<ThriftServerEvents>): TransportObserver {
  return {
    connectionOpened: ({ address }) => events.emit('connect', address),
    connectionClosed: ({ address }, error) => events.emit('disconnect', address, error),
    decodeFailed: ({ address }, error) => events.emit('error', error, address),
  };
}

/** Whether a client has a connection: `connected` with the first, `disconnected` when the last is gone. */
export type ThriftClientStatus = 'connected' | 'disconnected';

/** Events of a client, for `client.on()`. */
export type ThriftClientEvents = {
  /** A connection to an instance was opened. */
  connect: (address: string) => void;
  /** A connection ended; with the error that ended it, if one did. */
  disconnect: (address: string, error?: Error) => void;
  /** A connection to an instance could not be made. */
  error: (error: Error, address: string) => void;
};

import { branded } from './branded.js';
import type { ProtocolErrorReason } from './protocol.error.js';
import { ThriftRpcError } from './thrift-rpc.error.js';

/**
 * The arguments or the result of this process do not fit the IDL, or its metadata the header: a fault of this process,
 * not of the peer. Never retried, and not counted by circuit breakers. Nothing of the message was sent.
 */
export class EncodeError extends ThriftRpcError {
  static {
    branded(this, 'EncodeError');
  }

  readonly reason: ProtocolErrorReason;

  constructor(reason: ProtocolErrorReason, message: string, options?: ErrorOptions) {
    super('ENCODE_FAILED', message, options);
    this.reason = reason;
  }
}

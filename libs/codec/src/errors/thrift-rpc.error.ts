/**
 * Base of every error this project raises for a call that did not end with a result or a declared exception.
 * Tell errors apart by {@link ThriftRpcError.code}, which is stable across releases; messages are for people.
 */
export class ThriftRpcError extends Error {
  /** Stable machine-readable name of the failure, such as `RPC_TIMEOUT` or `PROTOCOL_ERROR`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Keys of TTHeader's integer section that this project reads or writes; the numbers are Kitex's. */
export const IntKey = {
  /** `framed` or `unframed`. */
  TRANSPORT_TYPE: 1,
  LOG_ID: 2,
  FROM_SERVICE: 3,
  TO_SERVICE: 6,
  TO_METHOD: 9,
  /** Time the caller gives the call, in milliseconds. */
  RPC_TIMEOUT: 12,
  CONNECT_TIMEOUT: 17,
  FROM_METHOD: 20,
  /** The message type again, as a digit. */
  MESSAGE_TYPE: 22,
  /** Type of a frame of a stream, as a digit. */
  FRAME_TYPE: 27,
} as const;

/** Keys of TTHeader's string section that mean something to both sides; the names are Kitex's. */
export const StringKey = {
  /** Bare IDL name of the service called. */
  SERVICE_NAME: 'isn',
  /** Address of the first caller, when a proxy stands between. */
  REMOTE_ADDRESS: 'rip',
  /** Whatever its value: the sender is about to close the connection. */
  CONNECTION_RESET: 'crrst',
  BIZ_STATUS: 'biz-status',
  BIZ_MESSAGE: 'biz-message',
  BIZ_EXTRA: 'biz-extra',
  /** Services that a cancellation of a stream passed, the first one first, with commas between. */
  CANCEL_PATH: 'ttscp',
  /** Field id, in the `throws` clause, of the exception that ends a stream. Of this project: Kitex ignores it. */
  EXCEPTION_ID: 'nt-exception',
  /** The struct of that exception as base64. */
  EXCEPTION_BODY: 'nt-exception-body',
} as const;

/** Before keys that live for one hop. */
export const TRANSIENT_PREFIX = 'RPC_TRANSIT_';
/** Before keys that are forwarded on every hop. */
export const PERSISTENT_PREFIX = 'RPC_PERSIST_';
/** Prefix of transient keys of the previous hop; old peers still send them, no peer reads them. */
export const UPSTREAM_PREFIX = 'RPC_TRANSIT_UPSTREAM_';
/** Where the access token of a TTHeader message is found among its strings. */
export const ACL_TOKEN_KEY = 'RPC_TRANSIT_gdpr-token';

import type { LoggerService } from '@nestjs/common';
import type {
  IncomingCall,
  ObservedConnection,
  RejectionReason,
  TransportObserver,
} from '@nestjs-thrift/transport';
import { isForeignName } from '@nestjs-thrift/transport/internal';
import { isLogged } from '../errors/caller-error.js';

/** One line per reason in this time: a peer that comes again and again must not fill the log. */
const QUIET_MS = 10_000;

/** Reasons of which each method that is served has a separate line. */
const REASONS_OF_METHODS: ReadonlySet<RejectionReason> = new Set([
  'invalid_arguments',
  'invalid_payload',
  'decode_limit',
]);

/** When a reason was last logged, and how often it occurred since. */
interface Occurrences {
  loggedAt: number;
  suppressed: number;
}

/**
 * Logs what a server rejects before a handler runs, what handlers throw without declaring it, and handlers that take no
 * messages: one line per reason in ten seconds, with the number of those left out.
 */
export class RejectionLog implements TransportObserver {
  readonly #logger: Pick<LoggerService, 'warn'>;

  /** By reason and, for some, the method; there are few. */
  readonly #reasons = new Map<string, Occurrences>();

  constructor(logger: Pick<LoggerService, 'warn'>) {
    this.#logger = logger;
  }

  decodeFailed({ address }: ObservedConnection, error: Error): void {
    // A client that uses HTTP must not hide another one that compresses.
    const reason = isForeignName(error.message) ? error.message : 'invalid bytes';
    // log warn: The bytes of a caller are not Thrift. Compare transport, protocol and TLS of the caller, or find who probes the port.
    this.#log(reason, `Connection closed: ${error.message} (peer=${address})`);
  }

  connectionFailed({ address }: ObservedConnection, error: Error): void {
    const { code } = error as { code?: string };
    // log warn: A caller and the server did not agree on TLS: see [when TLS fails](../guides/connections.md#when-tls-fails).
    this.#log(`TLS ${code}`, `TLS handshake failed: ${error.message} (peer=${address})`);
  }

  requestRejected: TransportObserver['requestRejected'] = ({ address }, rejection) => {
    const { reason, service, method, message } = rejection;
    const where = `reason=${reason} service=${service} method=${method} peer=${address}`;
    // Names of a method that is not served are chosen by callers, without end.
    const of = REASONS_OF_METHODS.has(reason) ? ` ${service}.${method}` : '';
    // log warn: A request was rejected before its handler ran. Unknown methods: compare the IDL of both sides; others: fix the caller.
    this.#log(`${reason}${of}`, `Request rejected: ${message} (${where})`);
  };

  streamHandlerStalled: TransportObserver['streamHandlerStalled'] = (stream, waiting) => {
    const { service, method, remoteAddress } = stream;
    const { messages, bytes, stalledMs } = waiting;
    const name = `${service.name}.${method.name}`;
    const reason = `stalled ${name}`;
    const where = `messages=${messages} bytes=${bytes} peer=${remoteAddress}`;
    // log warn: The handler of a stream takes no messages (streams.handlerStallWarnMs). Find what it waits for.
    this.#log(reason, `${name} took no message for ${stalledMs} ms (${where})`);
  };

  /** Where Nest logged the error its line names neither method nor peer; elsewhere the server logs all of it. */
  undeclaredError(call: IncomingCall, error: unknown): void {
    if (!isLogged(call)) {
      return;
    }
    const { service, method, remoteAddress } = call;
    const pattern = `${service.name}.${method.name}`;
    const name = error instanceof Error ? error.name : typeof error;
    const where = `reason=undeclared_error service=${service.name} method=${method.name} peer=${remoteAddress}`;
    this.#log(
      `undeclared ${pattern}`,
      // log warn: A handler threw an error that its method does not declare. Declare it in the IDL, or throw a BizStatusError.
      `${pattern} threw ${name}, which the method does not declare; its caller got "internal error" (${where})`,
    );
  }

  #log(reason: string, line: string): void {
    const now = performance.now();
    const occurrences = this.#reasons.get(reason);
    if (occurrences !== undefined && now < occurrences.loggedAt + QUIET_MS) {
      occurrences.suppressed++;
      return;
    }
    const suppressed = occurrences?.suppressed ?? 0;
    this.#reasons.set(reason, { loggedAt: now, suppressed: 0 });
    this.#logger.warn(suppressed === 0 ? line : `${line}; ${suppressed} more like it since`);
  }
}

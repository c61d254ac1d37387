import type { LoggerService } from '@nestjs/common';
import type { ObservedConnection, TransportObserver } from '@nestjs-thrift/transport';

/** One line per reason in this time: a peer that comes again and again must not fill the log. */
const QUIET_MS = 10_000;

/** When a reason was last logged, and how often it occurred since. */
interface Occurrences {
  loggedAt: number;
  suppressed: number;
}

/**
 * Logs what a server rejects before a handler runs, and what handlers throw without declaring it: one line per reason in
 * ten seconds, with the number of those left out.
 */
export class RejectionLog implements TransportObserver {
  readonly #logger: Pick<LoggerService, 'warn'>;

  /** By reason; there are few. */
  readonly #reasons = new Map<string, Occurrences>();

  constructor(logger: Pick<LoggerService, 'warn'>) {
    this.#logger = logger;
  }

  decodeFailed({ address }: ObservedConnection, error: Error): void {
    this.#log('invalid bytes', `Connection closed: ${error.message} (peer=${address})`);
  }

  connectionFailed({ address }: ObservedConnection, error: Error): void {
    this.#log('TLS', `TLS handshake failed: ${error.message} (peer=${address})`);
  }

  requestRejected: TransportObserver['requestRejected'] = ({ address }, rejection) => {
    const { reason, service, method, message } = rejection;
    const where = `reason=${reason} service=${service} method=${method} peer=${address}`;
    this.#log(reason, `Request rejected: ${message} (${where})`);
  };

  /** A handler threw what its method does not declare; Nest's own line names neither. */
  undeclared(pattern: string, error: unknown, peer: string): void {
    const name = error instanceof Error ? error.name : typeof error;
    this.#log(
      `undeclared ${pattern}`,
      `${pattern} threw ${name}, which the method does not declare; its caller got "internal error" (peer=${peer})`,
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

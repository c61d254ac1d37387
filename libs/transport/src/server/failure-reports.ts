import { shorten } from '../errors/application-failure.js';
import { invalidPayloadText } from '../errors/invalid-payload.js';
import type { ObservedConnection, RejectionReason } from '../observer/transport-observer.js';
import type { IncomingCall } from '../call/incoming-call.js';
import type { ServerContext } from './served-call.js';

/** Characters of a reason that observers get; paths in it may have been chosen by the caller. */
const MAX_SHOWN_REASON = 500;

/** Tells observers and the application of requests of one connection that failed for a reason of their own. */
export class FailureReports {
  readonly #context: ServerContext;
  readonly #connection: ObservedConnection;

  constructor(context: ServerContext, connection: ObservedConnection) {
    this.#context = context;
    this.#connection = connection;
  }

  /** A request was rejected before its handler ran. */
  rejected(reason: RejectionReason, service: string, method: string, message: string): void {
    this.#context.observers.requestRejected(this.#connection, {
      reason,
      service: shorten(service),
      method: shorten(method),
      message: message.slice(0, MAX_SHOWN_REASON),
    });
  }

  /** A request ended with an error: whatever stands before the handler may have rejected its payload. */
  ended({ service, method }: IncomingCall, error: unknown): void {
    const text = invalidPayloadText(error);
    if (text !== undefined) {
      this.rejected('invalid_payload', service.name, method.name, text);
    }
  }

  /** The caller gets to see nothing of an error: the method does not declare it. */
  hidden(call: IncomingCall, error: unknown): void {
    if (invalidPayloadText(error) === undefined) {
      this.#context.observers.undeclaredError(call, error);
    }
    this.shortened(call, error);
  }

  /** The caller gets to see a part of an error alone. */
  shortened(call: IncomingCall, error: unknown): void {
    const { options, handlerErrorReport } = this.#context;
    try {
      handlerErrorReport.returned(options.onHandlerError?.(error, call));
    } catch (hookError) {
      handlerErrorReport.threw(hookError, `${call.service.name}.${call.method.name}`);
    }
  }
}

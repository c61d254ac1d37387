import type { ApplicationException } from '@nestjs-thrift/codec/wire';
import { callbackError, plainAnswer } from '../errors/callback.error.js';
import { AccessDeniedError, LimitExceededError } from '../errors/errors.js';
import { ApplicationExceptionType } from '../errors/remote.error.js';
import type { StreamRejectionReason } from '../observer/observed-stream.js';
import type { ObservedConnection } from '../observer/transport-observer.js';
import { SHUTTING_DOWN, type StreamFrame } from '../wire/streaming/stream-frame.js';
import { IntKey, StringKey } from '../wire/ttheader/header-keys.js';
import type { FailureReports } from './failure-reports.js';
import type { StreamRoute } from './method-router.js';
import type { ServedStream } from './served-stream.js';
import type { ServerContext } from './served-call.js';

const { UNKNOWN_METHOD, INVALID_MESSAGE_TYPE, INTERNAL_ERROR } = ApplicationExceptionType;

/** Finds the methods of streams that callers open, and says why a stream is not served. */
export class StreamAdmission {
  readonly #context: ServerContext;
  readonly #connection: ObservedConnection;
  readonly #reports: FailureReports;

  constructor(context: ServerContext, connection: ObservedConnection, reports: FailureReports) {
    this.#context = context;
    this.#connection = connection;
    this.#reports = reports;
  }

  /** The method of a stream, or the answer to its caller. */
  routeOf(
    frame: StreamFrame,
    isDraining: boolean,
    live: number,
  ): StreamRoute | ApplicationException {
    const method = frame.info.int(IntKey.TO_METHOD) ?? '';
    const service = frame.info.name(StringKey.SERVICE_NAME);
    const route = this.#context.router.find(method, service);
    if (route === undefined) {
      const exception = this.#context.router.explain(method, service);
      const reason = exception.type === UNKNOWN_METHOD ? 'unknown_method' : 'unknown_service';
      this.#reports.rejected(reason, service ?? '', method, exception.message);
      this.#rejected(reason);
      return exception;
    }
    if (route.streamName === undefined) {
      const message = `${route.service.name}.${route.method.name} is not a streaming method`;
      this.#reports.rejected('unknown_method', route.service.name, method, message);
      this.#rejected('not_streaming');
      return { type: INVALID_MESSAGE_TYPE, message };
    }
    if (isDraining) {
      this.#rejected('draining');
      return { type: INTERNAL_ERROR, message: SHUTTING_DOWN };
    }
    if (live >= this.#context.options.streams.maxPerConnection) {
      this.#limitExceeded();
      return { type: INTERNAL_ERROR, message: 'request over limit: streams' };
    }
    return route;
  }

  /** Why limits or access rules of the application reject a stream. */
  refusalOf(stream: ServedStream): Error | undefined {
    try {
      const refusal = plainAnswer(this.#context.options.admit?.(stream));
      if (refusal instanceof LimitExceededError) {
        this.#limitExceeded();
      } else if (refusal instanceof AccessDeniedError) {
        this.#rejected('access');
      }
      return refusal;
    } catch (error) {
      const refusal = callbackError('admit', stream, error);
      this.#reports.hidden(stream, refusal);
      return refusal;
    }
  }

  #rejected(reason: StreamRejectionReason): void {
    this.#context.observers.streamRejected(this.#connection, reason);
  }

  #limitExceeded(): void {
    this.#rejected('limit');
    this.#context.observers.limitExceeded('requests', this.#connection.address);
  }
}

import { ApplicationExceptionType } from '../errors/remote.error.js';
import type { ObservedConnection } from '../observer/transport-observer.js';
import type { ReceivedMessage } from '../wire/received-message.js';
import { StringKey } from '../wire/ttheader/header-keys.js';
import { FLAG_OUT_OF_ORDER } from '../wire/ttheader/tt-header.js';
import { MessageType } from '@nestjs-thrift/codec/wire';
import type { FailureReports } from './failure-reports.js';
import type { StreamRoute } from './method-router.js';
import type { ReplyWriter } from './reply-writer.js';
import type { ServerContext } from './served-call.js';

/** The connection, as far as rejecting a request concerns it. */
export interface RejectingConnection extends ObservedConnection {
  /** The connection closes with the reply being written. */
  closeAfterReply(): void;
}

/** Answers requests that become no call, for a reason that lies in them, and reports them. */
export class RequestRejections {
  readonly #context: ServerContext;
  readonly #owner: RejectingConnection;
  readonly #replies: ReplyWriter;
  readonly #reports: FailureReports;

  constructor(
    context: ServerContext,
    owner: RejectingConnection,
    replies: ReplyWriter,
    reports: FailureReports,
  ) {
    this.#context = context;
    this.#owner = owner;
    this.#replies = replies;
    this.#reports = reports;
  }

  /** Its bytes are skipped; only its sender has to know. */
  tooLarge(message: ReceivedMessage): void {
    const { maxFrameBytes } = this.#context.options;
    const text = `request of ${message.wireBytes} bytes, at most ${maxFrameBytes} are accepted (maxFrameBytes of the server)`;
    this.#reports.rejected(
      'too_large',
      message.info?.string(StringKey.SERVICE_NAME) ?? '',
      message.name,
      text,
    );
    if (message.type === MessageType.CALL) {
      this.#replies.refusal(message, {
        type: ApplicationExceptionType.PROTOCOL_ERROR,
        message: text,
      });
    }
  }

  /** The method has a stream and the caller sent a call; the connection stays usable. */
  notUnary(message: ReceivedMessage, { service, method }: StreamRoute): void {
    const text = `${service.name}.${method.name} is a streaming method: open a stream; was the code of the caller generated without its streaming.mode?`;
    this.#reports.rejected('unknown_method', service.name, method.name, text);
    if (message.type === MessageType.CALL) {
      const type = ApplicationExceptionType.INVALID_MESSAGE_TYPE;
      this.#replies.refusal(message, { type, message: text });
    }
  }

  /**
   * No such method leaves the connection usable, as Apache's servers do; no such service closes it, for the caller has
   * come to the wrong place. A message that waits for no reply gets none.
   */
  unknown(message: ReceivedMessage, serviceName: string | undefined): void {
    const exception = this.#context.router.explain(message.name, serviceName);
    const isUnknownMethod = exception.type === ApplicationExceptionType.UNKNOWN_METHOD;
    const reason = isUnknownMethod ? 'unknown_method' : 'unknown_service';
    this.#reports.rejected(reason, serviceName ?? '', message.name, exception.message);
    if (message.type === MessageType.ONEWAY) {
      return;
    }
    const wrongPlace = exception.type !== ApplicationExceptionType.UNKNOWN_METHOD;
    if (wrongPlace && (message.flags & FLAG_OUT_OF_ORDER) === 0) {
      this.#owner.closeAfterReply();
    }
    this.#replies.refusal(message, exception);
  }
}

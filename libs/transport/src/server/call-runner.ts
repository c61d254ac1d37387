import { AsyncResource } from 'node:async_hooks';
import { EncodeError, ProtocolError, type ThriftRpcError } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { MessageType } from '@nestjs-thrift/codec/wire';
import { runHandler } from '../call/current-call.js';
import { toInternalException, toPublicException } from '../errors/application-failure.js';
import { encodeFailure, isBeyondDecodeLimit, isTooLarge } from '../errors/codec-failure.js';
import { HandlerResult, promiseOf } from './handler-result.js';
import { callbackError, plainAnswer } from '../errors/callback.error.js';
import { BizStatusError, LimitExceededError } from '../errors/errors.js';
import { ApplicationExceptionType } from '../errors/remote.error.js';
import { bizStatusStrings } from '../wire/ttheader/biz-status.js';
import { StringKey } from '../wire/ttheader/header-keys.js';
import type { ReceivedMessage } from '../wire/received-message.js';
import { FLAG_OUT_OF_ORDER } from '../wire/ttheader/tt-header.js';
import { FailureReports } from './failure-reports.js';
import type { ReplyWriter } from './reply-writer.js';
import { RequestRejections, type RejectingConnection } from './request-rejections.js';
import { ServedCall, type CallPeer, type ServerContext } from './served-call.js';
import { type ResultOwner, ServedResult } from './served-result.js';

/** Result of a method that returns nothing. */
const NO_VALUES: FieldValues = Object.freeze({});

/** The connection, as far as serving its requests concerns it. */
export interface CallOwner extends CallPeer, RejectingConnection {
  /** Whether more requests are in flight than one connection may have. */
  readonly overfull: boolean;
  /** Whether the peer does not take the replies that it has been sent. */
  readonly saturated: boolean;
  /** Keeps a reply until the peer has taken others. */
  postpone(reply: PostponedReply): void;
  callStarted(call: ServedCall): void;
  /** The reply has been written, or there is none. */
  callEnded(call: ServedCall): void;
}

/** A result that has not been encoded, because earlier replies wait for the peer. */
export interface PostponedReply {
  readonly call: ServedCall;
  readonly values: FieldValues;
  readonly error: unknown;
}

/** Carries out the requests of one connection: from the envelope to the reply. */
export class CallRunner implements ResultOwner {
  readonly #context: ServerContext;
  readonly #owner: CallOwner;
  readonly #replies: ReplyWriter;
  readonly #reports: FailureReports;
  readonly #rejections: RequestRejections;
  /** The asynchronous context of the connection. */
  readonly #outside = new AsyncResource('ThriftConnection');

  constructor(context: ServerContext, owner: CallOwner, replies: ReplyWriter) {
    this.#context = context;
    this.#owner = owner;
    this.#replies = replies;
    this.#reports = new FailureReports(context, owner);
    this.#rejections = new RequestRejections(context, owner, replies, this.#reports);
  }

  /**
   * Serves a request; the message is not needed any more when this returns, the reply may come later.
   *
   * @throws ProtocolError for a message that is not a request.
   */
  run(message: ReceivedMessage, arrivedAt: number): void {
    if (message.type !== MessageType.CALL && message.type !== MessageType.ONEWAY) {
      throw new ProtocolError('INVALID_DATA', `a server got a message of the type ${message.type}`);
    }
    if (message.tooLarge) {
      return this.#rejections.tooLarge(message);
    }
    const serviceName = message.info?.name(StringKey.SERVICE_NAME);
    const route = this.#context.router.find(message.name, serviceName);
    if (route === undefined) {
      return this.#rejections.unknown(message, serviceName);
    }
    if (route.streamName !== undefined) {
      return this.#rejections.notUnary(message, route);
    }
    const outOfOrder = (message.flags & FLAG_OUT_OF_ORDER) !== 0;
    const call = new ServedCall(this.#owner, route, message, arrivedAt, outOfOrder);
    const { observers, options } = this.#context;
    if (observers.watchesRequests) {
      call.observerStates = observers.requestStarted(call);
    }
    this.#owner.callStarted(call);
    let refusal: Error | undefined;
    try {
      refusal = this.#owner.overfull ? tooManyInFlight() : plainAnswer(options.admit?.(call));
    } catch (error) {
      return this.#fail(call, callbackError('admit', call, error));
    }
    if (refusal !== undefined) {
      return this.#refuse(call, refusal);
    }
    let args: FieldValues;
    try {
      args = message.protocol.read(route.method.args, message.input);
    } catch (error) {
      return this.#refuseArguments(call, error);
    }
    this.#handle(call, args);
  }

  #handle(call: ServedCall, args: FieldValues): void {
    let result: unknown;
    let promise: Promise<unknown> | undefined;
    try {
      result = this.#callHandler(call, args);
      if (result instanceof HandlerResult) {
        return result.listen(new ServedResult(this, call));
      }
      promise = promiseOf(result);
    } catch (error) {
      return this.#fail(call, error);
    }
    if (promise === undefined) {
      return this.#succeed(call, result);
    }
    promise.then(
      (value) => this.#succeed(call, value),
      (error: unknown) => this.#fail(call, error),
    );
  }

  #callHandler(call: ServedCall, args: FieldValues): unknown {
    const { handler } = call.route;
    const { observers } = this.#context;
    const { observerStates } = call;
    if (observerStates === undefined || !observers.wantsAround) {
      return runHandler(call, handler, args, call);
    }
    return runHandler(call, () =>
      observers.aroundHandler(call, observerStates, () => handler(args, call)),
    );
  }

  /** The result came in the context of the handler, which must not be that of the requests that are read next. */
  settled(call: ServedCall, value: unknown, failed: boolean): void {
    this.#outside.runInAsyncScope(() =>
      failed ? this.#fail(call, value) : this.#succeed(call, value),
    );
  }

  #succeed(call: ServedCall, value: unknown): void {
    const { method } = call;
    if (method.kind === 'oneway') {
      return this.#end(call, undefined, false, 0);
    }
    this.reply(call, method.returnsVoid ? NO_VALUES : { success: value }, undefined);
  }

  /** An error came out of the handler: what of it the caller gets to see depends on what it is. */
  #fail(call: ServedCall, error: unknown): void {
    const { method } = call;
    this.#reports.ended(call, error);
    if (method.kind === 'oneway') {
      this.#reports.hidden(call, error);
      return this.#end(call, error, true, 0);
    }
    const declared = method.exceptions.find(({ type }) => error instanceof type);
    if (declared !== undefined) {
      return this.reply(call, { [declared.field]: error }, error);
    }
    if (error instanceof BizStatusError && call.namesService) {
      return this.reply(call, NO_VALUES, error);
    }
    const bytes = this.#writePublic(call, error);
    if (bytes === undefined) {
      return this.#failInternally(call, error);
    }
    this.#end(call, error, !(error instanceof BizStatusError), bytes);
  }

  /** `undefined` for an error that its caller must not see, or that cannot be encoded: a handler may put anything into it. */
  #writePublic(call: ServedCall, error: unknown): number | undefined {
    try {
      const exception = toPublicException(error);
      return exception && this.#replies.exception(call, call.route.name, exception);
    } catch {
      return undefined;
    }
  }

  /** Writes the reply of a method that has one; if it cannot be encoded, nothing of it stays and the caller gets an internal error. */
  reply(call: ServedCall, values: FieldValues, error: unknown): void {
    if (this.#owner.saturated) {
      this.#owner.postpone({ call, values, error });
      return;
    }
    let bytes: number;
    try {
      const strings = call.framing.hasHeader ? this.#replyStrings(call, error) : undefined;
      bytes = this.#replies.result(call, call.route.name, call.route.result!, values, strings);
    } catch (cause) {
      if (isTooLarge(cause)) {
        return this.#failTooLarge(call, cause);
      }
      const name = `${call.service.name}.${call.method.name}`;
      return this.#failInternally(
        call,
        encodeFailure(`the reply of ${name} cannot be encoded`, cause),
      );
    }
    this.#end(call, error, false, bytes);
  }

  /** The variable part of a reply's header. */
  #replyStrings(call: ServedCall, error: unknown): ReadonlyMap<string, string> | undefined {
    if (!(error instanceof BizStatusError)) {
      return call.backwardMetadata;
    }
    const { strings, loss } = bizStatusStrings(error, call.backwardMetadata);
    if (loss !== undefined) {
      const name = `${call.service.name}.${call.method.name}`;
      this.#reports.shortened(
        call,
        new EncodeError(
          'SIZE_LIMIT',
          `business status ${error.statusCode} of ${name} does not fit into the header of a reply: it was sent without ${loss}`,
          { cause: error },
        ),
      );
    }
    return strings;
  }

  /** The peer is gone before it took a reply. */
  drop({ call }: PostponedReply, error: Error): void {
    this.#end(call, error, true, 0);
  }

  /** The caller gets the reason: it lies in its own request and reveals no internals. */
  #failTooLarge(call: ServedCall, error: ThriftRpcError): void {
    this.#reports.hidden(call, error);
    const { message } = error;
    const exception = { type: ApplicationExceptionType.INTERNAL_ERROR, message };
    this.#end(call, error, true, this.#replies.exception(call, call.route.name, exception));
  }

  #failInternally(call: ServedCall, error: unknown): void {
    this.#reports.hidden(call, error);
    const exception = toInternalException(error, this.#context.options.exposeErrors);
    this.#end(call, error, true, this.#replies.exception(call, call.route.name, exception));
  }

  /** Limits and access rules said no. */
  #refuse(call: ServedCall, error: Error): void {
    if (error instanceof LimitExceededError) {
      this.#context.observers.limitExceeded('requests', call.remoteAddress);
    }
    if (call.method.kind === 'oneway') {
      return this.#end(call, error, true, 0);
    }
    const internal = toInternalException(error, true);
    const bytes =
      this.#writePublic(call, error) ?? this.#replies.exception(call, call.route.name, internal);
    this.#end(call, error, true, bytes);
  }

  /**
   * Kitex closes when arguments do not decode, except under multiplexed calls, and so do its clients. A request beyond a
   * limit of this server is a message nonetheless: its connection stays, and its caller must not close it.
   */
  #refuseArguments(call: ServedCall, error: unknown): void {
    const { PROTOCOL_ERROR, INTERNAL_ERROR } = ApplicationExceptionType;
    const beyondLimit = isBeyondDecodeLimit(error);
    if (!call.outOfOrder && !beyondLimit) {
      this.#owner.closeAfterReply();
    }
    const { message } = toInternalException(error, true);
    const reason = beyondLimit ? 'decode_limit' : 'invalid_arguments';
    this.#reports.rejected(reason, call.service.name, call.method.name, message);
    if (call.method.kind === 'oneway') {
      return this.#end(call, error, true, 0);
    }
    const exception = { type: beyondLimit ? INTERNAL_ERROR : PROTOCOL_ERROR, message };
    this.#end(call, error, true, this.#replies.exception(call, call.route.name, exception));
  }

  #end(call: ServedCall, error: unknown, failed: boolean, sentBytes: number): void {
    call.settle();
    if (call.observerStates !== undefined) {
      const { receivedBytes, arrivedAt } = call;
      const durationMs = performance.now() - arrivedAt;
      const outcome = { error, failed, durationMs, sentBytes, receivedBytes };
      this.#context.observers.requestFinished(call, outcome, call.observerStates);
    }
    this.#owner.callEnded(call);
  }
}

/** The caller has more requests in flight on its connection than the server serves at once. */
function tooManyInFlight(): LimitExceededError {
  return new LimitExceededError('too many requests in flight on one connection');
}

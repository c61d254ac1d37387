import type { OutgoingCall } from '../call/outgoing-call.js';
import { returnsValue } from '../call/request-method.js';
import { CallbackReport } from '../errors/callback-report.js';
import type { ObservedConnection } from '../observer/transport-observer.js';
import type { HeaderInfo } from '../wire/ttheader/header-info.js';
import type { ResolvedClientOptions } from './resolved-client-options.js';
import { ProtocolError, type RequestMethod } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { applicationExceptionCodec, MessageType } from '@nestjs-thrift/codec/wire';
import { isOverLimit, shorten } from '../errors/application-failure.js';
import { isBeyondDecodeLimit } from '../errors/codec-failure.js';
import { isBusinessOutcome, LimitExceededError } from '../errors/errors.js';
import { ApplicationExceptionType, RemoteError } from '../errors/remote.error.js';
import { readBizStatus } from '../wire/ttheader/biz-status.js';
import type { ReceivedMessage } from '../wire/received-message.js';
import { methodLabel, notDecodable, overLimit, replyTooLarge } from './call-errors.js';
import type { ClientCall } from './client-call.js';

const Type = ApplicationExceptionType;

/** What a TApplicationException without a text means, by its type. */
const DEFAULT_TEXTS: ReadonlyMap<number, string> = new Map(
  Object.entries(Type).map(([name, type]) => [type, name.toLowerCase().replaceAll('_', ' ')]),
);

/** Exceptions after which servers close the connection; Kitex does. */
const CLOSING_TYPES: ReadonlySet<number> = new Set([
  Type.UNKNOWN_METHOD,
  Type.PROTOCOL_ERROR,
  Type.UNKNOWN_SERVICE,
]);

/** Settles the call with what the reply says; returns whether the connection can be used on. */
export function settleCall(
  message: ReceivedMessage,
  call: ClientCall,
  connection: ObservedConnection,
  { maxFrameBytes, connection: { mode }, observers }: ResolvedClientOptions,
): boolean {
  const { method } = call.template;
  const endpoint = connection.address;
  const { wireBytes } = message;
  if (message.tooLarge) {
    call.fail(replyTooLarge(call, endpoint, wireBytes, maxFrameBytes), wireBytes);
    return true;
  }
  if (message.info !== undefined) {
    passBackwardMetadata(call.request, message.info);
  }
  try {
    call.succeed(readReply(message, call, endpoint), wireBytes);
    return true;
  } catch (error) {
    if (error instanceof ProtocolError) {
      observers.decodeFailed(connection, error);
    }
    call.fail(error, wireBytes);
    return keepsConnection(error, message, method, mode === 'mux');
  }
}

/**
 * The result a reply carries.
 *
 * @throws what the reply says instead: a RemoteError, a LimitExceededError, a BizStatusError or a declared exception, an
 *   exception before a business status and that before a result; a ProtocolError when it cannot be read.
 */
function readReply(message: ReceivedMessage, call: ClientCall, endpoint: string): unknown {
  const { template } = call;
  if (message.type === MessageType.EXCEPTION) {
    throw readException(message, call, endpoint);
  }
  if (message.type !== MessageType.REPLY) {
    throw new RemoteError(
      Type.INVALID_MESSAGE_TYPE,
      `${methodLabel(call.request)}: ${endpoint} answered with a message of type ${message.type}; is it a Thrift server?`,
    );
  }
  if (message.sequenceId !== call.sequenceId) {
    throw new RemoteError(
      Type.BAD_SEQUENCE_ID,
      `${methodLabel(call.request)}: ${endpoint} answered with the sequence id ${message.sequenceId} instead of ${call.sequenceId}; does a proxy mix up connections?`,
    );
  }
  if (!template.answersTo(message.name)) {
    throw new RemoteError(
      Type.WRONG_METHOD_NAME,
      `${methodLabel(call.request)}: ${endpoint} answered for the method "${shorten(message.name)}"; does a proxy mix up connections?`,
    );
  }
  const bizStatus = message.info === undefined ? undefined : readBizStatus(message.info);
  if (bizStatus !== undefined) {
    throw bizStatus;
  }
  return outcomeOf(readResult(message, call, endpoint), template.method, call, endpoint);
}

/**
 * Whether further replies of the connection can be trusted, and will come, after a reply that ended in `error`. Servers
 * that multiplex keep connections open after exceptions.
 */
function keepsConnection(
  error: unknown,
  message: ReceivedMessage,
  method: RequestMethod,
  multiplexed: boolean,
): boolean {
  if (error instanceof LimitExceededError || isBeyondDecodeLimit(error)) {
    return true;
  }
  if (!(error instanceof RemoteError)) {
    return isBusinessOutcome(error, method);
  }
  if (message.type !== MessageType.EXCEPTION) {
    return error.type === Type.MISSING_RESULT;
  }
  return multiplexed || !CLOSING_TYPES.has(error.type);
}

function readResult(message: ReceivedMessage, call: ClientCall, endpoint: string): FieldValues {
  const { input, protocol } = message;
  try {
    // Only calls with a reply wait for one.
    return protocol.read(call.template.result!, input);
  } catch (error) {
    throw notDecodable(call, endpoint, error);
  }
}

function outcomeOf(
  result: FieldValues,
  method: RequestMethod,
  call: ClientCall,
  endpoint: string,
): unknown {
  const hasValue = returnsValue(method);
  if (hasValue && result['success'] !== undefined) {
    return result['success'];
  }
  for (const { field } of method.exceptions) {
    if (result[field] !== undefined) {
      throw result[field];
    }
  }
  if (!hasValue) {
    return undefined;
  }
  // Kitex gives its caller nil here, which is unexpected for a method with a result.
  throw new RemoteError(
    Type.MISSING_RESULT,
    `${methodLabel(call.request)}: ${endpoint} answered without a result; its handler returned nothing, or a business status it could not send without TTHeader`,
  );
}

function readException(message: ReceivedMessage, call: ClientCall, endpoint: string): Error {
  const { input, protocol } = message;
  try {
    const exception = protocol.read(applicationExceptionCodec, input);
    if (isOverLimit(exception)) {
      return overLimit(call, endpoint, exception.message);
    }
    const { type } = exception;
    const text = exception.message || (DEFAULT_TEXTS.get(type) ?? `application exception ${type}`);
    return new RemoteError(type, text);
  } catch (error) {
    return notDecodable(call, endpoint, error);
  }
}

const backwardReport = new CallbackReport('onBackwardMetadata');

/** The reply counts even if the caller's callback for its values throws. */
function passBackwardMetadata(request: OutgoingCall, info: HeaderInfo): void {
  const { onBackwardMetadata } = request.options;
  if (onBackwardMetadata === undefined) {
    return;
  }
  try {
    backwardReport.returned(onBackwardMetadata(info.strings()), methodLabel(request));
  } catch (error) {
    backwardReport.threw(error, methodLabel(request));
  }
}

import type { Span } from '@opentelemetry/api';
import type { MessageDirection, ObservedStream, StreamOutcome } from '@nestjs-thrift/transport';
import { errorMessage, errorType } from '../describe-error.js';
import { endSpan } from './end-span.js';
import { serverAttributes } from './call-attributes.js';

/** A stream may have millions of messages; a span keeps about as many events as this. */
const MAX_MESSAGE_EVENTS = 128;

/**
 * Notes a message of a stream: the first one of the server in any case.
 *
 * @param bytes makes an event of each of the first messages.
 */
export function recordMessage(
  span: Span,
  { side, messagesSent, messagesReceived }: ObservedStream,
  direction: MessageDirection,
  bytes: number | undefined,
): void {
  const id = direction === 'sent' ? messagesSent : messagesReceived;
  const isOfServer = (side === 'server') === (direction === 'sent');
  if (id === 1 && isOfServer) {
    span.addEvent('first_message');
  }
  if (bytes !== undefined && messagesSent + messagesReceived <= MAX_MESSAGE_EVENTS) {
    span.addEvent('message', {
      'rpc.message.type': direction.toUpperCase(),
      'rpc.message.id': id,
      'rpc.message.uncompressed_size': bytes,
    });
  }
}

/** Notes a message that could not be encoded or decoded. */
export function recordMessageFailure(
  span: Span,
  { messagesSent, messagesReceived }: ObservedStream,
  direction: MessageDirection,
  error: unknown,
): void {
  span.addEvent('message', {
    'rpc.message.type': direction.toUpperCase(),
    'rpc.message.id': (direction === 'sent' ? messagesSent : messagesReceived) + 1,
    'error.type': errorType(error),
    'exception.message': errorMessage(error),
  });
}

/** Ends the span of a stream with what went over it and how it ended. */
export function endStreamSpan(
  span: Span,
  stream: ObservedStream,
  { error, status, durationMs, cancelPath }: StreamOutcome,
): void {
  const { side, address, sentBytes, receivedBytes } = stream;
  if (span.isRecording()) {
    span.setAttributes({
      ...(side === 'client' && serverAttributes(address)),
      'rpc.messages.sent': stream.messagesSent,
      'rpc.messages.received': stream.messagesReceived,
      'rpc.bytes.sent': sentBytes,
      'rpc.bytes.received': receivedBytes,
      ...(status === 'cancelled' && { 'rpc.cancelled': true }),
      ...(cancelPath.length > 0 && { 'rpc.cancel.path': cancelPath.join(',') }),
    });
  }
  endSpan(span, { error, failed: status === 'error', durationMs, sentBytes, receivedBytes });
}

import { ApplicationExceptionType, RemoteError } from '../errors/remote.error.js';
import type { MessageQueue } from './message-queue.js';

/** The stream, as far as its only answer concerns it. */
export interface AnsweredStream {
  readonly label: string;
  cancel(): void;
}

/** The one message that a server sends to a stream of its client. */
export async function receiveResult(
  stream: AnsweredStream,
  queue: MessageQueue<unknown>,
): Promise<unknown> {
  const step = await queue.next();
  if (step.done) {
    const message = `${stream.label}: the server ended the stream without an answer`;
    throw new RemoteError(ApplicationExceptionType.MISSING_RESULT, message);
  }
  const end = await queue.next();
  if (!end.done) {
    stream.cancel();
    const message = `${stream.label}: the server sent more than one answer`;
    throw new RemoteError(ApplicationExceptionType.INVALID_MESSAGE_TYPE, message);
  }
  return step.value;
}

import { runHandler, runOutsideCall } from '../call/current-call.js';
import { encodeFailure, isTooLarge } from '../errors/codec-failure.js';
import { FairTurns } from '../stream/fair-turns.js';
import { HandlerMessages, iterate, type Messages, ReceivedStream } from '../stream/messages.js';
import type { ServedStream } from './served-stream.js';

/** Who ends a stream when its handler has ended. */
export interface StreamEnder {
  end(stream: ServedStream, error: unknown): void;
}

/**
 * Runs the handler of a stream to its end, message by message, in the asynchronous context of the call.
 *
 * @param request the only message of the client; `undefined` where the client sends a stream.
 */
export function runStreamHandler(
  owner: StreamEnder,
  stream: ServedStream,
  request: { readonly message: unknown } | undefined,
): void {
  stream.started = true;
  // A stream that other code opens, such as a test, must not be part of the request that it runs in.
  runOutsideCall(() => void around(stream, owner, request));
}

function around(
  stream: ServedStream,
  owner: StreamEnder,
  request: { readonly message: unknown } | undefined,
): Promise<void> {
  const run = () => runHandler(stream, serve, owner, stream, request);
  return stream.observation === undefined ? run() : stream.observation.aroundHandler(run);
}

async function serve(
  owner: StreamEnder,
  stream: ServedStream,
  request: { readonly message: unknown } | undefined,
): Promise<void> {
  const { handler, method } = stream.route;
  const [parameter = ''] = method.parameters;
  const value = request === undefined ? new ReceivedStream(stream.requests) : request.message;
  try {
    const result: unknown = await handler({ [parameter]: value }, stream);
    if (method.kind === 'client') {
      // Without a result the stream ends without an answer, which callers, Kitex's too, get as an error.
      if (result !== undefined && result !== null) {
        send(stream, result);
      }
    } else {
      await sendAll(stream, result as Messages<unknown> | HandlerMessages);
    }
    owner.end(stream, stream.cancelled);
  } catch (error) {
    owner.end(stream, stream.cancelled ?? error);
  }
}

/** Takes the next value only when the peer has taken the one before. */
async function sendAll(
  stream: ServedStream,
  result: Messages<unknown> | HandlerMessages,
): Promise<void> {
  const { messages, fail } =
    result instanceof HandlerMessages ? result : { messages: result, fail: rethrow };
  const iterator = iterate(messages, `what ${stream.name.text} returns`);
  const leave = (): void => {
    // A generator that waits ends when what it waits for does; its `finally` runs then.
    Promise.resolve(iterator.return?.()).catch(() => undefined);
  };
  const turns = new FairTurns();
  stream.onCancel = leave;
  try {
    for (;;) {
      const writable = stream.writable() ?? turns.next();
      if (writable !== undefined) {
        await writable;
      }
      if (stream.cancelled !== undefined) {
        leave();
        return;
      }
      let step: IteratorResult<unknown>;
      try {
        step = await iterator.next();
      } catch (error) {
        return await fail(error);
      }
      if (step.done || stream.cancelled !== undefined) {
        return;
      }
      try {
        send(stream, step.value);
      } catch (error) {
        leave();
        throw error;
      }
    }
  } finally {
    stream.onCancel = undefined;
  }
}

function rethrow(error: unknown): never {
  throw error;
}

function send(stream: ServedStream, message: unknown): void {
  try {
    stream.send(message);
  } catch (cause) {
    if (cause === stream.cancelled) {
      throw cause;
    }
    const { service, method } = stream;
    const error = isTooLarge(cause)
      ? cause
      : encodeFailure(`a message of ${service.name}.${method.name} cannot be encoded`, cause);
    stream.observation?.messageFailed('sent', error);
    throw error;
  }
}

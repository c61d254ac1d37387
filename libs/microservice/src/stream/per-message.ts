import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import { ReceivedStream } from '@nestjs-thrift/transport/internal';

/** The messages of a caller as a pipe leaves them: each is transformed when the handler takes it. */
export function transformEach<T>(
  messages: ReceivedStream<T>,
  transform: (message: T) => unknown,
): AsyncIterableIterator<unknown, undefined> {
  const iterable = {
    [Symbol.asyncIterator]() {
      messages[Symbol.asyncIterator]();
      return iterable;
    },
    async next(): Promise<IteratorResult<unknown, undefined>> {
      const step = await messages.next();
      return step.done ? step : { done: false, value: await transform(step.value) };
    },
    return: () => messages.return(),
  };
  return iterable;
}

/**
 * Makes a pipe of Nest work on each message of a stream instead of on the stream as a whole. A message for which it throws fails the
 * loop of the handler. {@link ThriftValidationPipe} does so by itself.
 *
 * @example
 * @ThriftMethod() async Upload(@Payload(perMessage(new TrimPipe())) chunks: ReceivedMessages<Chunk>) { … }
 */
export function perMessage(pipe: PipeTransform): PipeTransform {
  return {
    transform: (value: unknown, metadata: ArgumentMetadata): unknown =>
      value instanceof ReceivedStream
        ? transformEach(value, (message) => pipe.transform(message, metadata) as unknown)
        : pipe.transform(value, metadata),
  };
}

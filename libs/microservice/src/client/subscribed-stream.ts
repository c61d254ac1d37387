import type { WritePacket } from '@nestjs/microservices';
import type { ServerStream } from '@nestjs-thrift/transport';
import { isMessages } from '@nestjs-thrift/transport/internal';
import { startForSubscriber } from './cancellable-call.js';
import type { StreamRoute } from './client-services.js';
import { ThriftRecord } from './thrift-record.js';

type Callback = (packet: WritePacket) => void;

/**
 * Opens a stream for a subscriber of Nest, which gets its messages, or the one answer of the server.
 *
 * @param data the request, or a source of requests where the client sends a stream; or a `ThriftRecord` of it.
 * @returns the function that Nest calls when the subscriber leaves; it cancels the stream.
 */
export function openForSubscriber(
  { method, open }: StreamRoute,
  data: unknown,
  callback: Callback,
): () => void {
  const [messages, options] = data instanceof ThriftRecord ? [data.data, data.options] : [data];
  if (method.kind !== 'server' && !isMessages(messages)) {
    const what = `${method.name} needs an Observable, an async iterable or an array of messages as data`;
    callback({ err: new TypeError(what) });
    return () => undefined;
  }
  if (method.kind !== 'client') {
    return deliver(open(messages, options) as ServerStream<unknown>, callback);
  }
  return startForSubscriber(
    ({ signal }) => open(messages, { ...options, signal }) as Promise<unknown>,
    callback,
  );
}

function deliver(stream: ServerStream<unknown>, callback: Callback): () => void {
  const run = async (): Promise<void> => {
    try {
      for await (const response of stream) {
        callback({ response });
      }
      callback({ isDisposed: true });
    } catch (err) {
      callback({ err });
    }
  };
  void run();
  return () => stream.cancel(new Error('unsubscribed'));
}

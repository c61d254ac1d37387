import type { StreamMethod } from '@nestjs-thrift/codec';
import { setImmediate as turn } from 'node:timers/promises';
import { Chat, type ChatClient } from '#test/chat-service.js';
import type { OutgoingStream } from './outgoing-stream.js';
import type { StreamCarrier } from './stream-carrier.js';
import { createStreamInvoker, STREAM } from './stream-invoker.js';

const ATTEMPT = { succeeded: () => undefined, failed: () => undefined };

/** A connection that takes everything. */
function carrierInto(sent: unknown[]): StreamCarrier<OutgoingStream> {
  return {
    send: (_stream, message) => void sent.push((message as { text: string }).text),
    saturated: false,
    writable: () => undefined,
    closeSend: () => undefined,
    cancel: () => undefined,
    buffered: () => undefined,
  };
}

function openTalk(...given: unknown[]): OutgoingStream {
  let stream: OutgoingStream | undefined;
  const open = createStreamInvoker(
    Chat,
    Chat.methods['Talk'] as StreamMethod,
    async (call) => {
      stream = call.context.get(STREAM);
      return new Promise(() => undefined);
    },
    { recvTimeoutMs: 0 },
  ) as ChatClient['Talk'];
  open(...(given as [])).headers.catch(() => undefined);
  return stream!;
}

describe('OutgoingStream', () => {
  it('takes one message of its source while it has no connection, also before it is opened again', async () => {
    let taken = 0;
    const source = (async function* () {
      for (;;) {
        yield { text: String(taken++) };
        await turn();
      }
    })();
    const stream = openTalk();
    stream.begin(ATTEMPT);
    stream.attach(carrierInto([]));
    stream.fail(new Error('lost'));

    const sending = (async () => {
      for await (const message of source) {
        await stream.send(message);
      }
    })().catch(() => undefined);
    for (let turns = 0; turns < 20; turns++) {
      await turn();
    }
    expect(taken).toBe(1);

    const sent: unknown[] = [];
    expect(stream.begin(ATTEMPT)).toBe(true);
    stream.attach(carrierInto(sent));
    while (sent.length < 3) {
      await turn();
    }
    expect(sent.slice(0, 3)).toEqual(['0', '1', '2']);
    stream.cancel();
    await sending;
  });

  it('is iterated once', () => {
    const stream = openTalk();
    stream[Symbol.asyncIterator]();
    expect(() => stream[Symbol.asyncIterator]()).toThrow(
      'Chat.Talk: the messages of a stream can be iterated once',
    );
    stream.cancel();
  });
});

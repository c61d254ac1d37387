import { Chat } from '#test/chat-service.js';
import type { StreamMethod } from '@nestjs-thrift/codec';
import { createStreamInvoker } from './stream-invoker.js';

describe('createStreamInvoker', () => {
  const opened: unknown[] = [];
  const open = (name: string) =>
    createStreamInvoker(
      Chat,
      Chat.methods[name] as StreamMethod,
      async (call) => void opened.push(call.options),
      { recvTimeoutMs: 0 },
    );
  beforeEach(() => opened.splice(0));

  it('names each wrong option of a stream, and opens none', () => {
    const options = {
      timeoutMs: -1,
      recvTimeoutMS: 5,
      firstMessageTimeoutMs: '3',
      onRecvTimeout: 'stop',
      readTimeoutMs: 5,
    };
    expect(() => open('Down')({ text: 'a' }, options)).toThrow(
      new TypeError(
        [
          'unknown option call(Chat.Down).recvTimeoutMS; did you mean recvTimeoutMs?',
          'unknown option call(Chat.Down).readTimeoutMs; did you mean recvTimeoutMs?',
          'call(Chat.Down).timeoutMs must be milliseconds from 0 to 2147483647; got -1',
          'call(Chat.Down).firstMessageTimeoutMs must be milliseconds from 0 to 2147483647; got the string "3"',
          "call(Chat.Down).onRecvTimeout must be one of 'cancel', 'report'; got the string \"stop\"",
        ].join('\n'),
      ),
    );
    expect(opened).toEqual([]);
  });

  it('takes timeouts with a fraction, which callers compute', () => {
    const options = { timeoutMs: 1000.5, onRecvTimeout: 'report' };
    open('Down')({ text: 'a' }, options);
    expect(opened).toEqual([options]);
  });
});

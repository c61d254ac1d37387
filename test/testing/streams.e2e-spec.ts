import {
  collect,
  createThriftTestingServer,
  createThriftTestingStreamContext,
  mockThriftClient,
} from '@nestjs-thrift/testing';
import { BizStatusError, ClientTransport, createClient } from '@nestjs-thrift/transport';
import { Chat, type ChatClient, Oops, type Req } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { until } from '#test/until.js';

describe('a mocked client with streams', () => {
  it('streams messages with headers and trailers, and keeps what was sent', async () => {
    const mock = mockThriftClient(Chat);
    mock
      .when('Down')
      .streams([{ text: 'a' }, { text: 'b', n: 2 }], { headers: { h: '1' }, trailers: { t: '2' } });
    const stream = mock.client.Down({ text: 'q' }, { recvTimeoutMs: 5 });
    expect(await collect(stream)).toEqual([
      { text: 'a', n: undefined },
      { text: 'b', n: 2 },
    ]);
    expect(await stream.headers).toEqual(new Map([['h', '1']]));
    expect(await stream.trailers).toEqual(new Map([['t', '2']]));
    expect(mock.streamsOf('Down')).toEqual([
      {
        method: 'Down',
        sent: [{ text: 'q', count: undefined }],
        options: { recvTimeoutMs: 5 },
        cancelled: false,
      },
    ]);
  });

  it('fails after its messages with the error of the stub', async () => {
    const mock = mockThriftClient(Chat);
    mock.when('Down').streams([{ text: 'a' }], { error: new BizStatusError(7, 'no') });
    const seen: string[] = [];
    const loop = async (): Promise<void> => {
      for await (const { text } of mock.client.Down({ text: 'q' })) {
        seen.push(text);
      }
    };
    await expect(loop()).rejects.toMatchObject({ statusCode: 7 });
    expect(seen).toEqual(['a']);
    mock.when('Down').rejects(new Error('gone'));
    await expect(collect(mock.client.Down({ text: 'q' }))).rejects.toThrow('gone');
  });

  it('rejects a wrong option of a stub', () => {
    const stub = mockThriftClient(Chat).when('Down');
    expect(() => stub.streams([], { delayMS: 1 } as object)).toThrow(
      new TypeError('unknown option streams.delayMS; did you mean delayMs?'),
    );
  });

  it('replies to a stream of the client once it has ended', async () => {
    const mock = mockThriftClient(Chat);
    mock.when('Up').streams([{ text: 'total', n: 2 }]);
    await expect(mock.client.Up([{ text: 'a' }, { text: 'b' }])).resolves.toEqual({
      text: 'total',
      n: 2,
    });
    expect(mock.streamsOf('Up')[0]!.sent).toHaveLength(2);
  });

  it('is answered by a function, message by message', async () => {
    const mock = mockThriftClient(Chat);
    mock.when('Talk').answers(async function* (requests, { setTrailer }) {
      for await (const { text } of requests) {
        yield { text: `re ${text}` };
      }
      setTrailer('done', 'yes');
    });
    const talk = mock.client.Talk();
    const replies = talk[Symbol.asyncIterator]();
    await talk.send({ text: 'a' });
    await expect(replies.next()).resolves.toMatchObject({ value: { text: 're a' } });
    talk.closeSend();
    await expect(replies.next()).resolves.toMatchObject({ done: true });
    expect(await talk.trailers).toEqual(new Map([['done', 'yes']]));
  });

  it('tells the answer that the code under test left', async () => {
    const mock = mockThriftClient(Chat);
    let reason: unknown;
    mock.when('Down').answers(async function* (_request, { signal }) {
      signal.addEventListener('abort', () => ({ reason } = signal));
      for (;;) {
        yield { text: 'a' };
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    await collect(mock.client.Down({ text: 'q' }), 3);
    expect(reason).toMatchObject({ code: 'REMOTE_CANCELLED', type: 12007 });
    expect(mock.streamsOf('Down')[0]!.cancelled).toBe(true);
  });

  it('is as strict as the wire, and names methods without a stub', async () => {
    const mock = mockThriftClient(Chat);
    expect(() => mock.when('Down').streams([{ text: 7 as never }])).toThrow('Res.text');
    await expect(collect(mock.client.Down({ text: 'q' }))).rejects.toThrow(
      'Chat.Down was called and has no answer',
    );
    mock.when('Up').streams([{ text: 'x' }]);
    await expect(mock.client.Up([{ txet: 'a' } as never as Req, { text: 7 as never }]))
      .rejects //
      .toThrow('Req.text');
  });

  it('fails streams with exceptions that their method declares alone', async () => {
    const mock = mockThriftClient(Chat);
    mock.when('DownX').streams([{ text: 'a' }], { error: new Oops({ why: 'no', code: 1 }) });
    await expect(collect(mock.client.DownX({ text: 'q' }))).rejects.toBeInstanceOf(Oops);
    expect(() => mock.when('DownX').rejects(new Oops({ why: 7 }))).toThrow('Oops.why');
    expect(() => mock.when('Down').rejects(new Oops())).toThrow('Chat.Down does not declare Oops');
    mock.when('Down').answers(() => {
      throw new Oops();
    });
    await expect(collect(mock.client.Down({ text: 'q' }))).rejects.toThrow('does not declare Oops');
  });
});

describe('createThriftTestingStreamContext', () => {
  it('is the context of a stream that can be cancelled and drained', () => {
    const context = createThriftTestingStreamContext(Chat, 'Down', { caller: 'cli.A' });
    context.setHeader('h', '1');
    context.setTrailer('t', '2');
    expect(context).toMatchObject({ caller: 'cli.A', messagesIn: 0, cancelPath: [] });
    expect([...context.headers, ...context.trailers]).toEqual([
      ['h', '1'],
      ['t', '2'],
    ]);
    context.drain();
    expect(context.draining.aborted).toBe(true);
    expect(context.signal.aborted).toBe(false);
    context.callerCancels(['cli.A', 'svc.B']);
    expect(context.signal.reason).toMatchObject({ code: 'REMOTE_CANCELLED' });
    expect(context.cancelPath).toEqual(['cli.A', 'svc.B']);
  });
});

describe('a testing server with streams', () => {
  async function serve() {
    const server = await createThriftTestingServer(Chat, {
      Down: async function* ({ count = 3 }, context) {
        context.setHeader('h', '1');
        for (let n = 1; n <= count; n++) {
          yield { text: 'm', n };
        }
      },
      Up: async (requests) => ({ text: 'total', n: (await collect(requests)).length }),
    });
    const transport = new ClientTransport({ connectTimeoutMs: 30_000 });
    cleanUp(async () => {
      transport.destroy();
      await server.close();
    });
    const chat: ChatClient = createClient(Chat, { transport, endpoints: [server.address] });
    return { server, chat };
  }

  it('serves streams with plain functions', async () => {
    const { server, chat } = await serve();
    const stream = chat.Down({ text: 'q' });
    expect(await collect(stream)).toHaveLength(3);
    expect(await stream.headers).toEqual(new Map([['h', '1']]));
    await expect(chat.Up([{ text: 'a' }])).resolves.toMatchObject({ n: 1 });
    expect(server.callsOf('Down')).toMatchObject([{ args: [{ text: 'q' }] }]);
  });

  it('cuts a stream after its first messages', async () => {
    const { server, chat } = await serve();
    server.faults.streams.cutAfter(2, { method: 'Down' });
    const seen: unknown[] = [];
    const loop = async (): Promise<void> => {
      for await (const message of chat.Down({ text: 'q' })) {
        seen.push(message);
      }
    };
    await expect(loop()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    expect(seen).toHaveLength(2);
    expect(await collect(chat.Down({ text: 'q' }))).toHaveLength(3);
  });

  it.each([
    ['silent', 0],
    ['noTrailer', 3],
  ] as const)('keeps back what %s says', async (fault, messages) => {
    const { server, chat } = await serve();
    server.faults.streams[fault]();
    const seen: unknown[] = [];
    const stream = chat.Down({ text: 'q' }, { recvTimeoutMs: 300 });
    const loop = async (): Promise<void> => {
      for await (const message of stream) {
        seen.push(message);
      }
    };
    await expect(loop()).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
    expect(seen).toHaveLength(messages);
  });

  it('breaks the protocol, or cancels as a proxy does', async () => {
    const { server, chat } = await serve();
    server.faults.streams.duplicateHeader();
    await expect(collect(chat.Down({ text: 'q' }))).rejects.toMatchObject({
      code: 'PROTOCOL_ERROR',
    });
    server.faults.streams.rst();
    await expect(collect(chat.Down({ text: 'q', count: 0 }))).rejects.toMatchObject({
      code: 'REMOTE_CANCELLED',
    });
    await until(async () => (await collect(chat.Down({ text: 'q' }))).length === 3);
  });
});

import { jest } from '@jest/globals';
import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';
import { Chat, chatHandlers } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { until } from '#test/until.js';

async function open() {
  const handlers = chatHandlers({
    Down: async function* (_request, { signal }) {
      yield { text: 'a' };
      yield { text: 'b' };
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  });
  const server = new ServerTransport([{ definition: Chat, handlers }], {
    port: 0,
    host: '127.0.0.1',
  });
  await server.listen();
  const transport = new ClientTransport({ connectTimeoutMs: 30_000 });
  cleanUp(async () => {
    transport.destroy();
    await server.close({ drainTimeoutMs: 0 });
  });
  return { server, client: createClient(Chat, { transport, endpoints: [server.address] }) };
}

describe('a stream whose messages no code iterates', () => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  afterAll(() => warn.mockRestore());

  it('is cancelled by recvTimeoutMs, though messages wait, and reported once for its method', async () => {
    const { client, server } = await open();
    for (let streams = 0; streams < 3; streams++) {
      const abandoned = client.Down(
        { text: 'q' },
        {
          recvTimeoutMs: 30,
          firstMessageTimeoutMs: 60_000,
        },
      );
      await expect(abandoned.trailers).rejects.toThrow(
        'Chat.Down: no code took its messages for 30 ms (recvTimeoutMs)',
      );
    }
    await until(() => server.inFlightCount === 0);
    expect(warn.mock.calls).toEqual([
      [
        'A stream of Chat.Down was abandoned: no code iterated its messages. Iterate a stream, or call cancel(). Chat.Down: no code took its messages for 30 ms (recvTimeoutMs)',
        { code: 'THRIFT_STREAM_ABANDONED' },
      ],
    ]);
    warn.mockClear();
  });

  it('is reported where it is cancelled by timeoutMs', async () => {
    const { client, server } = await open();
    const abandoned = client.Talk({ timeoutMs: 30 });
    await expect(abandoned.trailers).rejects.toThrow('did not end in time (timeoutMs)');
    await until(() => server.inFlightCount === 0);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockClear();
  });

  it('is not reported where it was iterated, however it ended', async () => {
    const { client } = await open();
    const messages = client.DownX({ text: 'q' }, { timeoutMs: 1 })[Symbol.asyncIterator]();
    await messages.next().catch(() => undefined);
    const silent = client.Talk({ recvTimeoutMs: 20 })[Symbol.asyncIterator]();
    await expect(silent.next()).rejects.toThrow('recvTimeoutMs');
    expect(warn).not.toHaveBeenCalled();
  });
});

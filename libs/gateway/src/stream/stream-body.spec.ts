import { jest } from '@jest/globals';
import { NDJSON, SSE, type StreamFormat } from './stream-format.js';
import { isSettledWithin, StreamBody } from './stream-body.js';

const text = (error: unknown) => JSON.stringify((error as Error).message);

function body(messages: AsyncGenerator<unknown>, format: StreamFormat = SSE, onStart = () => {}) {
  const first = messages.next();
  first.catch(() => undefined);
  return new StreamBody({
    messages,
    first,
    format,
    write: JSON.stringify,
    writeError: text,
    onStart,
  });
}

async function* numbers(count: number, error?: Error) {
  for (let index = 0; index < count; index += 1) {
    yield index;
  }
  if (error) {
    throw error;
  }
}

async function textOf(stream: StreamBody): Promise<string> {
  let all = '';
  for await (const chunk of stream) {
    all += String(chunk);
  }
  return all;
}

describe('StreamBody', () => {
  it('writes messages, and their end', async () => {
    expect(await textOf(body(numbers(2)))).toBe(
      'id: 0\ndata: 0\n\nid: 1\ndata: 1\n\nevent: end\ndata:\n\n',
    );
    expect(await textOf(body(numbers(2), NDJSON))).toBe('0\n1\n');
    expect(await textOf(body(numbers(0), NDJSON))).toBe('');
  });

  it('writes a failure last', async () => {
    const failing = () => numbers(1, new Error('broken'));
    expect(await textOf(body(failing()))).toBe(
      'id: 0\ndata: 0\n\nevent: error\ndata: "broken"\n\n',
    );
    expect(await textOf(body(failing(), NDJSON))).toBe('0\n{"error":"broken"}\n');
  });

  it('takes the next message when the reader asks for it', async () => {
    let taken = 0;
    const stream = body(
      (async function* () {
        for (;;) {
          taken += 1;
          yield taken;
        }
      })(),
      NDJSON,
    );
    const chunks = stream[Symbol.asyncIterator]();
    expect(String((await chunks.next()).value)).toBe('1\n');
    expect(taken).toBeLessThan(4);
    expect(String((await chunks.next()).value)).toBe('2\n');
    expect(taken).toBeLessThan(5);
    stream.destroy();
  });

  it('leaves the stream when it is destroyed', async () => {
    let isLeft = false;
    const stream = body(
      (async function* () {
        try {
          yield 1;
          yield 2;
        } finally {
          isLeft = true;
        }
      })(),
    );
    await new Promise((resolve) => stream.once('data', resolve));
    stream.destroy();
    await new Promise((resolve) => stream.once('close', resolve));
    expect(isLeft).toBe(true);
  });

  it('pings the reader of events while no message comes, and takes each message once', async () => {
    jest.useFakeTimers();
    try {
      let go: (value: string) => void = () => undefined;
      const starts = jest.fn();
      const stream = body(
        (async function* () {
          yield await new Promise((resolve) => (go = resolve));
        })(),
        SSE,
        starts,
      );
      const chunks: string[] = [];
      stream.on('data', (chunk) => chunks.push(String(chunk)));
      await jest.advanceTimersByTimeAsync(30_000);
      expect(chunks).toEqual([':\n\n', ':\n\n']);
      go('late');
      await jest.advanceTimersByTimeAsync(0);
      expect(chunks.slice(2).join('')).toBe('id: 0\ndata: "late"\n\nevent: end\ndata:\n\n');
      expect(starts).toHaveBeenCalledTimes(1);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe('isSettledWithin', () => {
  it('tells a settled promise from one that takes longer', async () => {
    expect(await isSettledWithin(Promise.resolve(1), 60_000)).toBe(true);
    expect(await isSettledWithin(new Promise(() => undefined), 0)).toBe(false);
    await expect(isSettledWithin(Promise.reject(new Error('no')), 60_000)).rejects.toThrow('no');
  });
});

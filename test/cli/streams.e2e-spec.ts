import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { BizStatusError, type IncomingStream } from '@nestjs-thrift/transport';
import { run } from '@nestjs-thrift/cli';
import { createThriftTestingServer, type ThriftStreamFaults } from '@nestjs-thrift/testing';
import { serveChat } from '#test/chat-server.js';
import { Chat, type ChatHandlers, type Res } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { type MemoryIo, memoryIo } from '#test/memory-io.js';
import { until } from '#test/until.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'streams-'));
  copyFileSync('test/interop/idl/chat.thrift', join(folder, 'chat.thrift'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function serve(handlers: Partial<ChatHandlers> = {}): Promise<string> {
  const server = await serveChat(handlers);
  return server.address;
}

const ARGUMENTS = ['--idl', 'chat.thrift', '--connect-timeout', '30s'];

async function thrift(io: MemoryIo, command: string, address: string, ...argv: string[]) {
  const code = await run([command, address, ...argv, ...ARGUMENTS], io);
  return { code, out: io.out(), err: io.err(), lines: io.out().trim().split('\n') };
}

const call = (address: string, ...argv: string[]) =>
  thrift(memoryIo(folder), 'call', address, ...argv);

async function* endless(_request: unknown, { signal }: IncomingStream): AsyncGenerator<Res> {
  for (let n = 1; !signal.aborted; n++) {
    yield { text: 'm', n };
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('call of methods with a stream', () => {
  it('prints each message of the server as a line of JSON', async () => {
    const { code, lines } = await call(await serve(), 'Down', 'text=a', 'count=3');
    expect(code).toBe(0);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { text: 'm', n: 1 },
      { text: 'm', n: 2 },
      { text: 'm', n: 3 },
    ]);
  });

  it('sends the lines of standard input, and prints the one reply', async () => {
    const io = memoryIo(folder, { stdin: '{"text":"a"}\n\n{"text":"b"}' });
    const { code, lines } = await thrift(io, 'call', await serve(), 'Chat.Up');
    expect({ code, lines }).toEqual({ code: 0, lines: ['{"text":"total","n":2}'] });
  });

  it('sends a line when it comes, before the input has ended', async () => {
    const stdin = new PassThrough();
    const io = Object.assign(memoryIo(folder), { stdin });
    const ended = thrift(io, 'call', await serve(), 'Talk', '-');
    stdin.write('{"text":"a"}\n');
    await until(() => io.out() === '{"text":"re a"}\n');
    stdin.end('{"text":"b"}\n');
    expect((await ended).lines).toEqual(['{"text":"re a"}', '{"text":"re b"}']);
  });

  it('sends the lines of a file, or one message as any payload', async () => {
    const address = await serve();
    writeFileSync(join(folder, 'words.jsonl'), '{"text":"a"}\n{"text":"b"}\n');
    expect((await call(address, 'Talk', '@words.jsonl')).lines).toHaveLength(2);
    expect((await call(address, 'Talk', 'text=c')).lines).toEqual(['{"text":"re c"}']);
  });

  it('leaves a stream after --max-messages', async () => {
    let reason: unknown;
    const address = await serve({
      Down: (request, stream) => {
        stream.signal.addEventListener('abort', () => ({ reason } = stream.signal));
        return endless(request, stream);
      },
    });
    const { code, lines } = await call(address, 'Down', 'text=a', '--max-messages', '2');
    expect({ code, count: lines.length }).toEqual({ code: 0, count: 2 });
    await until(() => reason !== undefined);
    expect(reason).toMatchObject({ code: 'REMOTE_CANCELLED', path: ['nestjs-thrift-cli'] });
  });

  it('cancels the stream at Ctrl-C, and ends with 130', async () => {
    let cancelled = false;
    const address = await serve({
      Down: (request, stream) => {
        stream.signal.addEventListener('abort', () => (cancelled = true));
        return endless(request, stream);
      },
    });
    const io = memoryIo(folder);
    const ended = thrift(io, 'call', address, 'Down', 'text=a');
    await until(() => io.out() !== '');
    io.interrupt();
    expect((await ended).code).toBe(130);
    await until(() => cancelled);
  });

  it('prints headers, trailers, sizes and times with --verbose', async () => {
    const address = await serve({
      Down: async function* (_request, stream) {
        stream.setHeader('model', 'small');
        stream.setTrailer('tokens', '1');
        yield { text: 'a' };
      },
    });
    const { err } = await call(address, 'Down', 'text=a', '--verbose');
    expect(err).toContain('< headers\n< model: small');
    expect(err).toContain('< trailers\n< tokens: 1');
    expect(err).toMatch(/success after \S+ ms, first message after \S+ ms; 1 messages sent/);
  });

  it('prints messages and the outcome as lines of JSON with --json', async () => {
    const { lines } = await call(await serve(), 'Down', 'text=a', 'count=1', '--json');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { message: { text: 'm', n: 1 } },
      {
        messages: 1,
        durationMs: expect.any(Number),
        backwardMetadata: {},
        transport: 'TTHeader',
        protocol: 'binary',
      },
    ]);
  });

  it('prints the fields of a declared exception', async () => {
    const { code, err } = await call(await serve(), 'DownX', 'text=a');
    expect(code).toBe(5);
    expect(err).toContain('exception Oops {"why":"declared","code":9}');
  });

  it.each([
    ['an exception', new Error('broken'), 4, 'REMOTE_ERROR: internal error'],
    ['a business status', new BizStatusError(7, 'no'), 6, 'business status 7: no'],
  ])(
    'ends with the exit code of %s, after the messages before it',
    async (_what, error, ...end) => {
      const [code, text] = end;
      const address = await serve({
        Down: async function* () {
          yield { text: 'a' };
          throw error;
        },
      });
      const ended = await call(address, 'Down', 'text=a');
      expect(ended).toMatchObject({ code, lines: ['{"text":"a"}'] });
      expect(ended.err).toContain(text);
    },
  );

  it('gives up a server that sends nothing for --recv-timeout', async () => {
    const address = await serve({ Down: () => new Promise(() => {}) });
    const { code, err } = await call(address, 'Down', 'text=a', '--recv-timeout', '20ms');
    expect(code).toBe(4);
    expect(err).toContain('RPC_TIMEOUT');
  });

  it.each([
    ['is not JSON', '{"text":"a"}\n{', 'standard input:2 is not JSON'],
    ['does not fit the IDL', '{"txt":"a"}', 'Req'],
  ])('names the line of the input that %s', async (_what, stdin, text) => {
    const io = memoryIo(folder, { stdin });
    const { code, err } = await thrift(io, 'call', await serve(), 'Up');
    expect(code).toBe(3);
    expect(err).toContain(text);
  });
});

describe('bench of methods with a stream', () => {
  interface StreamSummary {
    readonly seconds: number;
    readonly streams: object;
  }

  it.each([
    ['Down', ['text=a', 'count=5'], { sent: 4, received: 20 }],
    ['Up', ['text=a', '--messages', '5'], { sent: 20, received: 4 }],
    ['Talk', ['text=a', '--messages', '5'], { sent: 20, received: 20 }],
  ])('counts the messages and times of %s', async (method, argv, messages) => {
    const io = memoryIo(folder);
    const options = ['--streams', '2', '-n', '4', '--json'];
    const { code, out } = await thrift(io, 'bench', await serve(), method, ...argv, ...options);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      streams: { opened: 4, ended: 4, cancelled: 0, errors: {} },
      messages,
      firstMessageMs: { p50: expect.any(Number) },
    });
  });

  it('leaves streams after --messages, and names errors', async () => {
    const address = await serve({ Down: endless });
    const argv = ['text=a', '--messages', '3', '--streams', '2'];
    const { out } = await thrift(memoryIo(folder), 'bench', address, 'Down', ...argv);
    expect(out).toContain('streams ended 0, cancelled 2, errors 0');
    const failing = await serve({
      Down: () => {
        throw new Error('broken');
      },
    });
    const failed = await thrift(memoryIo(folder), 'bench', failing, 'Down', ...argv);
    expect(failed.code).toBe(4);
    expect(failed.err).toContain('every stream failed; the first with REMOTE_ERROR');
  });

  it('prints the text of a failure on one line, without control characters', async () => {
    const address = await serve({
      Down: () => {
        throw new BizStatusError(7, 'no\u001b[2J\nmore');
      },
    });
    const argv = ['text=a', '-n', '1'];
    const { out, err } = await thrift(memoryIo(folder), 'bench', address, 'Down', ...argv);
    const text = 'business status 7: no\ufffd[2J\ufffdmore';
    expect(out).toContain(`  business status 7: 1 (${text})\n`);
    expect(err).toBe(`error: every stream failed; the first with ${text}\n`);
  });

  it('rejects options that are about calls', async () => {
    const argv = ['text=a', '--warmup', '5'];
    const { code, err } = await thrift(memoryIo(folder), 'bench', await serve(), 'Down', ...argv);
    expect(code).toBe(2);
    expect(err).toContain('--warmup measures calls, and Down has a stream');
  });

  it('opens streams at a rate, and counts those that were due and not opened', async () => {
    const io = memoryIo(folder);
    const argv = ['text=a', 'count=1', '--json'];
    const paced = ['-n', '6', '--rate', '100'];
    const { code, out } = await thrift(io, 'bench', await serve(), 'Down', ...argv, ...paced);
    expect(code).toBe(0);
    const { seconds, streams } = JSON.parse(out) as StreamSummary;
    expect(streams).toMatchObject({ opened: 6, ended: 6, dropped: 0 });
    // The sixth is due after 50 ms.
    expect(seconds).toBeGreaterThanOrEqual(0.05);

    const held = await serve({ Down: endless });
    const busy = ['--streams', '1', '--rate', '100', '--duration', '100ms'];
    const late = await thrift(memoryIo(folder), 'bench', held, 'Down', ...argv, ...busy);
    expect((JSON.parse(late.out) as StreamSummary).streams).toMatchObject({
      opened: 1,
      dropped: 9,
    });
  });
});

describe('record of methods with a stream', () => {
  it('passes streams on, and reports that they are not recorded', async () => {
    const io = memoryIo(folder);
    const options = ['--idl', 'chat.thrift', '--port', '0', '--out', 'traffic.jsonl'];
    const ended = run(['record', await serve(), ...options], io);
    await until(() => /passing \S+ on/.test(io.err()));
    const through = /passing (\S+) on/.exec(io.err())![1]!;
    expect((await call(through, 'Down', 'text=a', 'count=2')).lines).toHaveLength(2);
    io.interrupt();
    await ended;
    expect(io.err()).toContain('recorded 0 calls in traffic.jsonl');
    expect(io.err()).toContain('not recorded: the rest of 1 connection with streams');
  });
});

describe('mock of methods with a stream', () => {
  async function mock(...argv: string[]): Promise<string> {
    const io = memoryIo(folder);
    const ended = run(['mock', 'chat.thrift', '--port', '0', ...argv], io);
    await until(() => io.err().includes('; Ctrl-C stops'));
    cleanUp(async () => {
      io.interrupt();
      await ended;
    });
    return /on (\S+);/.exec(io.err())![1]!;
  }

  it('streams examples, and a reply to each message of the client', async () => {
    const address = await mock('--messages', '2');
    expect((await call(address, 'Down', 'text=a')).lines).toEqual([
      '{"text":"a","n":1}',
      '{"text":"a","n":1}',
    ]);
    const input = () => memoryIo(folder, { stdin: '{"text":"a"}\n{"text":"b"}' });
    expect((await thrift(input(), 'call', address, 'Up')).lines).toEqual(['{"text":"b","n":1}']);
    expect((await thrift(input(), 'call', address, 'Talk')).lines).toEqual([
      '{"text":"a","n":1}',
      '{"text":"b","n":1}',
    ]);
  });

  it('streams the messages of the file, and fails as --error-rate says', async () => {
    writeFileSync(join(folder, 'replies.json'), '{"Chat.Down": [{"text": "x"}, {"text": "y"}]}');
    const address = await mock('--replies', 'replies.json');
    expect((await call(address, 'Down', 'text=a')).lines).toEqual(['{"text":"x"}', '{"text":"y"}']);
    const failing = await mock('--error-rate', '100');
    expect((await call(failing, 'Down', 'text=a')).code).toBe(4);
  });
});

describe('diagnose of methods with a stream', () => {
  /** The step that opens the stream, of a server whose streams have a fault. */
  async function diagnose(fail?: (faults: ThriftStreamFaults) => void) {
    const server = await createThriftTestingServer(Chat, {
      Down: async function* () {
        yield { text: 'first' };
      },
    });
    cleanUp(() => server.close());
    fail?.(server.faults.streams);
    const io = memoryIo(folder);
    const argv = ['Chat.Down', 'text=a', '--idl', 'chat.thrift', '--timeout', '500ms', '--json'];
    await run(['diagnose', server.address, ...argv], io);
    const { steps } = JSON.parse(io.out()) as { steps: { step: string }[] };
    return steps.find(({ step }) => step === 'Call');
  }

  it('shows the first message', async () => {
    expect(await diagnose()).toMatchObject({
      verdict: 'ok',
      seen: [expect.stringMatching(/^Chat\.Down sent a message after .*: \{"text":"first"\}$/)],
    });
  });

  it.each([
    [
      'does not answer',
      (faults: ThriftStreamFaults) => faults.silent(),
      'one of Kitex ignores streams',
    ],
    [
      'closes connections with streams',
      (faults: ThriftStreamFaults) => faults.cutAfter(0),
      'closes connections that carry streams',
    ],
  ])('says what to do where the server %s', async (_what, fail, text) => {
    expect(await diagnose(fail)).toMatchObject({
      verdict: 'fail',
      next: expect.stringContaining(text),
    });
  });
});

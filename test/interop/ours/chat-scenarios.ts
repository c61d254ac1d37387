import { connect, createServer, type Socket } from 'node:net';
import {
  BizStatusError,
  CancelledError,
  ClientTransport,
  type ClientTransportOptions,
  ConnectionLostError,
  createClient,
  RemoteCancelledError,
  RemoteError,
  RpcTimeoutError,
  type ServerStream,
  StreamClosedError,
  type StreamOptions,
} from '@nestjs-thrift/transport';
import { Chat, type ChatClient, Oops, type Res } from '#test/chat-service.js';
import { listenOnFreePort } from '#test/ports.js';

/** Calls a server as a scenario of the Go client does, and notes what comes of it in the words of that client. */
class Script {
  readonly lines: string[] = [];
  readonly client: ChatClient;
  readonly #transport: ClientTransport;

  constructor(
    readonly address: string,
    options: ClientTransportOptions,
  ) {
    this.#transport = new ClientTransport({
      transport: 'Framed',
      serviceName: 'cli.A',
      connectTimeoutMs: 10_000,
      maxFrameBytes: 64 * 1024 * 1024,
      ...options,
    });
    this.client = createClient(Chat, { transport: this.#transport, endpoints: [address] });
  }

  close(): void {
    this.#transport.destroy();
  }

  say(line: string): void {
    this.lines.push(line);
  }

  async note(what: string, result: Promise<unknown>): Promise<void> {
    this.say(
      `${what} -> ${await result.then(
        (value) => (value === undefined ? 'ok' : shown(value as Res)),
        (error: unknown) => codeOf(error),
      )}`,
    );
  }

  /** Takes some messages, up to the end. */
  async drain(messages: AsyncIterator<Res>, max: number): Promise<void> {
    for (let count = 0; count < max; count++) {
      try {
        const step = await messages.next();
        this.say(`Recv -> ${step.done ? 'EOF' : shown(step.value)}`);
        if (step.done) {
          return;
        }
      } catch (error) {
        this.say(`Recv -> ${codeOf(error)}`);
        return;
      }
    }
  }

  async metadata({ headers, trailers }: ServerStream<Res>): Promise<void> {
    for (const [what, values] of Object.entries({ Header: headers, Trailer: trailers })) {
      const map = await values.catch(() => new Map<string, string>());
      const text = [...map].map((pair) => pair.join('=')).sort();
      this.say(`${what} {${text.join(' ')}}`);
    }
  }

  async down(text: string, count: number, options?: StreamOptions): Promise<void> {
    const stream = this.client.Down({ text, count }, options);
    await this.drain(stream[Symbol.asyncIterator](), 100);
    await this.metadata(stream);
  }
}

function shown({ text, n }: Res): string {
  if (text.length > 1000) {
    return `${text.length} bytes`;
  }
  return n === undefined ? `Res{text:"${text}"}` : `Res{text:"${text}" n:${n}}`;
}

/** The code that a Go client shows for the same. */
function codeOf(error: unknown): string {
  if (error instanceof BizStatusError) {
    return `biz ${error.statusCode} ${error.message}`.trimEnd();
  }
  if (error instanceof RemoteError) {
    const isMissing = error.message.endsWith('without an answer');
    return isMissing ? 'EOF' : `12001 ${error.message}`;
  }
  if (error instanceof RemoteCancelledError) {
    return String(error.type);
  }
  if (error instanceof CancelledError) {
    return '12007';
  }
  if (error instanceof RpcTimeoutError) {
    return error.message.includes('recvTimeoutMs') ? '12014' : '12015';
  }
  if (error instanceof ConnectionLostError) {
    return '12004';
  }
  if (error instanceof StreamClosedError) {
    return '12005';
  }
  return error instanceof Oops
    ? `Oops ${String(error['why'])} ${String(error['code'])}`
    : String(error);
}

type Scenario = (script: Script) => Promise<void>;

const errors = Object.fromEntries(
  ['boom', 'biz', 'biznoextra', 'appex', 'transerr', 'eof', 'panic'].map((command) => {
    const scenario: Scenario = async (script) => {
      await script.down(`${command}:before`, 0);
      await script.down(`${command}:after`, 1);
    };
    return [`error-${command}`, scenario];
  }),
);

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'server-0-1-3': async (script) => {
    for (const count of [0, 1, 3]) {
      await script.down('n', count);
    }
  },
  'server-metadata': async (script) => {
    await script.down('md', 1);
    await script.down('md:send', 0);
  },
  ...errors,
  'error-declared-exception': async (script) => {
    const stream = script.client.DownX({ text: 'oops:after', count: 1 });
    await script.drain(stream[Symbol.asyncIterator](), 5);
  },
  'client-streaming': async (script) => {
    for (const texts of [[], ['a', 'b', 'c'], ['a', 'boom'], ['biz'], ['none']]) {
      const up = script.client.Up();
      for (const text of texts) {
        await script.note(`Send("${text}")`, up.send({ text }));
      }
      await script.note('CloseAndRecv', up.finish());
    }
  },
  'client-streaming-early-return': async (script) => {
    const up = script.client.Up();
    await script.note('Send early', up.send({ text: 'early' }));
    await up.trailers;
    await script.note('Send after the server returned', up.send({ text: 'late' }));
    await script.note('CloseAndRecv', up.finish());
    const racing = script.client.Up();
    const sends = ['early', 'x', 'x', 'x'].map((text) => racing.send({ text }));
    for (const [index, send] of sends.entries()) {
      await script.note(`racing Send #${index}`, send);
    }
    await script.note('CloseAndRecv', racing.finish());
  },
  bidi: async (script) => {
    const talk = script.client.Talk();
    const messages = talk[Symbol.asyncIterator]();
    for (const text of ['a', 'b']) {
      await script.note(`Send("${text}")`, talk.send({ text }));
      await script.drain(messages, 1);
    }
    talk.closeSend();
    script.say('CloseSend -> ok');
    talk.closeSend();
    script.say('CloseSend again -> ok');
    await script.note('Send after CloseSend', talk.send({ text: 'z' }));
    await script.drain(messages, 5);
    await script.metadata(talk);
    await script.drain(messages, 1);
  },
  'bidi-errors': async (script) => {
    for (const text of ['boom', 'biz', 'quit']) {
      const talk = script.client.Talk();
      await script.note(`Send("${text}")`, talk.send({ text }));
      await script.drain(talk[Symbol.asyncIterator](), 2);
      await script.note('Send after end', talk.send({ text: 'late' }));
      talk.closeSend();
      script.say('CloseSend after end -> ok');
    }
  },
  'unary-mode': async (script) => {
    const { client } = script;
    await script.note('Uni', client.Uni({ text: 'u' }));
    await script.note('UniX', client.UniX({ text: 'ux' }));
    await script.note('Ping', client.Ping({ text: 'p' }));
    await script.down('n', 1);
    await script.note('Ping', client.Ping({ text: 'p' }));
  },
  'client-cancel': async (script) => {
    const stream = script.client.Down({ text: 'forever' });
    const ticks = stream[Symbol.asyncIterator]();
    await script.drain(ticks, 2);
    stream.cancel();
    await script.drain(ticks, 20);
    await script.metadata(stream);
    const talk = script.client.Talk();
    const answers = talk[Symbol.asyncIterator]();
    await talk.send({ text: 'a' });
    await script.drain(answers, 1);
    talk.cancel();
    await script.drain(answers, 2);
    await script.note('Send after the failed Recv', talk.send({ text: 'b' }));
  },
  'client-cancel-not-receiving': async (script) => {
    const talk = script.client.Talk();
    await talk.send({ text: 'hold' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    talk.cancel();
    await script.note('Send', talk.send({ text: 'b' }));
    await script.drain(talk[Symbol.asyncIterator](), 1);
  },
  'client-cancelcause': async (script) => {
    const abort = new AbortController();
    const stream = script.client.Down({ text: 'forever' }, { signal: abort.signal });
    const ticks = stream[Symbol.asyncIterator]();
    await script.drain(ticks, 1);
    abort.abort(new Error('my own reason'));
    await script.drain(ticks, 20);
  },
  'client-deadline': async (script) => {
    const stream = script.client.Down({ text: 'forever' }, { timeoutMs: 600 });
    await script.drain(stream[Symbol.asyncIterator](), 50);
  },
  'recv-timeout': async (script) => {
    const stream = script.client.Down({ text: 'slow:400ms', count: 1 }, { recvTimeoutMs: 150 });
    await script.drain(stream[Symbol.asyncIterator](), 3);
  },
  'recv-timeout-disable-cancel-remote': async (script) => {
    const options = { recvTimeoutMs: 150, onRecvTimeout: 'report' } as const;
    const messages = script.client
      .Down({ text: 'slow:400ms', count: 1 }, options)
      [Symbol.asyncIterator]();
    while (script.lines.at(-1) !== 'Recv -> EOF') {
      await script.drain(messages, 1);
    }
  },
  metainfo: async (script) => {
    const options = { metadata: { TK: 'tv' }, persistentMetadata: { PK: 'pv' }, timeoutMs: 5_000 };
    await script.down('md', 1, options);
  },
  interleaved: async (script) => {
    const [a, b] = [script.client.Talk(), script.client.Talk()];
    const [ofA, ofB] = [a[Symbol.asyncIterator](), b[Symbol.asyncIterator]()];
    await a.send({ text: 'a1' });
    await b.send({ text: 'b1' });
    await script.drain(ofB, 1);
    await b.send({ text: 'b2' });
    await script.drain(ofB, 1);
    await script.drain(ofA, 1);
    a.closeSend();
    await b.send({ text: 'quit' });
    await script.drain(ofB, 2);
    await script.drain(ofA, 3);
  },
  'default-pool-connections': async (script) => {
    for (let count = 0; count < 5; count++) {
      const talk = script.client.Talk();
      await talk.send({ text: 'quit' });
      await script.drain(talk[Symbol.asyncIterator](), 2);
    }
  },
  oversized: async (script) => {
    const stream = script.client.Down({ text: 'big', count: 40 << 20 });
    await script.drain(stream[Symbol.asyncIterator](), 1);
  },
  'no-flow-control': async (script) => {
    let count = 0;
    for await (const _ of script.client.Down({ text: 'flood', count: 1024 })) {
      count++;
    }
    script.say(`after ${count} messages: EOF`);
  },
  cut: async (script) => {
    const proxy = await CuttingProxy.start(script.address);
    const behind = new Script(proxy.address, {});
    const ticks = behind.client.Down({ text: 'forever' })[Symbol.asyncIterator]();
    const talk = behind.client.Talk();
    const answers = talk[Symbol.asyncIterator]();
    await talk.send({ text: 'a' });
    await behind.drain(answers, 1);
    await behind.drain(ticks, 2);
    proxy.cut();
    await behind.drain(ticks, 20);
    await behind.drain(answers, 2);
    await behind.note('Send', talk.send({ text: 'x' }));
    await behind.down('n', 1);
    script.lines.push(...behind.lines);
    behind.close();
    proxy.close();
  },
};

/** Passes bytes on to a server until its connections are reset. */
class CuttingProxy {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((socket) => {
    const [host, port] = this.#target.split(':');
    const onward = connect(Number(port), host);
    for (const each of [socket, onward]) {
      this.#sockets.add(each.on('error', () => undefined));
    }
    socket.pipe(onward).pipe(socket);
  });
  readonly #target: string;
  #port = 0;

  private constructor(target: string) {
    this.#target = target;
  }

  static async start(target: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target);
    proxy.#port = await listenOnFreePort(proxy.#server);
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  cut(): void {
    this.#sockets.forEach((socket) => socket.resetAndDestroy());
    this.#sockets.clear();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }
}

/** Scenarios of the Go client that this client can play. */
export const CALLED_SCENARIOS = Object.keys(SCENARIOS);

/** A scenario that was played. */
export interface Played {
  /** What the client saw. */
  readonly lines: readonly string[];
  /** Closes the client, once its server has seen everything, too. */
  close(): void;
}

/** Plays a scenario against a server. */
export async function playScenario(
  name: string,
  address: string,
  options: ClientTransportOptions,
): Promise<Played> {
  const script = new Script(address, options);
  try {
    await SCENARIOS[name]!(script);
  } catch (error) {
    script.close();
    throw error;
  }
  return { lines: script.lines, close: () => script.close() };
}

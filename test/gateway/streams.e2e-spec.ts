import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { ThriftGateway } from '@nestjs-thrift/gateway';
import { loadSchema } from '@nestjs-thrift/idl/loader';
import { BizStatusError } from '@nestjs-thrift/microservice';
import {
  type IncomingStream,
  type ReceivedMessages,
  ServerTransport,
} from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { until } from '#test/until.js';
import { ADAPTERS, IDL, startGateway } from './support/gateway-app.js';

const PATH = join(IDL, 'streams.thrift');
const compiled = compileSchema(loadSchema(PATH));
const Streams = compiled.service('Streams');
const Refused = compiled.exception('Refused');
const BIG = 9_007_199_254_740_993n;

interface Word {
  n: number;
  text: string;
  big?: bigint;
  trace?: string;
  secret?: string;
  code?: number;
}
interface Chunk {
  text: string;
  size?: bigint;
  room?: string;
}
interface Handlers {
  Ask?: (req: { question: string; count?: number }, stream: IncomingStream) => AsyncGenerator<Word>;
  Upload?: (chunks: ReceivedMessages<Chunk>, stream: IncomingStream) => Promise<object>;
}

async function* countUp({ count = 2 }: { count?: number }): AsyncGenerator<Word> {
  for (let n = 1; n <= count; n += 1) {
    yield { n, text: `word ${n}` };
  }
}

async function total(chunks: ReceivedMessages<Chunk>): Promise<object> {
  const texts: string[] = [];
  for await (const { text, room } of chunks) {
    texts.push(`${room}:${text}`);
  }
  return { count: texts.length, text: texts.join(' ') };
}

/** A promise that a test opens. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => undefined as void;
  return { opened: new Promise<void>((resolve) => (open = resolve)), open: () => open() };
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

describe.each(ADAPTERS)('streams under %s', (adapter) => {
  async function gateway({ Ask = countUp, Upload = total }: Handlers = {}, options = {}) {
    const handlers = {
      Ask: ({ req }: { req: never }, stream: IncomingStream) => Ask(req, stream),
      Upload: ({ req }: { req: never }, stream: IncomingStream) => Upload(req, stream),
      Talk: total,
    };
    const server = new ServerTransport([{ definition: Streams, handlers: handlers as never }], {
      host: '127.0.0.1',
      port: 0,
    });
    await server.listen();
    cleanUp(() => server.close({ drainTimeoutMs: 0 }));
    const { port, app, logger } = await startGateway({
      adapter,
      endpoint: server.address,
      options: {
        idl: { path: PATH },
        services: [
          { service: 'Streams', endpoints: [server.address], transport: 'TTHeaderFramed' },
        ],
        ...options,
      },
    });
    const agent = new Agent();
    cleanUp(() => agent.destroy());
    const open = (path: string, method = 'GET', headers = {}): ClientRequest =>
      request({ host: '127.0.0.1', port, path, method, headers, agent }).on('error', () => {});
    const responseTo = async (sent: ClientRequest): Promise<IncomingMessage> => {
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      return response;
    };
    const get = async (path: string, headers = {}, method = 'GET') => {
      const response = await responseTo(open(path, method, headers).end());
      return {
        status: response.statusCode,
        headers: response.headers,
        body: await textOf(response),
      };
    };
    const upload = (headers = {}) =>
      open('/rooms/r1/chunks', 'POST', { 'content-type': 'application/x-ndjson', ...headers });
    return { get, open, upload, responseTo, app, logger };
  }

  const SSE = { accept: 'text/event-stream' };

  it('have their messages as lines of JSON, or as events', async () => {
    const { get } = await gateway({
      async *Ask({ question }) {
        yield { n: 1, text: question, big: BIG, trace: 't', secret: 's', code: 404 };
        yield { n: 2, text: '\n' };
      },
    });
    const first = '{"n":1,"word":"why","big":9007199254740993,"trace":"t","code":404}';
    const second = '{"n":2,"word":"\\n"}';
    const lines = await get('/ask?question=why');
    expect(lines.body).toBe(`${first}\n${second}\n`);
    expect(lines.status).toBe(200);
    expect(lines.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(lines.headers).not.toHaveProperty('x-trace');
    const events = await get('/ask?question=why', SSE);
    expect(events.headers['content-type']).toBe('text/event-stream');
    expect(events.body).toBe(
      `id: 0\ndata: ${first}\n\nid: 1\ndata: ${second}\n\nevent: end\ndata:\n\n`,
    );
    expect((await get('/ask?question=why', SSE, 'POST')).body).toBe(events.body);
  });

  it('may be empty', async () => {
    const { get } = await gateway();
    expect(await get('/ask?question=x&count=0')).toMatchObject({ status: 200, body: '' });
    expect((await get('/ask?question=x&count=0', SSE)).body).toBe('event: end\ndata:\n\n');
  });

  it('arrive message by message', async () => {
    const second = gate();
    const { open, responseTo } = await gateway({
      async *Ask() {
        yield { n: 1, text: 'first' };
        await second.opened;
        yield { n: 2, text: 'second' };
      },
    });
    const response = await responseTo(open('/ask?question=x', 'GET', SSE).end());
    let text = '';
    response.on('data', (chunk) => (text += String(chunk)));
    await until(() => text.includes('first'));
    expect(text).not.toContain('second');
    second.open();
    await until(() => text.includes('second'));
  });

  it('that fail before the first message are answered as calls are', async () => {
    const { get, logger } = await gateway({
      async *Ask({ question }) {
        if (question === 'biz') {
          throw new BizStatusError(4004, 'not here');
        }
        if (question !== 'fine') {
          throw new Error('10.0.0.7 is down');
        }
        yield { n: 0, text: question };
      },
    });
    const refused = await get('/ask?question=biz', SSE);
    expect(refused.status).toBe(422);
    expect(JSON.parse(refused.body)).toMatchObject({ code: 4004, message: 'not here' });
    const failed = await get('/ask?question=x');
    expect(failed.status).toBe(502);
    expect(failed.body).not.toContain('10.0.0.7');
    expect(logger.errors).not.toEqual([]);
    expect((await get('/ask')).status).toBe(400);
  });

  it('that fail later end with the body that the error would have had', async () => {
    const { get } = await gateway({
      async *Ask() {
        yield { n: 1, text: 'first' };
        throw new BizStatusError(4004, 'not here');
      },
    });
    const error =
      '{"statusCode":422,"error":"BizStatusError","code":4004,"message":"not here","extra":{}}';
    expect((await get('/ask?question=x')).body).toBe(
      `{"n":1,"word":"first"}\n{"error":${error}}\n`,
    );
    expect((await get('/ask?question=x', SSE)).body).toBe(
      `id: 0\ndata: {"n":1,"word":"first"}\n\nevent: error\ndata: ${error}\n\n`,
    );
  });

  it('that end by a declared exception are answered with its status and its fields', async () => {
    const { get, upload, responseTo } = await gateway({
      async *Ask({ count = 0 }) {
        for (let n = 1; n <= count; n++) {
          yield { n, text: 'w' };
        }
        throw new Refused({ status: 429, reason: 'slow down' });
      },
      async Upload() {
        throw new Refused({ status: 409, reason: 'closed' });
      },
    });
    const error = { error: 'Refused', reason: 'slow down' };
    const refused = await get('/ask?question=x');
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.body)).toMatchObject(error);
    const lines = (await get('/ask?question=x&count=1')).body.trim().split('\n');
    expect(JSON.parse(lines[1]!)).toMatchObject({ error: { ...error, statusCode: 429 } });
    const closed = await responseTo(upload().end('{"text":"a"}\n'));
    expect(closed.statusCode).toBe(409);
    expect(JSON.parse(await textOf(closed))).toMatchObject({ error: 'Refused', reason: 'closed' });
  });

  it('begin with the headers where the first message takes longer than the limit', async () => {
    const first = gate();
    const { open, responseTo } = await gateway(
      {
        async *Ask() {
          await first.opened;
          yield { n: 1, text: 'late' };
        },
      },
      { firstItemMs: 1 },
    );
    const response = await responseTo(open('/ask?question=x').end());
    expect(response.statusCode).toBe(200);
    first.open();
    expect(await textOf(response)).toBe('{"n":1,"word":"late"}\n');
  });

  it.each([{}, SSE])('cancel the handler when the reader with %j leaves', async (headers) => {
    let aborted = 0;
    const waiting = async function* (stream: IncomingStream, text: string) {
      stream.signal.addEventListener('abort', () => (aborted += 1));
      if (text !== 'silent') {
        yield { n: 1, text };
      }
      await new Promise((resolve) => stream.signal.addEventListener('abort', resolve));
    };
    let isCalled = false;
    const { open, responseTo } = await gateway({
      Ask: ({ question }, stream) => {
        isCalled = true;
        return waiting(stream, question);
      },
    });
    const response = await responseTo(open('/ask?question=x', 'GET', headers).end());
    expect(aborted).toBe(0);
    response.destroy();
    await until(() => aborted === 1);

    isCalled = false;
    const silent = open('/ask?question=silent', 'GET', headers).end();
    await until(() => isCalled);
    silent.destroy();
    await until(() => aborted === 2);
  });

  it('answer HEAD without reading on', async () => {
    let isAborted = false;
    const { get } = await gateway({
      async *Ask(_request, stream) {
        stream.signal.addEventListener('abort', () => (isAborted = true));
        for (let n = 0; ; n += 1) {
          yield { n, text: 'endless' };
        }
      },
    });
    expect(await get('/ask?question=x', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
    await until(() => isAborted);
  });

  it('slow down the handler of a reader that does not read', async () => {
    let sent = 0;
    let isAborted = false;
    const text = 'x'.repeat(64 * 1024);
    const { open, responseTo } = await gateway({
      async *Ask(_request, stream) {
        stream.signal.addEventListener('abort', () => (isAborted = true));
        for (;;) {
          sent += 1;
          yield { n: sent, text };
        }
      },
    });
    const response = await responseTo(open('/ask?question=x').end());
    response.pause();
    let before = -1;
    let unchanged = 0;
    await until(() => {
      unchanged = sent === before ? unchanged + 1 : 0;
      before = sent;
      return unchanged === 20;
    });
    // What sockets and buffers of three processes hold; unbounded it would go on.
    expect(sent * text.length).toBeLessThan(100 * 1024 * 1024);
    response.resume();
    await until(() => sent > before + 10);
    response.destroy();
    await until(() => isAborted);
  });

  it('of a client are the lines of a body, each as it comes', async () => {
    const received: Chunk[] = [];
    const { upload, responseTo } = await gateway({
      async Upload(chunks) {
        for await (const chunk of chunks) {
          received.push(chunk);
        }
        return { count: received.length, text: 'done', code: 201 };
      },
    });
    const sent = upload();
    sent.write('{"text":"a","size":9007199254740993}\n\n{"te');
    await until(() => received.length === 1);
    sent.end('xt":"b"}');
    const response = await responseTo(sent);
    expect(response.statusCode).toBe(201);
    expect(await textOf(response)).toBe('{"count":2,"text":"done"}');
    expect(received).toEqual([
      { text: 'a', size: BIG, room: 'r1' },
      { text: 'b', size: undefined, room: 'r1' },
    ]);
  });

  it('of a client need no Content-Type, and have no other', async () => {
    const { open, responseTo } = await gateway();
    const response = await responseTo(open('/rooms/r2/chunks', 'POST').end('{"text":"a"}\n'));
    expect(await textOf(response)).toBe('{"count":1,"text":"r2:a"}');
    const json = { 'content-type': 'application/json' };
    const refused = await responseTo(open('/rooms/r2/chunks', 'POST', json).end('{}'));
    expect(refused.statusCode).toBe(415);
  });

  it('of a client are rejected with the line that is wrong, while others still come', async () => {
    let failure: unknown;
    const { upload, responseTo } = await gateway({
      async Upload(chunks) {
        return total(chunks).catch((error: unknown) => {
          failure = error;
          throw error;
        });
      },
    });
    const sent = upload();
    sent.write('{"text":"a"}\n{"size":"x"}\n{"text":"c"}\n');
    const response = await responseTo(sent);
    expect(response.statusCode).toBe(400);
    expect(JSON.parse(await textOf(response))).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: 'invalid request: line 2 text: required (and 1 more)',
      extra: { 'line 2 text': 'required', 'line 2 size': 'i64 expected' },
    });
    sent.destroy();
    await until(() => failure !== undefined);
    const broken = await responseTo(upload().end('{"text":\n'));
    expect(broken.statusCode).toBe(400);
    expect(await textOf(broken)).toContain('line 1 body: no JSON at 8');
  });

  it('of a client have lines up to the limit', async () => {
    const { upload, responseTo } = await gateway({}, { maxBodyBytes: 100 });
    const line = `{"text":"${'x'.repeat(80)}"}\n`;
    expect((await responseTo(upload().end(line.repeat(20)))).statusCode).toBe(200);
    const sent = upload();
    sent.write('x'.repeat(101));
    expect((await responseTo(sent)).statusCode).toBe(413);
    sent.destroy();
  });

  it('of a client that leaves fail in the handler', async () => {
    let failure: unknown;
    let count = 0;
    const { upload } = await gateway({
      async Upload(chunks) {
        try {
          for await (const _ of chunks) {
            count += 1;
          }
        } catch (error) {
          failure = error;
        }
        return { count, text: '' };
      },
    });
    const sent = upload();
    sent.write('{"text":"a"}\n');
    await until(() => count === 1);
    sent.destroy();
    await until(() => failure !== undefined);
  });

  it('end with the time that their caller waits', async () => {
    const { get } = await gateway(
      {
        async *Ask(_request, { signal }) {
          yield { n: 1, text: 'first' };
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        },
      },
      { timeoutHeader: 'x-request-timeout-ms' },
    );
    const { body } = await get('/ask?question=x', { 'x-request-timeout-ms': '300' });
    expect(body).toContain('"statusCode":504,"error":"Gateway Timeout","code":"RPC_TIMEOUT"');
  });

  it('are in the OpenAPI document', async () => {
    const { app } = await gateway();
    const { paths } = await app.get(ThriftGateway).openApi();
    const { responses } = paths['/ask']!['get'] as { responses: Record<string, object> };
    expect(responses['200']).toMatchObject({
      content: {
        'text/event-stream': {
          schema: {
            type: 'string',
            contentSchema: { properties: { word: { type: 'string' }, trace: { type: 'string' } } },
          },
        },
        'application/x-ndjson': { schema: { type: 'string' } },
      },
    });
    expect(paths['/rooms/{room}/chunks']).toMatchObject({
      post: {
        parameters: [{ name: 'room', in: 'path' }],
        requestBody: {
          content: {
            'application/x-ndjson': { schema: { contentSchema: { required: ['text'] } } },
          },
        },
      },
    });
  });
});

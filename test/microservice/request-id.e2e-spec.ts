import { createServer } from 'node:http';
import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  InjectThriftClient,
  RequestIdObserver,
  ThriftContext,
  ThriftMethod,
  ThriftModule,
  ThriftService,
  assignRequestId,
  currentRequestId,
  requestIdMiddleware,
} from '@nestjs-thrift/microservice';
import { type CallLine, ThriftCallLog } from '@nestjs-thrift/telemetry';
import request from 'supertest';
import { clientOf, serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';
import { Probe, type ProbeClient } from '#test/shop.js';
import { until } from '#test/until.js';

const UUID = /^[\da-f]{8}-[\da-f-]{27}$/;

/** What the service at the end of the way saw. */
interface Seen {
  readonly metadata: Record<string, string>;
  readonly requestId: string | undefined;
}

async function serveLast(seen: Seen[]): Promise<string> {
  @ThriftService(Probe)
  class LastController {
    @ThriftMethod() async Ask(_question: string, context: ThriftContext): Promise<string> {
      await Promise.resolve();
      seen.push({
        metadata: Object.fromEntries(context.persistentMetadata),
        requestId: currentRequestId(),
      });
      return 'last';
    }
  }
  return (await serve({ controllers: [LastController] })).endpoint;
}

/** Serves a Probe with a {@link RequestIdObserver} that asks another one. */
async function serveMiddle(last: string, recorder?: LogRecorder<CallLine>): Promise<string> {
  @ThriftService(Probe)
  class MiddleController {
    constructor(@InjectThriftClient('last') private readonly client: ProbeClient) {}

    @ThriftMethod() async Ask(question: string): Promise<string> {
      await Promise.resolve();
      return this.client.Ask(question);
    }
  }
  const log = new ThriftCallLog({ logger: recorder });
  const { endpoint } = await serve(
    {
      imports: [
        ThriftModule.forRoot({ client: { observers: recorder && [log] } }),
        ThriftModule.forFeature([{ name: 'last', service: Probe, endpoints: [last] }]),
      ],
      controllers: [MiddleController],
    },
    // The order does not matter.
    { observers: recorder ? [log, new RequestIdObserver()] : [new RequestIdObserver()] },
  );
  return endpoint;
}

describe('RequestIdObserver', () => {
  it('makes an id for a request without one, which travels on and is logged on either side', async () => {
    const seen: Seen[] = [];
    const recorder = new LogRecorder<CallLine>();
    const client = clientOf(Probe, await serveMiddle(await serveLast(seen), recorder));
    await client.Ask('?');
    await until(() => recorder.lines.length === 2);

    const [{ requestId } = {}] = seen;
    expect(requestId).toMatch(UUID);
    expect(seen[0]!.metadata).toEqual({ 'request-id': requestId });
    const sides = recorder.lines.map(([, line]) => [line.side, line.requestId]);
    expect(Object.fromEntries(sides)).toEqual({ client: requestId, server: requestId });
  });

  it.each([
    ['persistent metadata', { persistentMetadata: { 'request-id': 'r-1' } }],
    ['transient metadata under another name', { metadata: { X_REQUEST_ID: 'r-1' } }],
  ])('takes over an id from %s', async (_where, options) => {
    const seen: Seen[] = [];
    const client = clientOf(Probe, await serveMiddle(await serveLast(seen)));
    await client.Ask('?', options);
    expect(seen[0]).toEqual({ metadata: { 'request-id': 'r-1' }, requestId: 'r-1' });
  });

  it('replaces an id that would break a log line', async () => {
    const seen: Seen[] = [];
    const client = clientOf(Probe, await serveMiddle(await serveLast(seen)));
    await client.Ask('?', { persistentMetadata: { 'request-id': 'a\nb' } });
    expect(seen[0]!.requestId).toMatch(UUID);
  });

  it('works over a transport without metadata', async () => {
    const seen: Seen[] = [];
    const middle = await serveMiddle(await serveLast(seen));
    await clientOf(Probe, middle, { transport: 'Framed' }).Ask('?');
    expect(seen[0]!.requestId).toMatch(UUID);
  });
});

describe('requestIdMiddleware', () => {
  async function listen(seen: Seen[]): Promise<string> {
    const last = await serveLast(seen);

    @Controller()
    class AskController {
      constructor(@InjectThriftClient('last') private readonly client: ProbeClient) {}

      @Get() async ask() {
        await this.client.Ask('?');
        return { requestId: currentRequestId() };
      }
    }

    @Module({
      imports: [
        ThriftModule.forRoot({}),
        ThriftModule.forFeature([{ name: 'last', service: Probe, endpoints: [last] }]),
      ],
      controllers: [AskController],
    })
    class HttpModule {}

    const module = await Test.createTestingModule({ imports: [HttpModule] }).compile();
    const app: INestApplication = module.createNestApplication({ logger: false });
    app.use(requestIdMiddleware);
    cleanUp(() => app.close());
    await app.listen(0, '127.0.0.1');
    return app.getUrl();
  }

  it('takes over the id of an HTTP request, or makes one, and sends it along with calls', async () => {
    const seen: Seen[] = [];
    const base = await listen(seen);
    const given = await request(base).get('/').set('x-request-id', 'r-17').expect(200);
    const made = await request(base).get('/').set('x-request-id', 'a b').expect(200);

    const id = made.headers['x-request-id'];
    expect(given.headers['x-request-id']).toBe('r-17');
    expect(id).toMatch(UUID);
    expect([given.body, made.body]).toEqual([{ requestId: 'r-17' }, { requestId: id }]);
    expect(seen).toEqual([
      { metadata: { 'request-id': 'r-17' }, requestId: 'r-17' },
      { metadata: { 'request-id': id }, requestId: id },
    ]);
  });

  it('works on the HTTP server of Node', async () => {
    const server = createServer((incoming, response) =>
      requestIdMiddleware(incoming, response, () => response.end(currentRequestId())),
    );
    const { headers, text } = await request(server).get('/').set('x-request-id', 'r-17');
    expect([headers['x-request-id'], text]).toEqual(['r-17', 'r-17']);
  });
});

describe('assignRequestId', () => {
  it('gives one request the same id for every reader', () => {
    const headers: string[] = [];
    const response = { setHeader: (_name: string, value: string) => headers.push(value) };
    const http = { headers: {} };
    const id = assignRequestId(http, response);
    expect(assignRequestId(http, response)).toBe(id);
    expect(headers).toEqual([id]);
  });
});

describe('currentRequestId', () => {
  it('is undefined outside of a request', () => {
    expect(currentRequestId()).toBeUndefined();
  });
});

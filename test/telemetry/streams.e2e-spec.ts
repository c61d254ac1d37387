import { spawnSync } from 'node:child_process';
import { SpanKind, trace } from '@opentelemetry/api';
import { InFlightCalls } from '@nestjs-thrift/health';
import { RequestIdObserver } from '@nestjs-thrift/microservice';
import { ThriftCallLog } from '@nestjs-thrift/telemetry';
import { type MetricNaming, ThriftMetrics } from '@nestjs-thrift/telemetry/metrics';
import { ThriftTracing } from '@nestjs-thrift/telemetry/tracing';
import { collect } from '@nestjs-thrift/testing';
import { ServerProtection } from '@nestjs-thrift/governance';
import {
  BizStatusError,
  ClientTransport,
  createClient,
  currentCall,
  type IncomingStream,
  type ServerTransportOptions,
  type TransportObserver,
} from '@nestjs-thrift/transport';
import { Registry } from 'prom-client';
import { serveChat } from '#test/chat-server.js';
import { Chat, type ChatHandlers, type Res } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';
import { type Sample, scrape, valueOf } from '#test/scrape.js';
import { recordSpans } from '#test/spans.js';
import { until } from '#test/until.js';

const exporter = recordSpans();

/** A server and a client of Chat that share observers. */
async function observed(
  observers: readonly TransportObserver[],
  handlers: Partial<ChatHandlers> = {},
  options: ServerTransportOptions = {},
) {
  const server = await serveChat(handlers, { observers, ...options });
  const transport = new ClientTransport({
    connectTimeoutMs: 30_000,
    serviceName: 'cli.A',
    observers,
  });
  cleanUp(() => transport.destroy());
  return createClient(Chat, { transport, endpoints: [server.address] });
}

async function* endless(_request: unknown, { signal }: IncomingStream): AsyncGenerator<Res> {
  for (let n = 1; !signal.aborted; n++) {
    yield { text: 'm', n };
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function metricsOf(naming?: MetricNaming): { metrics: ThriftMetrics; registry: Registry } {
  const registry = new Registry();
  const metrics = new ThriftMetrics({ registry, ...(naming && { naming }) });
  cleanUp(() => metrics.close());
  return { metrics, registry };
}

describe('metrics of streams over sockets', () => {
  const down = { service: 'Chat', method: 'Down', mode: 'server' };
  const talk = { service: 'Chat', method: 'Talk', mode: 'bidi' };

  it.each([
    ['thrift', 'thrift_'],
    ['kitex', 'kitex_'],
    ['monitor-prometheus', 'kitex_'],
  ] as const)('count streams and their messages under the names of %s', async (naming, prefix) => {
    const { metrics, registry } = metricsOf(naming);
    const chat = await observed([metrics], {
      Talk: () => {
        throw new Error('broken');
      },
    });
    await collect(chat.Down({ text: 'a', count: 3 }));
    await expect(collect(chat.Talk([]))).rejects.toThrow('internal error');

    const value = async (name: string, labels: Record<string, string>) =>
      valueOf(await scrape(registry), prefix + name, labels);
    await until(async () => (await value('streams_total', { ...down, status: 'success' })) === 1);
    expect(await value('client_streams_total', { ...down, status: 'success' })).toBe(1);
    expect(await value('client_streams_total', { ...talk, status: 'error' })).toBe(1);
    expect(await value('streams_active', down)).toBe(0);
    expect(await value('stream_messages_total', { ...down, direction: 'sent' })).toBe(3);
    expect(await value('stream_messages_total', { ...down, direction: 'received' })).toBe(1);
    expect(await value('client_stream_messages_total', { ...down, direction: 'received' })).toBe(3);
    expect(await value('stream_duration_seconds_count', down)).toBe(1);
    expect(await value('client_stream_first_message_seconds_count', down)).toBe(1);
    expect(await value('stream_message_bytes_count', { ...down, direction: 'sent' })).toBe(3);
    const text = await registry.metrics();
    expect(text).not.toMatch(/_(requests|calls)_total\{[^}]*method="(Down|Talk)"/);
  });

  const withPromtool = spawnSync('promtool', ['--version']).status === 0 ? describe : describe.skip;

  withPromtool('in the eyes of promtool', () => {
    it('are correct', async () => {
      const { metrics, registry } = metricsOf();
      const chat = await observed([metrics]);
      await collect(chat.Down({ text: 'a', count: 3 }));
      const input = await registry.metrics();
      const checked = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
      expect(checked.stderr + checked.stdout).toBe('');
    });
  });

  it('show streams that are open, and count one that its caller leaves as cancelled', async () => {
    const { metrics, registry } = metricsOf();
    const chat = await observed([metrics], { Down: endless });
    const stream = chat.Down({ text: 'a' });
    await stream.headers;
    expect(valueOf(await scrape(registry), 'thrift_streams_active', down)).toBe(1);
    expect(valueOf(await scrape(registry), 'thrift_client_streams_active', down)).toBe(1);
    for await (const _ of stream) {
      break;
    }
    const cancelled = (samples: Sample[], side: string) =>
      valueOf(samples, `thrift_${side}streams_total`, { ...down, status: 'cancelled' });
    await until(async () => cancelled(await scrape(registry), '') === 1);
    expect(cancelled(await scrape(registry), 'client_')).toBe(1);
    expect(valueOf(await scrape(registry), 'thrift_streams_active', down)).toBe(0);
  });

  it('count a business status as a success, and rejections and pauses from 0 on', async () => {
    const { metrics, registry } = metricsOf();
    const chat = await observed([metrics], {
      Talk: () => {
        throw new BizStatusError(7, 'no');
      },
    });
    await expect(collect(chat.Talk([]))).rejects.toThrow(BizStatusError);
    const success = { ...talk, status: 'success' };
    await until(async () => valueOf(await scrape(registry), 'thrift_streams_total', success) === 1);
    const samples = await scrape(registry);
    expect(valueOf(samples, 'thrift_stream_rejections_total', { reason: 'limit' })).toBe(0);
    expect(valueOf(samples, 'thrift_stream_pauses_total', { side: 'server' })).toBe(0);
  });
});

describe('limits of a server on streams', () => {
  it('reject streams beyond those of all callers and of one, until one ends', async () => {
    const { metrics, registry } = metricsOf();
    const protection = new ServerProtection({ maxStreams: 5, maxStreamsPerCaller: 2 });
    const chat = await observed([metrics, protection.observer], { Down: endless }, {
      admit: protection.admit,
    } as ServerTransportOptions);
    const streams = [chat.Down({ text: 'a' }), chat.Down({ text: 'b' })];
    await Promise.all(streams.map(({ headers }) => headers));
    await expect(collect(chat.Down({ text: 'c' }))).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
    expect(
      valueOf(await scrape(registry), 'thrift_stream_rejections_total', { reason: 'limit' }),
    ).toBe(1);
    streams[0]!.cancel();
    await until(async () => {
      const next = chat.Down({ text: 'd' });
      return next.headers.then(
        () => {
          next.cancel();
          return true;
        },
        () => false,
      );
    });
    streams[1]!.cancel();
  });

  it('end a stream that is open for longer than streams.maxDurationMs', async () => {
    let reason: unknown;
    const chat = await observed(
      [],
      {
        Down: async function* (_request, { signal }) {
          yield { text: 'first' };
          await new Promise<void>((resolve) => {
            signal.addEventListener('abort', () => resolve());
          });
          reason = signal.reason;
        },
      },
      { streams: { maxDurationMs: 50 } },
    );
    await expect(collect(chat.Down({ text: 'a' }))).rejects.toThrow();
    await until(() => reason !== undefined);
    expect(reason).toMatchObject({ code: 'RPC_TIMEOUT', timeoutMs: 50 });
  });
});

describe('traces of streams over sockets', () => {
  it('have one span on each side, from the opening to the end, in one trace', async () => {
    let inHandler: string | undefined;
    const chat = await observed([new ThriftTracing({ messageEvents: 'all' })], {
      Down: async function* ({ count = 0 }) {
        for (let n = 0; n < count; n++) {
          inHandler = trace.getActiveSpan()?.spanContext().spanId;
          yield { text: 'm', n };
        }
      },
    });
    await collect(chat.Down({ text: 'a', count: 2 }));
    await until(() => exporter.getFinishedSpans().length === 2);
    const spans = exporter.getFinishedSpans();
    const client = spans.find(({ kind }) => kind === SpanKind.CLIENT)!;
    const server = spans.find(({ kind }) => kind === SpanKind.SERVER)!;
    expect(server.name).toBe('Chat/Down');
    expect(server.parentSpanContext?.spanId).toBe(client.spanContext().spanId);
    expect(inHandler).toBe(server.spanContext().spanId);
    expect(server.attributes).toMatchObject({
      'rpc.thrift.streaming.mode': 'server',
      'rpc.messages.sent': 2,
      'rpc.messages.received': 1,
    });
    expect(client.attributes).toMatchObject({ 'rpc.messages.received': 2 });
    expect(client.events.map(({ name }) => name)).toEqual([
      'message',
      'first_message',
      'message',
      'message',
    ]);
  });

  it('have events of messages that could not be encoded or decoded', async () => {
    const chat = await observed([new ThriftTracing({ messageEvents: 'errors' })], {
      Down: async function* () {
        yield { text: 'm' };
        yield { text: 5 as unknown as string };
      },
    });
    await expect(collect(chat.Down({ text: 'a' }))).rejects.toThrow();
    const ofServer = () => exporter.getFinishedSpans().find(({ kind }) => kind === SpanKind.SERVER);
    await until(() => ofServer() !== undefined);
    expect(ofServer()!.events.filter(({ name }) => name === 'message')).toEqual([
      expect.objectContaining({
        attributes: {
          'rpc.message.type': 'SENT',
          'rpc.message.id': 2,
          'error.type': 'ENCODE_FAILED',
          'exception.message': expect.stringContaining('cannot be encoded'),
        },
      }),
    ]);
  });

  it('name who cancelled', async () => {
    const chat = await observed([new ThriftTracing()], { Down: endless });
    for await (const _ of chat.Down({ text: 'a' })) {
      break;
    }
    const ofServer = () => exporter.getFinishedSpans().find(({ kind }) => kind === SpanKind.SERVER);
    await until(() => ofServer() !== undefined);
    expect(ofServer()!.attributes).toMatchObject({
      'rpc.cancelled': true,
      'rpc.cancel.path': 'cli.A',
    });
    expect(ofServer()!.events.map(({ name }) => name)).toEqual(['first_message']);
  });
});

describe('log lines of streams', () => {
  it('are one at the opening and one at the end, with messages, bytes and who cancelled', async () => {
    const logger = new LogRecorder<Readonly<Record<string, unknown>>>();
    const log = new ThriftCallLog({ logger, levels: { opened: 'log' } });
    let requestId: string | undefined;
    const chat = await observed([new RequestIdObserver(), log], {
      Down: (request, stream) => {
        requestId = currentCall()?.persistentMetadata.get('request-id');
        return endless(request, stream);
      },
    });
    for await (const { n = 0 } of chat.Down({ text: 'a' })) {
      if (n === 3) {
        break;
      }
    }
    const lines = () => logger.lines.map(([, line]) => line);
    const ofServer = () => lines().filter(({ side }) => side === 'server');
    await until(() => ofServer().length === 2);
    const [opened, ended] = ofServer();
    expect(opened).toMatchObject({ message: 'Chat.Down opened', mode: 'server' });
    expect(requestId).toBeDefined();
    expect(ended).toMatchObject({
      outcome: 'cancelled',
      caller: 'cli.A',
      requestId,
      stream: { mode: 'server', messagesReceived: 1, cancelPath: ['cli.A'] },
    });
    expect(ended!.sentBytes).toBeGreaterThan(0);
    expect(lines().find(({ side, outcome }) => side === 'client' && outcome)).toMatchObject({
      outcome: 'cancelled',
    });
  });
});

describe('the diagnosis of streams', () => {
  it('lists those that are open by side, method and peer, the oldest first', async () => {
    const calls = new InFlightCalls();
    const chat = await observed([calls], { Down: endless });
    const stream = chat.Down({ text: 'a' });
    await stream.headers;
    expect(calls.oldestStreams(10)).toEqual([
      expect.objectContaining({ side: 'client', method: 'Down', mode: 'server' }),
      expect.objectContaining({ side: 'server', method: 'Down', messagesReceived: 1 }),
    ]);
    expect(calls.streamCounts(1)).toEqual([
      expect.objectContaining({ service: 'Chat', method: 'Down', streams: 1 }),
    ]);
    stream.cancel();
    await until(() => calls.oldestStreams(10).length === 0);
  });
});

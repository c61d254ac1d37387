import { SpanStatusCode, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { staticResolver } from '@nestjs-thrift/governance';
import { type CallLine, ThriftCallLog } from '@nestjs-thrift/telemetry';
import { ThriftMetrics } from '@nestjs-thrift/telemetry/metrics';
import { OpenTelemetryMetrics } from '@nestjs-thrift/telemetry/otel-metrics';
import { ThriftTracing } from '@nestjs-thrift/telemetry/tracing';
import { Registry } from 'prom-client';
import { cleanUp } from '#test/cleanup.js';
import { BizStatusError } from '@nestjs-thrift/transport';
import { callStorage, createMethodInvoker } from '@nestjs-thrift/transport/internal';
import { serveEcho } from '#test/echo-peers.js';
import { Echo, Failure } from '#test/echo-service.js';
import { scrape, valueOf } from '#test/scrape.js';
import { until } from '#test/until.js';
import { echo, governEcho } from './support/governed-echo.js';

const never = () => new Promise(() => {});

describe('attempts as servers see them', () => {
  it('does not send a loser of a backup request that still waits for a connection', async () => {
    const seen: unknown[] = [];
    let free: () => void = () => {};
    const busy = await serveEcho({
      echo: ({ text }) => {
        seen.push(text);
        return new Promise((resolve) => (free = () => resolve(text)));
      },
    });
    const idle = await serveEcho({ echo: ({ text }) => `${String(text)} by the other` });
    const { call, transport } = governEcho(
      {
        resolver: staticResolver([
          { address: busy.address, weight: 100 },
          { address: idle.address, weight: 1 },
        ]),
        policies: { retry: { type: 'backup', delayMs: 5 } },
      },
      { connection: { mode: 'long', maxPerAddress: 1 }, connectTimeoutMs: 30_000 },
    );
    const plain = createMethodInvoker(Echo, echo, (attempt) => transport.call(attempt));
    const first = plain({ text: 'first' }, { address: busy.address });
    await until(() => seen.length === 1);
    await expect(call({ text: 'second' })).resolves.toBe('second by the other');
    expect(transport.stats().get(busy.address)).toMatchObject({ active: 1, pending: 0 });
    free();
    await expect(first).resolves.toBe('first');
    const third = plain({ text: 'third' }, { address: busy.address });
    await until(() => seen.length > 1);
    free();
    await third;
    expect(seen).toEqual(['first', 'third']);
  });

  it('counts, logs and traces losers of backup requests as superseded, not as failed', async () => {
    const registry = new Registry();
    const metrics = new ThriftMetrics({ registry });
    cleanUp(() => metrics.close());
    const durations = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter: durations });
    const meterProvider = new MeterProvider({ readers: [reader] });
    cleanUp(() => meterProvider.shutdown());
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    trace.setGlobalTracerProvider(provider);
    cleanUp(() => {
      trace.disable();
      return provider.shutdown();
    });
    const lines: CallLine[] = [];
    const logger = {
      log: (line: CallLine) => void lines.push(line),
      debug: (line: CallLine) => void lines.push(line),
      warn: (line: CallLine) => void lines.push(line),
      error: (line: CallLine) => void lines.push(line),
    };
    const slow = await serveEcho({ echo: never });
    const quick = await serveEcho({ echo: ({ text }) => text });
    const { call } = governEcho(
      {
        resolver: staticResolver([slow.address, quick.address]),
        policies: { retry: { type: 'backup', delayMs: 5, errorRate: 0.3 } },
      },
      {
        observers: [
          metrics,
          new OpenTelemetryMetrics({ meterProvider }),
          new ThriftTracing(),
          new ThriftCallLog({ logger, slowMs: 60_000 }),
        ],
        connectTimeoutMs: 30_000,
      },
    );
    for (let count = 0; count < 4; count += 1) {
      await expect(call({ text: 'x' })).resolves.toBe('x');
    }
    const losers = () => lines.filter(({ outcome }) => outcome === 'superseded').length;
    await until(() => losers() > 0 && lines.length === 4 + losers());
    const labels = { service: 'Echo', method: 'echo' };
    const samples = await scrape(registry);
    const total = (status: string) =>
      valueOf(samples, 'thrift_client_requests_total', { ...labels, status });
    expect([total('success'), total('superseded'), total('error')]).toEqual([4, losers(), 0]);
    const timed = valueOf(samples, 'thrift_client_request_duration_seconds_count', labels);
    expect(timed).toBe(4);
    await reader.forceFlush();
    const exported = durations.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
    const points = exported
      .flatMap(({ metrics: each }) => each)
      .flatMap(({ dataPoints }) => dataPoints as DataPoint<Histogram>[]);
    expect(points).toMatchObject([{ value: { count: 4 } }]);
    expect(lines.filter(({ error }) => error !== undefined)).toEqual([]);
    const spans = exporter.getFinishedSpans();
    expect(spans.filter(({ status }) => status.code === SpanStatusCode.ERROR)).toEqual([]);
    expect(spans.filter(({ attributes }) => attributes['thrift.superseded'] === true)).toHaveLength(
      losers(),
    );
  });

  it('sends backup requests after the latency that most calls have had', async () => {
    const server = await serveEcho({ echo: ({ text }) => text });
    const { call, events } = governEcho({
      resolver: staticResolver([server.address]),
      // Holds until 100 calls were observed.
      policies: { retry: { type: 'backup', delayMs: 60_000, delayPercentile: 50 } },
    });
    const retries = () => events.filter(({ type }) => type === 'retry');
    for (let count = 0; count < 100; count += 1) {
      await call({ text: 'x' });
    }
    expect(retries()).toEqual([]);
    // Half of the calls take longer than the other half, once the percentile is known.
    await until(async () => {
      await call({ text: 'x' });
      return retries().length > 0;
    });
  });

  it('does not repeat calls while it serves a retry of its caller', async () => {
    const marks: (string | undefined)[] = [];
    const leaf = await serveEcho({
      echo: () => {
        marks.push(callStorage.getStore()?.call?.persistentMetadata.get('RetryReq'));
        return never();
      },
    });
    const policies = { timeout: { attemptTimeoutMs: 40 } };
    const toLeaf = governEcho({
      resolver: staticResolver([leaf.address]),
      policies: { ...policies, retry: { type: 'failure', maxRetries: 1 } },
    });
    const middle = await serveEcho({ echo: ({ text }) => toLeaf.call({ text }) });
    const { call } = governEcho({
      resolver: staticResolver([middle.address]),
      policies: { timeout: { attemptTimeoutMs: 5_000 }, retry: { type: 'failure', maxRetries: 1 } },
    });
    await expect(call({ text: 'a' })).rejects.toThrow('internal error');
    expect(marks).toEqual([undefined, '1']);
    marks.splice(0);
    await expect(call({ text: 'b' }, { persistentMetadata: { RetryReq: '1' } })).rejects.toThrow();
    expect(marks).toEqual(['1']);
  });

  it.each([
    ['a declared exception', () => new Failure({ reason: 'no', code: 7 })],
    ['a business status', () => new BizStatusError(1_002, 'no')],
  ])('never repeats %s', async (_what, errorOf) => {
    let served = 0;
    const server = await serveEcho({
      echo: () => {
        served += 1;
        throw errorOf();
      },
    });
    const { call, governance } = governEcho({
      resolver: staticResolver([server.address]),
      policies: {
        circuitBreaker: {},
        retry: { type: 'mixed', delayMs: 10_000, retryError: () => true, retryErrors: [Error] },
      },
    });
    await expect(call({ text: 'a' })).rejects.toEqual(errorOf());
    expect(served).toBe(1);
    expect(governance.breakers()).toMatchObject([{ counts: { successes: 1, total: 1 } }]);
  });

  it('goes to another instance for a retry, or not, as told', async () => {
    const slow = await serveEcho({ echo: never });
    const quick = await serveEcho({ echo: () => 'quick' });
    const instances = [
      { address: slow.address, weight: 1_000 },
      { address: quick.address, weight: 1 },
    ];
    const governed = (retrySameInstance: boolean) =>
      governEcho({
        resolver: staticResolver(instances),
        policies: {
          timeout: { attemptTimeoutMs: 100 },
          retry: { type: 'failure', maxRetries: 1, retrySameInstance },
        },
      });
    await expect(governed(false).call({ text: 'a' })).resolves.toBe('quick');
    await expect(governed(true).call({ text: 'a' })).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
  });
});

import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, propagation, trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { Injectable, type ModuleMetadata, Scope } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  type CallOutcome,
  type IncomingCall,
  type OutgoingCall,
  ThriftMethod,
  ThriftModule,
  ThriftObserver,
  type ThriftProcessObserver,
  ThriftServer,
  ThriftService,
  getThriftClientProxyToken,
  getThriftClientToken,
  type ThriftClient,
} from '@nestjs-thrift/microservice';
import { type CallLine, ThriftCallLogModule } from '@nestjs-thrift/telemetry';
import { OpenTelemetryMetricsModule } from '@nestjs-thrift/telemetry/otel-metrics';
import { ThriftTracingModule } from '@nestjs-thrift/telemetry/tracing';
import { listen } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';
import { Probe, type ProbeClient } from '#test/shop.js';
import { until } from '#test/until.js';

@ThriftService(Probe)
class ProbeController {
  @ThriftMethod() Ask(question: string): string {
    return question;
  }
}

/** What observers of an application were called with. */
const seen: string[] = [];

@ThriftObserver()
class Recorder implements ThriftProcessObserver {
  runsAs(serviceName: string): void {
    seen.push(`runs as ${serviceName}`);
  }

  connectionOpened({ side }: { readonly side: string }): void {
    seen.push(`${side} connection`);
  }

  callFinished({ method }: OutgoingCall, { failed }: CallOutcome): void {
    seen.push(`call of ${method.name} ${failed}`);
  }

  requestFinished({ method }: IncomingCall): void {
    seen.push(`request of ${method.name}`);
  }
}

beforeEach(() => seen.splice(0));

/** An application that serves Probe and calls itself; it is made, but not initialised. */
async function create(metadata: ModuleMetadata) {
  const module = await Test.createTestingModule({
    controllers: [ProbeController],
    ...metadata,
    imports: [
      ...(metadata.imports ?? []),
      ThriftModule.forRoot({
        serviceName: 'example.tests',
        server: { host: '127.0.0.1', port: 0 },
      }),
      ThriftModule.forFeature([{ name: 'probe', service: Probe, endpoints: ['127.0.0.1:1'] }]),
    ],
  })
    .setLogger(new LogRecorder())
    .compile();
  const app = module.createNestMicroservice({ strategy: module.get(ThriftServer) });
  cleanUp(() => app.close());
  const proxy = app.get<ThriftClient>(getThriftClientProxyToken('probe'), { strict: false });
  const probe = app.get<ProbeClient>(getThriftClientToken('probe'), { strict: false });
  return { app, proxy, probe };
}

describe('observers of a container', () => {
  it('observe servers and clients without being named in their options', async () => {
    const { app, probe } = await create({ providers: [Recorder] });
    const { port } = await listen(app);
    await expect(probe.Ask('x', { address: `127.0.0.1:${port}` })).resolves.toBe('x');
    await until(() => seen.length === 5);
    expect(seen[0]).toBe('runs as example.tests');
    expect([...seen].sort()).toEqual([
      'call of Ask false',
      'client connection',
      'request of Ask',
      'runs as example.tests',
      'server connection',
    ]);
  });

  it('learn of connections that were open before they were connected', async () => {
    const { app: other } = await create({});
    const { port } = await listen(other);
    const { app, probe } = await create({ providers: [Recorder] });
    await probe.Ask('before the application is initialised', { address: `127.0.0.1:${port}` });
    expect(seen).toEqual([]);
    await app.init();
    expect(seen).toEqual(['runs as example.tests', 'client connection']);
  });

  it('are added once, also where the options name them', async () => {
    const recorder = new Recorder();
    const { app, proxy } = await create({ providers: [{ provide: Recorder, useValue: recorder }] });
    proxy.observe(recorder);
    const { port } = await listen(app);
    await proxy.getService<ProbeClient>(Probe).Ask('x', { address: `127.0.0.1:${port}` });
    await until(() => seen.length >= 5);
    expect(seen.filter((line) => line.startsWith('call of'))).toHaveLength(1);
  });

  it('of OpenTelemetry metrics need nothing but their module', async () => {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
    const meterProvider = new MeterProvider({ readers: [reader] });
    cleanUp(() => meterProvider.shutdown());
    const { app, probe } = await create({
      imports: [OpenTelemetryMetricsModule.forRoot({ meterProvider })],
    });
    const { port } = await listen(app);
    await probe.Ask('x', { address: `127.0.0.1:${port}` });
    await reader.forceFlush();
    const names = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics.map(({ descriptor }) => descriptor.name));
    expect(names).toContain('rpc.client.call.duration');
  });

  it('must be singletons', async () => {
    @ThriftObserver()
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest implements ThriftProcessObserver {}
    // Nothing to close: it does not start, and Nest 11 cannot close what did not.
    const module = await Test.createTestingModule({
      providers: [PerRequest],
      imports: [ThriftModule.forRoot({})],
    }).compile();
    await expect(module.init()).rejects.toThrow(
      'PerRequest is an observer of Thrift, so it must be a singleton',
    );
  });
});

describe('ThriftCallLogModule', () => {
  it('logs calls and requests, with the name of the process as caller', async () => {
    const lines: CallLine[] = [];
    const logger = { log: (line: CallLine) => void lines.push(line), warn() {}, error() {} };
    const { app, probe } = await create({ imports: [ThriftCallLogModule.forRoot({ logger })] });
    const { port } = await listen(app);
    await probe.Ask('x', { address: `127.0.0.1:${port}` });
    await until(() => lines.length === 2);
    expect(lines.map(({ side, method, caller }) => [side, method, caller])).toEqual(
      expect.arrayContaining([
        ['server', 'Ask', 'example.tests'],
        ['client', 'Ask', 'example.tests'],
      ]),
    );
  });
});

describe('ThriftTracingModule', () => {
  it('traces calls and requests, names the process, and traces what the client itself rejects', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    cleanUp(() => {
      trace.disable();
      context.disable();
      propagation.disable();
      return provider.shutdown();
    });
    const { app, probe } = await create({ imports: [ThriftTracingModule.forRoot()] });
    const { port } = await listen(app);
    await probe.Ask('x', { address: `127.0.0.1:${port}` });
    await until(() => exporter.getFinishedSpans().length === 2);
    const server = exporter.getFinishedSpans().find(({ attributes }) => attributes['peer.service']);
    expect(server?.attributes['peer.service']).toBe('example.tests');
    exporter.reset();
    app
      .get<ThriftClient>(getThriftClientProxyToken('probe'), { strict: false })
      .governances[0]!.close();
    await expect(probe.Ask('x')).rejects.toThrow();
    await until(() => exporter.getFinishedSpans().length > 0);
    expect(exporter.getFinishedSpans()[0]!.status.message).toBeDefined();
  });
});

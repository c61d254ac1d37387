import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { OpenTelemetryMetrics } from '@nestjs-thrift/telemetry/otel-metrics';
import { BizStatusError } from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { refusingAddress } from '#test/ports.js';
import { until } from '#test/until.js';

/** Metrics of a real SDK, and what it exports. */
function sdk() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  cleanUp(() => meterProvider.shutdown());
  const durations = async (name: string) => {
    exporter.reset();
    await reader.forceFlush();
    const exported = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics }) => metrics);
    const metric = exported.find(({ descriptor }) => descriptor.name === name);
    return { metric, points: (metric?.dataPoints ?? []) as DataPoint<Histogram>[] };
  };
  return { metrics: new OpenTelemetryMetrics({ meterProvider }), durations };
}

describe('OpenTelemetryMetrics', () => {
  it('records durations with the names, units and attributes of the semantic conventions', async () => {
    const { metrics, durations } = sdk();
    const { address } = await serveEcho(
      {
        echo: ({ text }) => {
          if (text === 'status') {
            throw new BizStatusError(42, 'no');
          }
          if (text === 'fail') {
            throw new Error('broken');
          }
          return text;
        },
      },
      { observers: [metrics] },
    );
    const { echo } = callEcho(address, { observers: [metrics] });
    await echo.echo('hello');
    await expect(echo.echo('status')).rejects.toThrow('no');
    await expect(echo.echo('fail')).rejects.toThrow('internal error');

    const [host, port] = address.split(':');
    const common = { 'rpc.system.name': 'thrift', 'rpc.method': 'Echo/echo' };
    const called = { ...common, 'server.address': host, 'server.port': Number(port) };
    const { metric, points } = await durations('rpc.client.call.duration');
    expect(metric!.descriptor.unit).toBe('s');
    expect(points.map(({ attributes }) => attributes)).toEqual([
      called,
      { ...called, 'rpc.status_code': '42' },
      { ...called, 'rpc.status_code': '6', 'error.type': 'REMOTE_ERROR' },
    ]);
    expect(points[0]!.value).toMatchObject({
      count: 1,
      buckets: { boundaries: expect.any(Array) },
    });
    expect(points[0]!.value.buckets.boundaries[0]).toBe(0.005);
    expect(points[0]!.value.sum).toBeLessThan(5);

    await until(async () => (await durations('rpc.server.call.duration')).points.length === 3);
    const served = await durations('rpc.server.call.duration');
    expect(served.points.map(({ attributes }) => attributes)).toEqual([
      common,
      { ...common, 'rpc.status_code': '42' },
      { ...common, 'error.type': 'Error' },
    ]);
  });

  it('records attempts that reach no instance', async () => {
    const { metrics, durations } = sdk();
    const { echo } = callEcho(await refusingAddress(), { observers: [metrics] });
    await expect(echo.echo('hello')).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    const { points } = await durations('rpc.client.call.duration');
    expect(points[0]!.attributes).toMatchObject({ 'error.type': 'CONNECT_FAILED' });
  });
});

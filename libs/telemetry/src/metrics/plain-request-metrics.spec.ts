import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { CallOutcome, IncomingCall } from '@nestjs-thrift/transport';
import { Registry } from 'prom-client';
import { MetricFactory } from './metric-factory.js';
import { PlainRequestMetrics } from './plain-request-metrics.js';

const service = { name: 'Users', methods: { get: { name: 'get' }, put: { name: 'put' } } };
const call = (method: 'get' | 'put') =>
  ({
    service: service as unknown as ServiceDefinition,
    method: service.methods[method],
  }) as IncomingCall;
const outcome = (durationMs: number, failed = false) => ({ durationMs, failed }) as CallOutcome;

function newMetrics(bounds?: number[]) {
  const registry = new Registry();
  return {
    registry,
    metrics: new PlainRequestMetrics(new MetricFactory(registry, 'thrift_'), bounds),
  };
}

async function linesOf(registry: Registry, start: string): Promise<string[]> {
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith(start));
}

describe('the metrics of requests', () => {
  it('count by method and outcome', async () => {
    const { registry, metrics } = newMetrics();
    metrics.served(call('get'), outcome(1));
    metrics.served(call('get'), outcome(1));
    metrics.served(call('get'), outcome(1, true));
    metrics.served(call('put'), outcome(1));
    for (let scrape = 0; scrape < 2; scrape++) {
      expect(await linesOf(registry, 'thrift_requests_total')).toEqual([
        'thrift_requests_total{service="Users",method="get",status="success"} 2',
        'thrift_requests_total{service="Users",method="get",status="error"} 1',
        'thrift_requests_total{service="Users",method="put",status="success"} 1',
        'thrift_requests_total{service="Users",method="put",status="error"} 0',
      ]);
    }
  });

  it('put durations into the buckets they fit, each with those below it', async () => {
    const { registry, metrics } = newMetrics([0.1, 0.01]);
    for (const durationMs of [10, 11, 100, 5000]) {
      metrics.served(call('get'), outcome(durationMs));
    }
    expect(await linesOf(registry, 'thrift_request_duration_seconds')).toEqual([
      'thrift_request_duration_seconds_bucket{service="Users",method="get",le="0.01"} 1',
      'thrift_request_duration_seconds_bucket{service="Users",method="get",le="0.1"} 3',
      'thrift_request_duration_seconds_bucket{service="Users",method="get",le="+Inf"} 4',
      'thrift_request_duration_seconds_sum{service="Users",method="get"} 5.121',
      'thrift_request_duration_seconds_count{service="Users",method="get"} 4',
    ]);
    expect(await registry.metrics()).toContain('# TYPE thrift_request_duration_seconds histogram');
  });

  it('start again when the registry is reset, and reject a registry that has them', async () => {
    const { registry, metrics } = newMetrics();
    metrics.served(call('get'), outcome(1));
    registry.resetMetrics();
    expect(await linesOf(registry, 'thrift_requests_total')).toEqual([]);
    expect(() => new PlainRequestMetrics(new MetricFactory(registry, 'thrift_'))).toThrow(
      'has a metric thrift_requests_total already',
    );
  });
});

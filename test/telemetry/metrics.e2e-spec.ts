import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ThriftMetrics, type ThriftMetricsOptions } from '@nestjs-thrift/telemetry/metrics';
import {
  BizStatusError,
  LimitExceededError,
  RemoteError,
  type Invoke,
} from '@nestjs-thrift/transport';
import { createMethodInvoker } from '@nestjs-thrift/transport/internal';
import { ClientGovernance, GovernanceFile, staticResolver } from '@nestjs-thrift/governance';
import { Registry } from 'prom-client';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { Echo, Failure } from '#test/echo-service.js';
import { refusingAddress } from '#test/ports.js';
import { serveRaw } from '#test/raw-server.js';
import { type Sample, scrape, valueOf } from '#test/scrape.js';
import { until } from '#test/until.js';

function metricsOf(options: ThriftMetricsOptions = {}): {
  metrics: ThriftMetrics;
  registry: Registry;
} {
  const registry = new Registry();
  const metrics = new ThriftMetrics({ registry, ...options });
  cleanUp(() => metrics.close());
  return { metrics, registry };
}

const answer = ({ text }: { text?: unknown }): unknown => {
  if (text === 'refuse') {
    throw new Failure({ reason: 'no' });
  }
  if (text === 'status') {
    throw new BizStatusError(7, 'no');
  }
  if (text === 'fail') {
    throw new Error('broken');
  }
  return text;
};

describe('metrics of calls over sockets', () => {
  it('count requests served and calls made by service, method and status', async () => {
    const server = metricsOf();
    const client = metricsOf();
    const { address: endpoint } = await serveEcho(
      { echo: answer },
      { observers: [server.metrics] },
    );
    const { echo, transport } = callEcho(endpoint, { observers: [client.metrics] });
    client.metrics.watchPools({ service: 'Echo' }, transport);

    await echo.echo('hello');
    await expect(echo.echo('refuse')).rejects.toThrow(Failure);
    await expect(echo.echo('status')).rejects.toThrow(BizStatusError);
    await expect(echo.echo('fail')).rejects.toThrow('internal error');

    const served = await scrape(server.registry);
    const say = { service: 'Echo', method: 'echo' };
    expect(valueOf(served, 'thrift_requests_total', { ...say, status: 'success' })).toBe(3);
    expect(valueOf(served, 'thrift_requests_total', { ...say, status: 'error' })).toBe(1);
    expect(valueOf(served, 'thrift_request_duration_seconds_count', say)).toBe(4);
    expect(valueOf(served, 'thrift_requests_in_flight', { service: 'Echo' })).toBe(0);
    expect(valueOf(served, 'thrift_server_connections')).toBe(1);

    const called = await scrape(client.registry);
    expect(valueOf(called, 'thrift_client_requests_total', { ...say, status: 'success' })).toBe(3);
    expect(valueOf(called, 'thrift_client_requests_total', { ...say, status: 'error' })).toBe(1);
    const target = { service: 'Echo', target: endpoint };
    expect(valueOf(called, 'thrift_pool_connections_opened_total', target)).toBe(1);
    expect(valueOf(called, 'thrift_pool_reuses_total', target)).toBe(3);
    expect(valueOf(called, 'thrift_idle_connections', target)).toBe(1);
    expect(valueOf(called, 'thrift_active_connections', target)).toBe(0);
    expect(valueOf(called, 'thrift_waiting_calls', target)).toBe(0);

    const sent = valueOf(called, 'thrift_sent_bytes_total', { side: 'client', service: 'Echo' });
    expect(sent).toBeGreaterThan(0);
    expect(valueOf(served, 'thrift_received_bytes_total', { side: 'server' })).toBe(sent);
  });

  it('show calls in flight while they are', async () => {
    const server = metricsOf();
    let finish = (_text: string): void => {};
    const { address: endpoint } = await serveEcho(
      { echo: () => new Promise((resolve) => (finish = resolve)) },
      {
        observers: [server.metrics],
      },
    );
    const client = metricsOf();
    const { echo, transport } = callEcho(endpoint, { observers: [client.metrics] });
    client.metrics.watchPools({ service: 'Echo' }, transport);
    const reply = echo.echo('wait');
    await untilValue(server.registry, 'thrift_requests_in_flight', 1);
    const during = await scrape(client.registry);
    expect(valueOf(during, 'thrift_client_requests_in_flight', { service: 'Echo' })).toBe(1);
    expect(valueOf(during, 'thrift_active_connections', { service: 'Echo' })).toBe(1);
    finish('done');
    await reply;
    await untilValue(server.registry, 'thrift_requests_in_flight', 0);
  });

  it('never create a label for an unknown method', async () => {
    const server = metricsOf();
    const { address: endpoint } = await serveEcho(
      { echo: answer },
      { observers: [server.metrics] },
    );
    const { transport } = callEcho(endpoint);
    const method = { ...Echo.methods['echo']!, name: 'Invented' };
    const invoke = createMethodInvoker(
      { ...Echo, methods: { Invented: method } },
      method,
      ((call) => transport.call({ ...call, address: endpoint })) as Invoke,
      { timeoutMs: 1000 },
    );
    await expect(invoke({ text: 'x' })).rejects.toThrow('unknown method');
    expect(await server.registry.metrics()).not.toContain('Invented');
  });

  it('count refusals, garbage and dials that fail', async () => {
    const server = metricsOf();
    const { address: endpoint } = await serveEcho(
      { echo: answer },
      {
        observers: [server.metrics],
        admit: () => new LimitExceededError('enough'),
      },
    );
    const { echo } = callEcho(endpoint);
    await expect(echo.echo('x')).rejects.toThrow('enough');

    const [host, port] = endpoint.split(':') as [string, string];
    const socket = net.connect(Number(port), host, () =>
      socket.write('this is not a Thrift message at all'),
    );
    await new Promise((resolve) => socket.once('close', resolve));
    const samples = await scrape(server.registry);
    expect(valueOf(samples, 'thrift_limit_rejections_total', { limit: 'requests' })).toBe(1);
    expect(valueOf(samples, 'thrift_decode_errors_total', { side: 'server' })).toBe(1);

    const client = metricsOf();
    const closed = await refusingAddress();
    const { echo: nobody, transport } = callEcho(closed);
    client.metrics.watchPools({ service: 'Echo' }, transport);
    await expect(nobody.echo('x')).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    expect(
      valueOf(await scrape(client.registry), 'thrift_pool_connection_failures_total', {
        target: closed,
      }),
    ).toBeGreaterThan(0);
  });

  it('show the bytes that a peer does not take', async () => {
    const { metrics, registry } = metricsOf();
    const target = await serveRaw((socket) => socket.pause());
    const { echo, transport } = callEcho(target, { writeTimeoutMs: 0 });
    metrics.watchPools({ service: 'Echo' }, transport);
    const bytes = 16 * 1024 * 1024 - 1024;
    const sent = echo.fire('x'.repeat(bytes)).catch(() => undefined);
    const unsent = async () =>
      valueOf(await scrape(registry), 'thrift_unsent_bytes', { service: 'Echo', target }) ?? 0;

    await until(async () => (await unsent()) > 0);
    expect(await unsent()).toBeLessThanOrEqual(bytes + 1024);
    await transport.close(0);
    await sent;
    expect(await unsent()).toBe(0);
  });

  it('bound the targets that become labels', async () => {
    const { metrics, registry } = metricsOf({ maxLabelValues: 2 });
    const stats = {
      active: 1,
      idle: 0,
      pending: 0,
      unsentBytes: 0,
      opened: 1,
      openFailures: 0,
      reused: 0,
    };
    const addresses = Array.from({ length: 50 }, (_, i) => [`10.0.0.${i}:1`, stats] as const);
    metrics.watchPools({ service: 'Echo' }, { stats: () => new Map(addresses) });
    const samples = (await scrape(registry)).filter((s) => s.name === 'thrift_active_connections');
    expect(samples.map(({ labels, value }) => [labels['target'], value])).toEqual([
      ['10.0.0.0:1', 1],
      ['10.0.0.1:1', 1],
      ['other', 48],
    ]);
  });

  it('count retries by outcome, what stops them, and breakers that open', async () => {
    const { metrics, registry } = metricsOf();
    let failures = 1;
    const { address: endpoint } = await serveEcho({
      echo: ({ text }) => {
        if (text === 'fail' || failures-- > 0) {
          throw new RemoteError(6, 'busy');
        }
        return text;
      },
    });
    const { transport } = callEcho(endpoint, { observers: [metrics] });
    const governance = new ClientGovernance({
      service: Echo,
      targetServiceName: 'example.echo',
      serviceName: 'tests',
      resolver: staticResolver([endpoint]),
      policies: {
        retry: { type: 'failure', maxRetries: 1, idempotent: true, retryErrors: [RemoteError] },
        circuitBreaker: { minSamples: 3, errorRate: 0.5 },
      },
    });
    cleanUp(() => governance.close());
    metrics.watchGovernance(governance);
    const method = Echo.methods['echo']!;
    const transportCall: Invoke = (call) => transport.call(call);
    const invoke = createMethodInvoker(Echo, method, governance.wrap(method, transportCall), {
      timeoutMs: 1000,
    });
    const breaker = {
      service: 'Echo',
      target_service: 'example.echo',
      scope: 'service',
      key: 'tests/example.echo/echo',
    };

    expect(await invoke({ text: 'flaky' })).toBe('flaky');
    expect(valueOf(await scrape(registry), 'thrift_breaker_state', breaker)).toBe(0);
    await expect(invoke({ text: 'fail' })).rejects.toThrow('circuit breaker');

    const samples = await scrape(registry);
    const retries = { service: 'Echo', method: 'echo' };
    expect(valueOf(samples, 'thrift_retries_total', { ...retries, outcome: 'success' })).toBe(1);
    // The second call ended at the breaker; the transport saw no more than its first attempt.
    const calls = (status: string) =>
      valueOf(samples, 'thrift_client_calls_total', { ...retries, status });
    expect([calls('success'), calls('error')]).toEqual([1, 1]);
    expect(valueOf(samples, 'thrift_client_call_duration_seconds_count', retries)).toBe(2);
    const attempts = (status: string) =>
      valueOf(samples, 'thrift_client_requests_total', { ...retries, status });
    expect([attempts('success'), attempts('error')]).toEqual([1, 2]);
    expect(valueOf(samples, 'thrift_breaker_state', breaker)).toBe(2);
    const local = (error_type: string) =>
      valueOf(samples, 'thrift_client_local_failures_total', { ...retries, error_type });
    expect([local('CIRCUIT_OPEN'), local('REMOTE_ERROR')]).toEqual([1, undefined]);
    expect(local('NO_INSTANCE')).toBe(0);
    const opened = { ...breaker, to: 'open' };
    expect(valueOf(samples, 'thrift_breaker_transitions_total', opened)).toBe(1);
  });

  it('count configurations that were applied and refused', async () => {
    const { metrics, registry } = metricsOf();
    const folder = await mkdtemp(join(tmpdir(), 'governance-'));
    cleanUp(() => rm(folder, { recursive: true }));
    const path = join(folder, 'governance.yaml');
    await writeFile(path, 'services: {}\n');
    const file = await GovernanceFile.open(path);
    cleanUp(() => file.close());
    const governance = new ClientGovernance({ service: Echo, config: file });
    cleanUp(() => governance.close());
    metrics.watchGovernance(governance);

    await writeFile(path, 'not: [valid');
    await untilValue(registry, 'thrift_config_reloads_total', 1, { result: 'rejected' });
    await writeFile(path, 'services: {}\n\n');
    await untilValue(registry, 'thrift_config_reloads_total', 1, { result: 'applied' });
  });

  it('show every method of a service from 0 on, before the first request and the first call', async () => {
    const { metrics, registry } = metricsOf();
    const { address: endpoint } = await serveEcho({}, { observers: [metrics] });
    const governance = new ClientGovernance({
      service: Echo,
      resolver: staticResolver([endpoint]),
      targetServiceName: 'example.echo',
    });
    cleanUp(() => governance.close());
    metrics.watchGovernance(governance);
    const samples = await scrape(registry);
    const add = { service: 'Echo', method: 'add' };
    for (const name of ['requests_total', 'client_requests_total', 'client_calls_total']) {
      for (const status of ['success', 'error']) {
        expect(valueOf(samples, `thrift_${name}`, { ...add, status })).toBe(0);
      }
    }
    const others: [string, Record<string, string>][] = [
      ['requests_in_flight', { service: 'Echo' }],
      ['client_requests_in_flight', { service: 'Echo' }],
      ['undeclared_errors_total', add],
      ['slow_calls_total', { ...add, side: 'server' }],
      ['slow_calls_total', { ...add, side: 'client' }],
      ['retries_total', { ...add, outcome: 'error' }],
      ['resolve_failures_total', { service: 'Echo', target_service: 'example.echo' }],
      ['received_bytes_total', { side: 'server', service: 'Echo' }],
    ];
    for (const [name, labels] of others) {
      expect([name, valueOf(samples, `thrift_${name}`, labels)]).toEqual([name, 0]);
    }
  });

  it('add up the connections of two clients with the same labels', async () => {
    const { metrics, registry } = metricsOf();
    const stats = {
      active: 2,
      idle: 1,
      pending: 0,
      unsentBytes: 0,
      opened: 3,
      openFailures: 0,
      reused: 5,
    };
    for (let client = 0; client < 2; client++) {
      metrics.watchPools({ service: 'Echo' }, { stats: () => new Map([['a:1', stats]]) });
    }
    const samples = await scrape(registry);
    const labels = { service: 'Echo', target: 'a:1' };
    expect(valueOf(samples, 'thrift_active_connections', labels)).toBe(4);
    expect(valueOf(samples, 'thrift_pool_connections_opened_total', labels)).toBe(6);
  });

  it('show the worst of two breakers with the same labels', async () => {
    const { metrics, registry } = metricsOf();
    const clients = [0, 1].map(() => {
      const governance = new ClientGovernance({
        service: Echo,
        policies: { circuitBreaker: {} },
      });
      cleanUp(() => governance.close());
      metrics.watchGovernance(governance);
      governance.wrap(Echo.methods['echo']!, async () => 'hello');
      return governance;
    });
    clients[0]!.forceBreaker('/Echo/echo', 'open');
    expect(valueOf(await scrape(registry), 'thrift_breaker_state', { key: '/Echo/echo' })).toBe(2);
  });
});

describe('names of metrics', () => {
  it('are those of the Kitex guides with the naming kitex', async () => {
    const { metrics, registry } = metricsOf({ naming: 'kitex' });
    const { address: endpoint } = await serveEcho({ echo: answer }, { observers: [metrics] });
    const { echo, transport } = callEcho(endpoint);
    metrics.watchPools({ service: 'Echo' }, transport);
    await echo.echo('hello');
    const samples = await scrape(registry);
    const labelsOf = (name: string) =>
      Object.keys(samples.find((sample) => sample.name === name)?.labels ?? {});
    expect(labelsOf('kitex_requests_total')).toEqual(['service', 'method', 'status']);
    expect(labelsOf('kitex_request_duration_seconds_sum')).toEqual(['service', 'method']);
    expect(labelsOf('kitex_active_connections')).toEqual(['service', 'target_service', 'target']);
    const say = { method: 'echo', status: 'success' };
    expect(valueOf(samples, 'kitex_requests_total', say)).toBe(1);
    expect(boundsOf(samples, 'kitex_request_duration_seconds_bucket')).toEqual(
      '0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 +Inf',
    );
  });

  it('are those of monitor-prometheus on request, with its labels and buckets', async () => {
    const { metrics, registry } = metricsOf({
      naming: 'monitor-prometheus',
      serviceName: 'gateway',
      serviceNames: { Echo: 'example.echo' },
    });
    const { address: endpoint } = await serveEcho({ echo: answer }, { observers: [metrics] });
    const { echo } = callEcho(endpoint, { observers: [metrics], serviceName: 'gateway' });
    await echo.echo('hello');
    await expect(echo.echo('fail')).rejects.toThrow('internal error');
    const samples = await scrape(registry);
    const labels = { caller: 'gateway', callee: 'example.echo', method: 'echo', retry: '0' };
    for (const side of ['client', 'server']) {
      const throughput = `kitex_${side}_throughput`;
      expect(valueOf(samples, throughput, { ...labels, status: 'succeed' })).toBe(1);
      expect(valueOf(samples, throughput, { ...labels, status: 'error' })).toBe(1);
      expect(boundsOf(samples, `kitex_${side}_latency_us_bucket`, { status: 'error' })).toEqual(
        '5000 10000 25000 50000 100000 250000 500000 1000000 +Inf',
      );
    }
  });

  it('count a retried call of a governed client once, as Kitex does', async () => {
    const { metrics, registry } = metricsOf({ naming: 'monitor-prometheus' });
    const { invoke } = await retriedTwice(metrics);
    expect(await invoke({ text: 'flaky' })).toBe('flaky');
    const samples = await scrape(registry);
    const counted = samples.filter(({ name }) => name === 'kitex_client_throughput');
    expect(counted).toEqual([
      {
        name: 'kitex_client_throughput',
        labels: {
          caller: 'unknown',
          callee: 'Echo',
          method: 'echo',
          status: 'succeed',
          retry: '2',
        },
        value: 1,
      },
    ]);
    expect(valueOf(samples, 'kitex_retries_total', { outcome: 'error' })).toBe(1);
    expect(valueOf(samples, 'kitex_retries_total', { outcome: 'success' })).toBe(1);
  });

  const CALLS = ['requests_total', 'request_duration_seconds_count', 'client_requests_total'];
  const CALLS_OF_CLIENTS = ['client_request_duration_seconds_count', 'client_calls_total'];
  const PLAIN = [...CALLS, ...CALLS_OF_CLIENTS, 'client_call_duration_seconds_count'];
  const MONITOR = ['client', 'server'].flatMap((side) => [
    `${side}_throughput`,
    `${side}_latency_us_count`,
  ]);
  const OTHERS = [
    'requests_in_flight',
    'client_requests_in_flight',
    'active_connections',
    'idle_connections',
    'waiting_calls',
    'unsent_bytes',
    'pool_connections_opened_total',
    'pool_connection_failures_total',
    'pool_reuses_total',
    'retries_total',
    'breaker_state',
    'config_reloads_total',
    'sent_bytes_total',
    'received_bytes_total',
    'server_connections',
    'limit_rejections_total',
    'decode_errors_total',
    'event_loop_delay_p99_seconds',
    'event_loop_active_seconds_total',
    'event_loop_blocked_seconds_total',
    'runtime_warnings_total',
    'slow_calls_total',
  ];

  it.each([
    ['thrift', 'thrift_', [...PLAIN, ...OTHERS]],
    ['kitex', 'kitex_', [...PLAIN, ...OTHERS]],
    ['monitor-prometheus', 'kitex_', [...MONITOR, ...OTHERS]],
  ] as const)('have a value for everything there is to see: %s', async (naming, prefix, names) => {
    const { metrics, registry } = metricsOf({ naming, slowCallMs: 1 });
    const { invoke, transport, governance } = await retriedTwice(metrics, { observed: true });
    metrics.watchPools({ service: 'Echo' }, transport);
    metrics.watchGovernance(governance);
    expect(await invoke({ text: 'flaky' })).toBe('flaky');
    const seen = new Set((await scrape(registry)).map(({ name }) => name));
    expect(names.filter((name) => !seen.has(prefix + name))).toEqual([]);
  });

  it('hold strangers apart only up to a bound', async () => {
    const { metrics, registry } = metricsOf({ naming: 'monitor-prometheus', maxLabelValues: 1 });
    const { address: endpoint } = await serveEcho({ echo: answer }, { observers: [metrics] });
    for (const serviceName of ['', 'first', 'second']) {
      await callEcho(endpoint, { serviceName }).echo.echo('hello');
    }
    const samples = await scrape(registry);
    expect(valueOf(samples, 'kitex_server_throughput', { caller: 'unknown' })).toBe(1);
    expect(valueOf(samples, 'kitex_server_throughput', { caller: 'other' })).toBe(2);
  });

  it('count the warnings of the process', async () => {
    const { metrics, registry } = metricsOf();
    metrics.warned({ kind: 'heap_growth', message: 'the heap grows' });
    const samples = await scrape(registry);
    expect(valueOf(samples, 'thrift_runtime_warnings_total', { kind: 'heap_growth' })).toBe(1);
    expect(valueOf(samples, 'thrift_runtime_warnings_total', { kind: 'event_loop_lag' })).toBe(0);
  });

  it('are made once per registry', () => {
    const { registry } = metricsOf();
    expect(() => new ThriftMetrics({ registry })).toThrow(
      'the registry has a metric thrift_requests_total already',
    );
  });
});

describe('the event loop', () => {
  it('is seen in a scrape once something blocked', async () => {
    const { registry } = metricsOf();
    let longest: number | undefined = 0;
    while (longest === undefined || longest < 0.05) {
      // The probe sees a delay between two of its ticks: one before the loop is blocked, one after.
      await sleep(20);
      const endsAt = performance.now() + 100;
      while (performance.now() < endsAt) {}
      await sleep(20);
      const samples = await scrape(registry);
      longest = valueOf(samples, 'thrift_event_loop_delay_max_seconds');
    }
  });

  it('counts the time that the loop was active and blocked', async () => {
    const { registry } = metricsOf();
    const read = async (name: string) =>
      valueOf(await scrape(registry), `thrift_event_loop_${name}_seconds_total`)!;
    const activeBefore = await read('active');
    await until(async () => {
      const endsAt = performance.now() + 100;
      while (performance.now() < endsAt) {}
      return (await read('blocked')) > 0.2;
    });
    expect((await read('active')) - activeBefore).toBeGreaterThan(0.2);
  });
});

/** A call of a governed client that succeeds with its third attempt. */
async function retriedTwice(
  metrics: ThriftMetrics,
  { observed = false }: { observed?: boolean } = {},
) {
  let failures = 2;
  const { address: endpoint } = await serveEcho(
    {
      echo: ({ text }) => {
        if (failures-- > 0) {
          throw new RemoteError(6, 'busy');
        }
        return text;
      },
    },
    { observers: observed ? [metrics] : [] },
  );
  const { transport } = callEcho(endpoint, { observers: [metrics] });
  const governance = new ClientGovernance({
    service: Echo,
    resolver: staticResolver([endpoint]),
    policies: {
      retry: { type: 'failure', maxRetries: 2, idempotent: true, retryErrors: [RemoteError] },
      circuitBreaker: { minSamples: 100 },
    },
  });
  cleanUp(() => governance.close());
  metrics.watchCalls(governance);
  const method = Echo.methods['echo']!;
  const send = governance.wrap(method, (call) => transport.call(call));
  const invoke = createMethodInvoker(Echo, method, send, { timeoutMs: 1000 });
  return { invoke, transport, governance };
}

/** The upper bounds of a histogram, in order. */
function boundsOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): string {
  return samples
    .filter((sample) => sample.name === name)
    .filter(({ labels: own }) => Object.entries(labels).every(([key, v]) => own[key] === v))
    .map(({ labels: { le } }) => le)
    .join(' ');
}

async function untilValue(
  registry: Registry,
  name: string,
  value: number,
  labels: Readonly<Record<string, string>> = { service: 'Echo' },
): Promise<void> {
  await until(async () => valueOf(await scrape(registry), name, labels) === value);
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { INestMicroservice } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  type GovernanceOptions,
  ThriftClient,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
  getThriftClientToken,
} from '@nestjs-thrift/microservice';
import { ThriftMetricsModule } from '@nestjs-thrift/telemetry/metrics';
import { Registry } from 'prom-client';
import { listen } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';
import { Probe, type ProbeClient, Shop } from '#test/shop.js';
import { scrape, valueOf } from '#test/scrape.js';
import { until } from '#test/until.js';

@ThriftService(Probe)
class ProbeController {
  @ThriftMethod() Ask(question: string): string {
    if (question === 'fail') {
      throw new Error('broken');
    }
    return question;
  }
}

/** A Nest application that serves Probe with metrics. */
async function serveMeasured(
  prepare: (app: INestMicroservice) => unknown = () => undefined,
  governance?: GovernanceOptions,
) {
  const registry = new Registry();
  const module = await Test.createTestingModule({
    controllers: [ProbeController],
    imports: [
      ThriftMetricsModule.forRoot({ registry }),
      ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 }, governance }),
    ],
  })
    .setLogger(new LogRecorder())
    .compile();
  const app = module.createNestMicroservice({ strategy: module.get(ThriftServer) });
  cleanUp(() => app.close());
  await prepare(app);
  const { port } = await listen(app);
  return { app, registry, endpoint: `127.0.0.1:${port}` };
}

/** A Nest application that calls Probe with metrics; it has a client of another service, too. */
async function callMeasured(endpoint: string, naming?: 'monitor-prometheus') {
  const registry = new Registry();
  const module = await Test.createTestingModule({
    imports: [
      ThriftModule.forRoot({ serviceName: 'tests' }),
      ThriftMetricsModule.forRoot({ registry, naming }),
      ThriftModule.forFeature([
        {
          name: 'probe',
          service: Probe,
          endpoints: [endpoint],
          policies: { circuitBreaker: { minSamples: 1, errorRate: 1 } },
        },
        { name: 'shop', service: Shop, endpoints: [endpoint] },
      ]),
    ],
  })
    .setLogger(new LogRecorder())
    .compile();
  cleanUp(() => module.close());
  await module.init();
  return { module, registry };
}

describe('ThriftMetricsModule', () => {
  it('counts what a server does and shows its state', async () => {
    const { registry, endpoint } = await serveMeasured();
    const client = new ThriftClient({ services: [Probe], endpoints: [endpoint] });
    cleanUp(() => client.close());
    await client.getService(Probe).Ask('hello');
    const samples = await scrape(registry);
    expect(valueOf(samples, 'thrift_server_state', { state: 'listening' })).toBe(1);
    expect(valueOf(samples, 'thrift_server_state', { state: 'draining' })).toBe(0);
    const labels = { service: 'Probe', method: 'Ask', status: 'success' };
    expect(valueOf(samples, 'thrift_requests_total', labels)).toBe(1);
  });

  it('names the process as the module does', async () => {
    const { endpoint } = await serveMeasured();
    const { module, registry } = await callMeasured(endpoint, 'monitor-prometheus');
    await module.get<ProbeClient>(getThriftClientToken('probe'), { strict: false }).Ask('hello');
    expect(await registry.metrics()).toMatch(/kitex_client_throughput\{.*caller="tests"/);
  });

  it('finds the clients of the container, their connections and their breakers', async () => {
    const { endpoint } = await serveMeasured();
    const { module, registry } = await callMeasured(endpoint);
    const probe = module.get<ProbeClient>(getThriftClientToken('probe'), { strict: false });
    await expect(probe.Ask('fail')).rejects.toMatchObject({ code: 'REMOTE_ERROR' });
    const samples = await scrape(registry);
    const target = { service: 'Probe', target: endpoint };
    expect(valueOf(samples, 'thrift_idle_connections', target)).toBe(1);
    expect(valueOf(samples, 'thrift_pool_connections_opened_total', target)).toBe(1);
    const calls = { service: 'Probe', method: 'Ask', status: 'error' };
    expect(valueOf(samples, 'thrift_client_calls_total', calls)).toBe(1);
    const breaker = { service: 'Probe', scope: 'service', key: 'tests/Probe/Ask' };
    expect(valueOf(samples, 'thrift_breaker_state', breaker)).toBe(2);
    expect(valueOf(samples, 'thrift_breaker_transitions_total', breaker)).toBe(1);
  });

  it('ends its watch of the process, also in a microservice that is initialised before it listens', async () => {
    const begun = jest.spyOn(globalThis, 'setInterval');
    const ended = jest.spyOn(globalThis, 'clearInterval');
    cleanUp(() => jest.restoreAllMocks());
    const { app } = await serveMeasured((each) => each.init());
    await app.close();
    const timers = begun.mock.results.map(({ value }) => [value]);
    expect(timers).not.toEqual([]);
    expect(ended.mock.calls).toEqual(expect.arrayContaining(timers));
  });

  it('shows a client before it calls', async () => {
    const { endpoint } = await serveMeasured();
    const { registry } = await callMeasured(endpoint);
    const labels = { service: 'Shop', method: 'GetItem', status: 'error' };
    expect(valueOf(await scrape(registry), 'thrift_client_calls_total', labels)).toBe(0);
  });

  it('counts the configurations that a server without clients rejects', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'governance-'));
    cleanUp(() => rm(folder, { recursive: true }));
    const file = join(folder, 'governance.yaml');
    await writeFile(file, 'services: {}\n');
    const { registry } = await serveMeasured(undefined, { file });
    const labels = { scope: 'application', result: 'rejected' };
    const rejected = async () =>
      valueOf(await scrape(registry), 'thrift_config_reloads_total', labels);
    expect(await rejected()).toBe(0);
    await writeFile(file, 'services: [nothing');
    await until(async () => (await rejected()) === 1);
  });
});

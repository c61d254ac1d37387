import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import type { INestMicroservice, ModuleMetadata } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { HealthIndicatorService } from '@nestjs/terminus';
import {
  AdminServer,
  ThriftHealthController,
  ThriftHealthModule,
  type ThriftHealthOptions,
  ThriftPingHealthIndicator,
  ThriftProbes,
} from '@nestjs-thrift/health';
import {
  BizStatusError,
  ThriftClient,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
  getThriftClientProxyToken,
  getThriftClientToken,
} from '@nestjs-thrift/microservice';
import { ThriftMetrics, ThriftMetricsModule } from '@nestjs-thrift/telemetry/metrics';
import { register } from 'prom-client';
import { clientOf, listen } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';
import { DEGRADED, IS_NEST_12 } from '#test/nest-version.js';
import { listenOnFreePort, refusingAddress } from '#test/ports.js';
import { Probe, type ProbeClient } from '#test/shop.js';
import { gatedController } from './support/gated-controller.js';

interface Answer {
  readonly status: number;
  readonly body: { status: string; details: Record<string, Record<string, unknown>> };
}

/** What an admin port answers; status 0 when nothing listens. */
async function ask(port: number, path: string): Promise<Answer> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  } catch {
    return { status: 0, body: { status: '', details: {} } };
  }
}

@ThriftService(Probe)
class PlainController {
  @ThriftMethod() Ask(question: string): string {
    if (question === 'status') {
      throw new BizStatusError(7, 'no');
    }
    if (question === 'fail') {
      throw new Error('broken');
    }
    return question;
  }
}

async function start(
  health: ThriftHealthOptions,
  metadata: ModuleMetadata = {},
): Promise<{ app: INestMicroservice; adminPort: number; endpoint: string }> {
  const module = await Test.createTestingModule({
    ...metadata,
    controllers: metadata.controllers ?? [PlainController],
    imports: [
      ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } }),
      ThriftHealthModule.forRoot({ admin: { host: '127.0.0.1', port: 0 }, ...health }),
      ...(metadata.imports ?? []),
    ],
  })
    .setLogger(new LogRecorder())
    .compile();
  const app = module.createNestMicroservice({ strategy: module.get(ThriftServer) });
  cleanUp(() => app.close());
  const { port } = await listen(app);
  return { app, adminPort: module.get(AdminServer).port!, endpoint: `127.0.0.1:${port}` };
}

describe('the admin port', () => {
  it('answers probes of a pure microservice', async () => {
    const { adminPort } = await start({});
    const ready = await ask(adminPort, '/ready');
    expect(ready).toMatchObject({
      status: 200,
      body: { status: 'ok', details: { server: { status: 'up', state: 'listening' } } },
    });
    const health = await ask(adminPort, '/health');
    expect(health.status).toBe(200);
    expect(health.body.details['eventLoop']).toMatchObject({ lagMs: expect.any(Number) });
    const other = await fetch(`http://127.0.0.1:${adminPort}/else`);
    expect(other.status).toBe(404);
    const posted = await fetch(`http://127.0.0.1:${adminPort}/health`, { method: 'POST' });
    expect(posted.status).toBe(405);
  });

  it('is not ready before the server listens', async () => {
    const logs = new LogRecorder();
    const log = jest.spyOn(logs, 'log');
    const module = await Test.createTestingModule({
      controllers: [PlainController],
      imports: [
        ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } }),
        ThriftHealthModule.forRoot({ admin: { host: '127.0.0.1', port: 0 } }),
      ],
    })
      .setLogger(logs)
      .compile();
    const app = module.createNestMicroservice({ strategy: module.get(ThriftServer) });
    cleanUp(() => app.close());
    await app.init();
    const { port } = module.get(AdminServer);
    expect(await ask(port!, '/ready')).toMatchObject({
      status: 503,
      body: { details: { server: { status: 'down', state: 'not started' } } },
    });
    expect((await ask(port!, '/health')).status).toBe(200);
    await listen(app);
    expect((await ask(port!, '/ready')).status).toBe(200);
    // Nest has called the hook that opens the port twice; a second one would stay open for ever.
    const said = (log.mock.calls as unknown[][]).map(([text]) => String(text));
    expect(said.filter((text) => text.startsWith('probes and metrics'))).toEqual([
      `probes and metrics on port ${port}`,
    ]);
  });

  it('turns callers away while it drains, and stays alive until the last call is finished', async () => {
    register.clear();
    const { GatedController, entered, open } = gatedController();
    const module = await Test.createTestingModule({
      controllers: [GatedController],
      imports: [
        ThriftModule.forRootAsync({
          imports: [ThriftMetricsModule.forRoot({})],
          inject: [ThriftMetrics],
          useFactory: (metrics: ThriftMetrics) => ({
            server: { host: '127.0.0.1', port: 0, observers: [metrics] },
          }),
        }),
        ThriftHealthModule.forRoot({ admin: { host: '127.0.0.1', port: 0 } }),
      ],
    })
      .setLogger(new LogRecorder())
      .compile();
    const app = module.createNestMicroservice({ strategy: module.get(ThriftServer) });
    cleanUp(() => app.close());
    const { port: servicePort } = await listen(app);
    const { port } = module.get(AdminServer);
    const answer = clientOf(Probe, `127.0.0.1:${servicePort}`).Ask('wait');
    await entered;

    const closing = app.close();
    expect(await ask(port!, '/ready')).toMatchObject({
      status: 503,
      body: { details: { server: { status: 'down', state: 'draining' } } },
    });
    expect((await ask(port!, '/health')).status).toBe(200);
    const scraped = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(scraped).toContain('thrift_server_state{state="draining"} 1');
    expect(scraped).toContain('thrift_requests_in_flight{service="Probe"} 1');

    open();
    expect(await answer).toBe('finished');
    await closing;
    expect((await ask(port!, '/health')).status).toBe(0);
  });

  it.each([
    ['no byte', ''],
    ['half of its header', 'GET /health HTTP/1.1\r\nHost: localhost\r\n'],
    [
      'half of its body',
      'GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf',
    ],
  ])(
    'closes a connection that sends %s',
    async (_what, bytes) => {
      const { adminPort: admin } = await start({});
      const socket = connect(admin, '127.0.0.1', () => socket.write(bytes));
      cleanUp(() => socket.destroy());
      socket.resume().on('error', () => undefined);
      await new Promise((resolve) => socket.once('close', resolve));
      expect((await ask(admin, '/health')).status).toBe(200);
    },
    30_000,
  );

  it('keeps the application from starting when the port is taken', async () => {
    const server = createServer();
    const port = await listenOnFreePort(server);
    cleanUp(() => server.close());
    await expect(start({ admin: { host: '127.0.0.1', port } })).rejects.toThrow(
      `cannot open the admin port ${port}`,
    );
  });
});

describe('readiness with clients', () => {
  it('counts instances and connections', async () => {
    const remote = await start({});
    const { adminPort } = await start(
      { clients: [{ name: 'probe', service: Probe }] },
      {
        imports: [
          ThriftModule.forFeature([
            { name: 'probe', service: Probe, endpoints: [remote.endpoint] },
          ]),
        ],
      },
    );
    expect(await ask(adminPort, '/ready')).toMatchObject({
      status: 200,
      body: {
        status: 'ok',
        details: { probe: { status: 'up', instances: 1, connected: 1, openBreakers: [] } },
      },
    });
  });

  it.each([
    [false, 200, DEGRADED],
    [true, 503, { status: 'down' }],
  ])(
    'with required: %p answers %p when no instance can be reached',
    async (required, code, entry) => {
      const endpoint = await refusingAddress();
      const { adminPort } = await start(
        { clients: [{ name: 'probe', service: Probe, required }] },
        {
          imports: [
            ThriftModule.forFeature([{ name: 'probe', service: Probe, endpoints: [endpoint] }]),
          ],
        },
      );
      expect(await ask(adminPort, '/ready')).toMatchObject({
        status: code,
        body: { details: { probe: { ...entry, message: 'no instance can be reached' } } },
      });
    },
  );

  it('is the one that is worst off, where two modules have a client of the name', async () => {
    const { endpoint } = await start({});
    const modules = [endpoint, await refusingAddress()].map((address) => ({
      module: class FeatureModule {},
      imports: [ThriftModule.forFeature([{ name: 'probe', service: Probe, endpoints: [address] }])],
    }));
    for (const imports of [modules, modules.toReversed()]) {
      const { adminPort } = await start(
        { clients: [{ name: 'probe', service: Probe, required: true }] },
        { imports },
      );
      expect((await ask(adminPort, '/ready')).status).toBe(503);
    }
  });

  it('is degraded while a breaker is open', async () => {
    const remote = await start({});
    const feature = {
      name: 'probe',
      service: Probe,
      endpoints: [remote.endpoint],
      policies: { circuitBreaker: { minSamples: 1 } },
    };
    const { app, adminPort } = await start(
      { clients: [{ name: 'probe', service: Probe, required: true }] },
      { imports: [ThriftModule.forFeature([feature])] },
    );
    const client = app.get<ThriftClient>(getThriftClientProxyToken('probe'), { strict: false });
    await expect(client.getService<ProbeClient>('Probe').Ask('fail')).rejects.toMatchObject({
      code: 'REMOTE_ERROR',
    });
    expect(await ask(adminPort, '/ready')).toMatchObject({
      status: 200,
      body: {
        status: IS_NEST_12 ? 'degraded' : 'ok',
        details: { probe: { ...DEGRADED, openBreakers: ['/Probe/Ask'] } },
      },
    });
  });
});

describe('a ping of a remote service', () => {
  const indicator = new ThriftPingHealthIndicator(new HealthIndicatorService());

  it('is up when the service answers, also with a business status', async () => {
    const { endpoint } = await start({});
    const probe = clientOf(Probe, endpoint);
    for (const question of ['hello', 'status']) {
      const result = await indicator.pingCheck('probe', (options) => probe.Ask(question, options));
      expect(result.probe).toMatchObject({ status: 'up', responseTime: expect.any(Number) });
    }
  });

  it('is down when it fails or nothing listens', async () => {
    const { endpoint } = await start({});
    for (const target of [endpoint, await refusingAddress()]) {
      const probe = clientOf(Probe, target);
      const result = await indicator.pingCheck('probe', (options) => probe.Ask('fail', options));
      expect(result.probe).toMatchObject({ status: 'down', message: expect.any(String) });
    }
  });

  it('is down when it takes too long, also if it ignores its options', async () => {
    const result = await indicator.pingCheck('probe', () => new Promise(() => {}), 5);
    expect(result.probe).toMatchObject({ status: 'down', message: 'no answer within 5 ms' });
  });

  it('has no limit with a time of 0, and takes none that is not allowed', async () => {
    const answers = async (options: object) => expect(options).toEqual({ timeoutMs: 0 });
    const result = await indicator.pingCheck('probe', answers, 0);
    expect(result.probe.status).toBe('up');
    await expect(indicator.pingCheck('probe', answers, NaN)).rejects.toThrow(
      new TypeError(
        'pingCheck(timeoutMs) must be milliseconds, an integer from 0 to 2147483647; got NaN',
      ),
    );
  });
});

describe('readiness with checks of the application', () => {
  it('pings a service by a client of the container, in an application that serves nothing', async () => {
    const remote = await start({});
    const clients = ThriftModule.forFeature([
      { name: 'remote', service: Probe, endpoints: [remote.endpoint] },
    ]);
    const module = await Test.createTestingModule({
      imports: [
        ThriftModule.forRoot({}),
        ThriftHealthModule.forRootAsync({
          imports: [clients],
          inject: [ThriftPingHealthIndicator, getThriftClientToken('remote')],
          useFactory: (ping: ThriftPingHealthIndicator, probe: ProbeClient) => ({
            checks: [async () => ping.pingCheck('remote', (options) => probe.Ask('up?', options))],
          }),
        }),
      ],
    }).compile();
    cleanUp(() => module.close());
    const { passed, result } = await module.get(ThriftProbes).ready();
    expect(result.details).toEqual({ remote: expect.objectContaining({ status: 'up' }) });
    expect(passed).toBe(true);
  });
});

describe('a hybrid application', () => {
  it('answers probes on its own HTTP port until its Thrift server has drained', async () => {
    const { GatedController, entered, open } = gatedController();
    const module = await Test.createTestingModule({
      controllers: [GatedController, ThriftHealthController],
      imports: [
        ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } }),
        ThriftHealthModule.forRoot({}),
      ],
    })
      .setLogger(new LogRecorder())
      .compile();
    const app = module.createNestApplication();
    const server = module.get(ThriftServer);
    app.connectMicroservice({ strategy: server });
    cleanUp(() => app.close());
    const listening = new Promise<number>((resolve) =>
      server.on('listening', (address) => resolve(address.port!)),
    );
    await app.startAllMicroservices();
    await app.listen(0, '127.0.0.1');
    const { port } = (
      app.getHttpServer() as ReturnType<typeof createServer>
    ).address() as AddressInfo;
    expect((await ask(port, '/ready')).status).toBe(200);

    const answer = clientOf(Probe, `127.0.0.1:${await listening}`).Ask('wait');
    await entered;
    const closing = app.close();
    expect((await ask(port, '/ready')).status).toBe(503);
    expect((await ask(port, '/health')).status).toBe(200);
    open();
    expect(await answer).toBe('finished');
    await closing;
  });
});

describe('thrift-probe', () => {
  const command = fileURLToPath(new URL('../../libs/health/bin/thrift-probe.js', import.meta.url));
  const run = (url: string): Promise<{ code: number; stderr: string }> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [command, url], (_error, _stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, stderr }),
      );
    });

  it('exits with 0 only if the probe passes', async () => {
    const { adminPort } = await start({});
    const base = `http://127.0.0.1:${adminPort}`;
    expect(await run(`${base}/health`)).toEqual({ code: 0, stderr: '' });
    expect(await run(`${base}/nothing`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('answered 404'),
    });
    expect(await run(`http://${await refusingAddress()}/health`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('did not answer'),
    });
  });
});

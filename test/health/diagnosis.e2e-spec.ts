import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestMicroservice } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  AdminServer,
  type DiagnosisOptions,
  InFlightCalls,
  ThriftHealthModule,
} from '@nestjs-thrift/health';
import { ThriftModule, ThriftServer, getThriftClientToken } from '@nestjs-thrift/microservice';
import { clientOf, listen } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';
import { Probe, type ProbeClient } from '#test/shop.js';
import { serverCertificate } from '#test/certificates.js';
import { gatedController } from './support/gated-controller.js';

interface Report {
  readonly process: {
    readonly versions: Record<string, string>;
    readonly uptimeSeconds: number;
    readonly memoryBytes: Record<string, number>;
    readonly eventLoopDelayMs: Record<string, number>;
  };
  readonly servers: Record<string, unknown>[];
  readonly calls?: Record<string, unknown>[];
  readonly clients: { name: string; services: Record<string, unknown>[] }[];
  readonly configuration: Record<string, unknown>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks the admin port, from an address and with headers. */
function ask(
  port: number,
  { localAddress = '127.0.0.1', headers = {} }: { localAddress?: string; headers?: object } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', path: '/diagnosis', localAddress, headers };
    get(options as object, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    }).on('error', reject);
  });
}

async function report(port: number): Promise<Report> {
  const { status, body } = await ask(port);
  expect(status).toBe(200);
  return JSON.parse(body) as Report;
}

async function start(
  diagnosis: boolean | DiagnosisOptions | undefined,
  calls?: InFlightCalls,
): Promise<{
  app: INestMicroservice;
  port: number;
  endpoint: string;
  gate: ReturnType<typeof gatedController>;
}> {
  const gate = gatedController();
  const module = await Test.createTestingModule({
    controllers: [gate.GatedController],
    imports: [
      ThriftModule.forRoot({
        server: { host: '127.0.0.1', port: 0, observers: calls && [calls] },
      }),
      ThriftHealthModule.forRoot({ admin: { host: '127.0.0.1', port: 0, diagnosis } }),
    ],
  })
    .setLogger(new LogRecorder())
    .compile();
  const app = module.createNestMicroservice({ strategy: module.get(ThriftServer) });
  cleanUp(() => app.close());
  const { port } = await listen(app);
  return { app, port: module.get(AdminServer).port!, endpoint: `127.0.0.1:${port}`, gate };
}

describe('the diagnosis of a running process', () => {
  it('is off unless asked for', async () => {
    const { port } = await start(undefined);
    expect(await ask(port)).toMatchObject({
      status: 404,
      body: expect.stringContaining('diagnosis: true'),
    });
  });

  it('answers only this machine, and no request through a proxy or under a foreign name', async () => {
    const { port } = await start(true);
    expect((await ask(port)).status).toBe(200);
    expect((await ask(port, { headers: { host: `localhost:${port}` } })).status).toBe(200);
    expect((await ask(port, { localAddress: '127.0.0.2' })).status).toBe(403);
    for (const host of ['rebound.example', `10.0.0.5:${port}`, '[fd00::5]']) {
      expect((await ask(port, { headers: { host } })).status).toBe(403);
    }
  });

  it.each([
    'forwarded',
    'via',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-real-ip',
    'x-envoy-external-address',
    'cf-connecting-ip',
    'true-client-ip',
    'x-client-ip',
    'cdn-loop',
    'x-forward-for',
    'wl-proxy-client-ip',
    'x-nf-client-connection-ip',
    'x-vercel-forwarded-for',
    'x-sucuri-clientip',
    'ali-cdn-real-ip',
    'proxy-connection',
    'max-forwards',
  ])('rejects a request that a proxy forwarded with the header %s', async (header) => {
    const { port } = await start(true);
    expect((await ask(port, { headers: { [header]: '10.0.0.7' } })).status).toBe(403);
  });

  it('rejects a request of HTTP/1.0, as nginx forwards by default', async () => {
    const { port } = await start(true);
    const socket = connect(port, '127.0.0.1', () =>
      socket.end(`GET /diagnosis HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`),
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 403 /);
  });

  it('answers the networks of its options, and no proxy in them', async () => {
    const { port } = await start({ allowFrom: ['127.0.0.2/31'] });
    expect((await ask(port, { localAddress: '127.0.0.3' })).status).toBe(200);
    const headers = { 'x-forwarded-for': '10.0.0.7' };
    expect((await ask(port, { localAddress: '127.0.0.3', headers })).status).toBe(403);
    expect((await ask(port)).status).toBe(403);
    for (const range of ['office', '10.0.0.0/8/8', '10.0.0.0/99']) {
      await expect(start({ allowFrom: [range] })).rejects.toThrow(
        `ThriftHealthModule.forRoot.admin.diagnosis.allowFrom[0] must be an address or a network such as 10.0.0.0/8; got the string "${range}"`,
      );
    }
  });

  it('shows what is served, and the requests being served', async () => {
    const calls = new InFlightCalls();
    const { port, endpoint, gate } = await start({ calls }, calls);
    const answer = clientOf(Probe, endpoint).Ask('wait', { attemptTimeoutMs: 60_000 });
    await gate.entered;
    const during = await report(port);
    expect(during.servers).toEqual([
      {
        state: 'listening',
        address: endpoint,
        connections: 1,
        inFlight: 1,
        services: { Probe: ['Ask'] },
      },
    ]);
    expect(during.calls).toEqual([
      {
        service: 'Probe',
        method: 'Ask',
        ageMs: expect.any(Number),
        remainingMs: expect.any(Number),
        peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        caller: '',
      },
    ]);
    expect(during.process).toMatchObject({
      versions: { node: process.version, 'nestjs-thrift': expect.any(String) },
      memoryBytes: { heapUsed: expect.any(Number), heapLimit: expect.any(Number) },
      eventLoopDelayMs: { p99: expect.any(Number) },
    });

    gate.open();
    expect(await answer).toBe('finished');
    const after = await report(port);
    expect(after.servers[0]).toMatchObject({ inFlight: 0 });
    expect(after.calls).toEqual([]);
  });

  it('shows pools, instances, breakers and policies of clients, and no secret', async () => {
    const remote = await start(undefined);
    const module = await Test.createTestingModule({
      imports: [
        ThriftModule.forRoot({
          server: { tls: serverCertificate },
          client: { serviceName: 'tests' },
        }),
        ThriftModule.forFeature([
          {
            name: 'probe',
            service: Probe,
            endpoints: [
              {
                address: remote.endpoint,
                weight: 7,
                tags: { zone: 'east', 'api-token': 'hunter2', console: 'http://root:hunter2@db/' },
              },
              '127.0.0.1:1',
            ],
            policies: { circuitBreaker: { minSamples: 1 }, timeout: { attemptTimeoutMs: 1234 } },
          },
        ]),
        ThriftHealthModule.forRoot({ admin: { host: '127.0.0.1', port: 0, diagnosis: true } }),
      ],
    })
      .setLogger(new LogRecorder())
      .compile();
    cleanUp(() => module.close());
    await module.init();
    const probe = module.get<ProbeClient>(getThriftClientToken('probe'), { strict: false });
    await expect(probe.Ask('fail', { address: remote.endpoint })).rejects.toThrow();

    const { port } = module.get(AdminServer);
    const { body } = await ask(port!);
    const { clients, configuration, servers } = JSON.parse(body) as Report;
    expect(servers).toEqual([]);
    expect(clients).toMatchObject([
      {
        name: 'probe',
        services: [
          {
            service: 'Probe',
            instanceCount: 2,
            instances: [
              {
                address: remote.endpoint,
                weight: 7,
                tags: {
                  zone: 'east',
                  'api-token': '[redacted]',
                  console: 'http://[redacted]@db/',
                },
                healthy: true,
                connected: true,
                connections: { active: 0, idle: 1, pending: 0, opened: 1 },
              },
              { address: '127.0.0.1:1', connected: false },
            ],
            breakers: [
              {
                scope: 'service',
                key: 'tests/Probe/Ask',
                state: 'open',
                counts: { failures: 1, errorRate: 1 },
              },
            ],
            policies: { Ask: { timeout: { attemptTimeoutMs: 1234 } } },
          },
        ],
      },
    ]);
    expect(configuration).toMatchObject({
      module: {
        server: { tls: { cert: '[redacted]', key: '[redacted]' } },
        client: { serviceName: 'tests' },
      },
      clients: { probe: { service: 'Probe' } },
    });
    expect(body).not.toContain('hunter2');
    expect(body).not.toContain('PRIVATE KEY');
    expect(body).not.toContain('CERTIFICATE');
  });

  it('has the parts and fields that its page names', async () => {
    const remote = await start(undefined);
    const folder = mkdtempSync(join(tmpdir(), 'governance-'));
    cleanUp(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'policies.yaml');
    writeFileSync(file, 'services: {}\n');
    const calls = new InFlightCalls();
    const module = await Test.createTestingModule({
      imports: [
        ThriftModule.forRoot({ governance: { file } }),
        ThriftModule.forFeature([
          {
            name: 'probe',
            service: Probe,
            endpoints: [remote.endpoint],
            policies: { circuitBreaker: {}, timeout: { attemptTimeoutMs: 1234 } },
          },
        ]),
        ThriftHealthModule.forRoot({ admin: { host: '127.0.0.1', port: 0, diagnosis: { calls } } }),
      ],
    })
      .setLogger(new LogRecorder())
      .compile();
    cleanUp(() => module.close());
    await module.init();
    await module.get<ProbeClient>(getThriftClientToken('probe'), { strict: false }).Ask('hello');
    const seen = await report(module.get(AdminServer).port!);

    const [, parts = '', symptoms = ''] = readFileSync('docs/operations/diagnose.md', 'utf8').split(
      /^\| (?:part|symptom) .*$/m,
    );
    const named = [...parts.matchAll(/^\| `(\w+)`/gm)].map(([, part]) => part);
    expect(new Set(Object.keys(seen))).toEqual(new Set(named));
    const fields = [...symptoms.matchAll(/`([a-z][\w.]*)`/gi)].map(([, field]) => field!);
    const paths = pathsOf(seen);
    const others = /^(?:[A-Z_]+|diagnose|thrift_\w+)$/;
    const missing = fields.filter(
      (field) => !others.test(field) && !paths.some((path) => `.${path}`.endsWith(`.${field}`)),
    );
    expect(missing).toEqual([]);
  });
});

/** Paths of all properties, without the places in arrays. */
function pathsOf(value: unknown, above: string[] = []): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item) => pathsOf(item, above));
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries(value).flatMap(([key, item]) => {
    const path = [...above, key];
    return [path.join('.'), ...pathsOf(item, path)];
  });
}

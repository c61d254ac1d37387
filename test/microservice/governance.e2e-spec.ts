import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext, ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Batch,
  CircuitBreaker,
  Fallback,
  Retry,
  RpcTimeout,
  ThriftClient,
  type ThriftFeatureOptions,
  ThriftMethod,
  ThriftModule,
  type ThriftModuleOptions,
  ThriftService,
  ThriftServer,
  getThriftClientProxyToken,
  getThriftClientToken,
} from '@nestjs-thrift/microservice';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import type {
  InstanceListener,
  InstanceWatch,
  Registration,
  Registry,
  Resolver,
  ServiceRegistration,
} from '@nestjs-thrift/governance';
import { ManualConfig } from '../../libs/governance/test/config-source.js';
import { clientOf, listen, serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';
import { Probe, type ProbeClient, untyped } from '#test/shop.js';
import { until } from '#test/until.js';

interface LibraryClient {
  Title(id: string): Promise<string>;
  Titles(ids: readonly string[]): Promise<string[]>;
}

const Library = compileSchema(
  loadSchemaFromText(
    'service Library { string Title(1: string id), list<string> Titles(1: list<string> ids) }',
    { file: 'library.thrift' },
  ),
).service<LibraryClient>('Library');

/** A probe that answers what a function gives. */
function probeController(answer: (question: string) => string | Promise<string>) {
  @ThriftService(Probe)
  class ProbeController {
    @ThriftMethod() async Ask(question: string): Promise<string> {
      return answer(question);
    }
  }
  return ProbeController;
}

/** A server that never answers, and counts what it was asked. */
async function serveSilence(): Promise<{ endpoint: string; asked: () => number }> {
  let asked = 0;
  const { endpoint } = await serve(
    {
      controllers: [
        probeController(() => {
          asked += 1;
          return new Promise(() => {});
        }),
      ],
    },
    { drainTimeoutMs: 0 },
  );
  return { endpoint, asked: () => asked };
}

/** An application with one client of Probe. */
async function callFrom(
  feature: Partial<ThriftFeatureOptions>,
  root: ThriftModuleOptions = {},
): Promise<{
  app: INestApplicationContext;
  client: ProbeClient;
  proxy: ThriftClient;
  logs: LogRecorder;
}> {
  const logs = new LogRecorder();
  const app = await NestFactory.createApplicationContext(
    {
      module: class CallerModule {},
      imports: [
        ThriftModule.forRoot(root),
        ThriftModule.forFeature([{ name: 'probe', service: Probe, ...feature }]),
      ],
    },
    { logger: logs, abortOnError: false },
  );
  cleanUp(() => app.close());
  return {
    app,
    client: app.get<ProbeClient>(getThriftClientToken('probe'), { strict: false }),
    proxy: app.get<ThriftClient>(getThriftClientProxyToken('probe'), { strict: false }),
    logs,
  };
}

/** A microservice with a governance file. */
async function serveWith(
  options: ThriftModuleOptions,
  metadata: ModuleMetadata,
): Promise<{ endpoint: string; logs: LogRecorder }> {
  const logs = new LogRecorder();
  const app = await NestFactory.createMicroservice<never>(
    { module: class ServerModule {}, imports: [ThriftModule.forRoot(options)], ...metadata },
    {
      inject: [ThriftServer],
      useFactory: (strategy: ThriftServer) => ({ strategy }),
      logger: logs,
    } as never,
  );
  cleanUp(() => app.close());
  const { port } = await listen(app);
  return { endpoint: `127.0.0.1:${port}`, logs };
}

async function governanceFile(
  text: string,
): Promise<{ file: string; write: (text: string) => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'governance-'));
  cleanUp(() => rm(folder, { recursive: true }));
  const file = join(folder, 'governance.yaml');
  const write = async (content: string) => {
    await writeFile(`${file}.new`, content);
    await rename(`${file}.new`, file);
  };
  await write(text);
  return { file, write };
}

const timeoutOf = (ms: number) =>
  `services: { Probe: { methods: { Ask: { timeout: { rpc_timeout_ms: ${ms} } } } } }`;

describe('policies of a call', () => {
  @RpcTimeout(40)
  class Calls {}

  it('come from the client options where nothing else is set', async () => {
    const { endpoint } = await serveSilence();
    const { client } = await callFrom({ endpoints: [endpoint], attemptTimeoutMs: 30 });
    await expect(client.Ask('who')).rejects.toMatchObject({ timeoutMs: 30 });
  });

  it('come from decorators before the client options', async () => {
    const { endpoint } = await serveSilence();
    const { client } = await callFrom({
      endpoints: [endpoint],
      attemptTimeoutMs: 30_000,
      policiesFrom: Calls,
    });
    await expect(client.Ask('who')).rejects.toMatchObject({ timeoutMs: 40 });
  });

  it('come from the governance file before decorators', async () => {
    const { endpoint } = await serveSilence();
    const { file } = await governanceFile(timeoutOf(50));
    const { client } = await callFrom(
      { endpoints: [endpoint], attemptTimeoutMs: 30_000, policiesFrom: Calls },
      { governance: { file } },
    );
    await expect(client.Ask('who')).rejects.toMatchObject({ timeoutMs: 50 });
  });

  it('come from the call before everything else', async () => {
    const { endpoint } = await serveSilence();
    const { file } = await governanceFile(timeoutOf(50_000));
    const { client } = await callFrom(
      { endpoints: [endpoint], attemptTimeoutMs: 30_000, policiesFrom: Calls },
      { governance: { file } },
    );
    await expect(client.Ask('who', { timeoutMs: 60 })).rejects.toMatchObject({ timeoutMs: 60 });
  });

  it('apply to retries and breakers too: the file turns off what decorators turn on', async () => {
    @RpcTimeout(100)
    class Retried {
      @Retry({ maxRetries: 2, idempotent: true })
      @CircuitBreaker({ minSamples: 3, errorRate: 0.1 })
      Ask!: ProbeClient['Ask'];
    }
    const decorated = await serveSilence();
    const first = await callFrom({ endpoints: [decorated.endpoint], policiesFrom: Retried });
    await expect(first.client.Ask('who')).rejects.toThrow();
    await until(() => decorated.asked() >= 3);
    expect(decorated.asked()).toBe(3);
    await expect(first.client.Ask('who')).rejects.toMatchObject({ code: 'CIRCUIT_OPEN' });

    const configured = await serveSilence();
    const { file } = await governanceFile(
      'services: { Probe: { methods: { Ask: { retry: { enable: false }, circuit_break: { enable: false } } } } }',
    );
    const second = await callFrom(
      { endpoints: [configured.endpoint], policiesFrom: Retried },
      { governance: { file } },
    );
    await expect(second.client.Ask('who')).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
    await expect(second.client.Ask('who')).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
    await until(() => configured.asked() >= 2);
    expect(configured.asked()).toBe(2);
  });

  it('keep the timeouts that a decorator does not name, and replace those that it names', async () => {
    const { client, proxy } = await callFrom({
      endpoints: [(await serveSilence()).endpoint],
      policiesFrom: Calls,
      methods: {
        Ask: {
          timeout: { attemptTimeoutMs: 30_000, connectTimeoutMs: 70 },
          dynamicTimeout: { defaultMs: 30_000 },
        },
      },
    });
    expect(proxy.governances[0]!.policiesOf('Ask').timeout).toMatchObject({
      attemptTimeoutMs: 40,
      connectTimeoutMs: 70,
    });
    await expect(client.Ask('who')).rejects.toMatchObject({ timeoutMs: 40 });
  });

  it('merge calls into one of a bulk method', async () => {
    const asked: string[][] = [];
    @ThriftService(untyped(Library))
    class LibraryController {
      @ThriftMethod() Title(): never {
        throw new Error('called one by one');
      }
      @ThriftMethod() Titles(ids: string[]): string[] {
        asked.push(ids);
        return ids.map((id) => `title of ${id}`);
      }
    }
    class Merged {
      @Batch({
        method: 'Titles',
        maxSize: 2,
        maxWaitMs: 20,
        merge: (calls) => ({ ids: calls.map(({ id }) => id) }),
        split: (titles: readonly string[]) => titles,
      })
      Title!: LibraryClient['Title'];
    }
    const { endpoint } = await serve({ controllers: [LibraryController] });
    const library = clientOf(Library, endpoint, { policiesFrom: Merged });
    const titles = await Promise.all(['a', 'b', 'c'].map((id) => library.Title(id)));
    expect(titles).toEqual(['title of a', 'title of b', 'title of c']);
    expect(asked).toEqual([['a', 'b'], ['c']]);
  });

  it('answer instead of a service that is down', async () => {
    class WithFallback {
      @Fallback(() => 'nobody home') Ask!: ProbeClient['Ask'];
    }
    const { client } = await callFrom({ endpoints: ['127.0.0.1:1'], policiesFrom: WithFallback });
    expect(await client.Ask('who')).toBe('nobody home');
  });

  it('are refused at start-up if the interface names a method the service lacks', async () => {
    class Wrong {
      @Retry() Asks!: ProbeClient['Ask'];
    }
    await expect(callFrom({ endpoints: ['127.0.0.1:1'], policiesFrom: Wrong })).rejects.toThrow(
      'Wrong.Asks has policies, but Probe has no method of that name; it has Ask',
    );
  });
});

describe('policies of a handler', () => {
  it('limit its time, on the class as on the method', async () => {
    @RpcTimeout(20)
    @ThriftService(Probe)
    class SlowController {
      @ThriftMethod() Ask(_question: string): Promise<string> {
        return new Promise(() => {});
      }
    }
    const { endpoint } = await serve({ controllers: [SlowController] });
    // Nest has one logger per process, that of the application made last.
    const { client, logs } = await callFrom({ endpoints: [endpoint] });
    await expect(client.Ask('who')).rejects.toMatchObject({ code: 'REMOTE_ERROR' });
    expect(logs.errors.join()).toContain('SlowController.Ask took longer than 20 ms');
  });
});

describe('the governance file', () => {
  it('is followed by clients while they call', async () => {
    const { endpoint } = await serveSilence();
    const { file, write } = await governanceFile(timeoutOf(20));
    const { client, proxy } = await callFrom({ endpoints: [endpoint] }, { governance: { file } });
    await expect(client.Ask('who')).rejects.toMatchObject({ timeoutMs: 20 });
    const applied = eventOf(proxy, 'config_applied');
    await write(timeoutOf(30));
    await applied;
    await expect(client.Ask('who')).rejects.toMatchObject({ timeoutMs: 30 });
  });

  it('stays as it was when a new version is wrong, and the log says what is wrong', async () => {
    const { endpoint } = await serveSilence();
    const { file, write } = await governanceFile(timeoutOf(20));
    const { client, proxy, logs } = await callFrom(
      { endpoints: [endpoint] },
      { governance: { file } },
    );
    const refused = eventOf(proxy, 'config_rejected');
    await write(timeoutOf(-5));
    await refused;
    await expect(client.Ask('who')).rejects.toMatchObject({ timeoutMs: 20 });
    expect(logs.errors.join()).toContain('rpc_timeout_ms');
  });

  it('keeps the application from starting when it is wrong or missing', async () => {
    const { file } = await governanceFile(timeoutOf(-5));
    await expect(
      callFrom({ endpoints: ['127.0.0.1:1'] }, { governance: { file } }),
    ).rejects.toThrow('rpc_timeout_ms');
    const missing = `${file}.missing`;
    await expect(
      callFrom({ endpoints: ['127.0.0.1:1'] }, { governance: { file: missing } }),
    ).rejects.toThrow(missing);
  });

  it('may be any other source, also of a module configured by a factory', async () => {
    const source = new ManualConfig(timeoutOf(20));
    const { endpoint } = await serveSilence();
    const app = await NestFactory.createApplicationContext(
      {
        module: class CallerModule {},
        imports: [
          ThriftModule.forRootAsync({ useFactory: () => ({ governance: { source } }) }),
          ThriftModule.forFeature([{ name: 'probe', service: Probe, endpoints: [endpoint] }]),
        ],
      },
      { logger: false },
    );
    cleanUp(() => app.close());
    const client = app.get<ProbeClient>(getThriftClientToken('probe'), { strict: false });
    await expect(client.Ask('who')).rejects.toMatchObject({ timeoutMs: 20 });
    source.change(timeoutOf(30));
    await expect(client.Ask('who')).rejects.toMatchObject({ timeoutMs: 30 });
  });

  it('gives way to the source of a client that has its own', async () => {
    const { endpoint } = await serveSilence();
    const { client } = await callFrom(
      { endpoints: [endpoint], config: new ManualConfig(timeoutOf(20)) },
      { governance: { source: new ManualConfig(timeoutOf(30)) } },
    );
    await expect(client.Ask('who')).rejects.toMatchObject({ timeoutMs: 20 });
  });

  it('limits the server of the application', async () => {
    const { file } = await governanceFile(
      'services: { probe.service: { limit: { qps_limit: 1 } } }',
    );
    const { endpoint } = await serveWith(
      {
        server: { port: 0, host: '127.0.0.1', serviceName: 'probe.service' },
        governance: { file },
      },
      { controllers: [probeController(() => 'fine')] },
    );
    const { client } = await callFrom({ endpoints: [endpoint] });
    expect(await client.Ask('who')).toBe('fine');
    await expect(client.Ask('who')).rejects.toThrow('too frequent');
  });
});

describe('limits of a server', () => {
  it('refuse requests beyond a number at once, with the reason', async () => {
    let finish: (answer: string) => void = () => {};
    const { endpoint } = await serve(
      { controllers: [probeController(() => new Promise((resolve) => (finish = resolve)))] },
      { maxConcurrency: 1 },
    );
    const { client } = await callFrom({ endpoints: [endpoint] });
    const first = client.Ask('first');
    await expect(client.Ask('second')).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      message: expect.stringContaining('1 requests are being served') as string,
    });
    finish('done');
    expect(await first).toBe('done');
  });

  it('close connections beyond a number', async () => {
    const { endpoint } = await serve(
      { controllers: [probeController(() => 'fine')] },
      { maxConnections: 1 },
    );
    const first = await callFrom({ endpoints: [endpoint] });
    expect(await first.client.Ask('who')).toBe('fine');
    const second = await callFrom({ endpoints: [endpoint] });
    await expect(second.client.Ask('who')).rejects.toThrow();
  });

  it('refuse callers by rules', async () => {
    const { endpoint } = await serve(
      { controllers: [probeController(() => 'fine')] },
      {
        accessRules: [({ caller }) => (caller === 'trusted' ? undefined : `not for "${caller}"`)],
      },
    );
    const stranger = await callFrom({ endpoints: [endpoint], serviceName: 'stranger' });
    await expect(stranger.client.Ask('who')).rejects.toThrow('not for "stranger"');
    const friend = await callFrom({ endpoints: [endpoint], serviceName: 'trusted' });
    expect(await friend.client.Ask('who')).toBe('fine');
  });
});

describe('registration', () => {
  /** Keeps what happens in order. */
  class RecordingRegistry implements Registry {
    readonly events: string[] = [];
    async register({
      serviceName,
      address,
      weight,
      tags,
    }: ServiceRegistration): Promise<Registration> {
      this.events.push(`+ ${serviceName} ${address} ${weight} ${JSON.stringify(tags)}`);
      return { close: async () => void this.events.push('deregistered') };
    }
  }

  it('comes after listening, and ends before anything else when the server drains', async () => {
    const registry = new RecordingRegistry();
    const { app, endpoint, server } = await serve(
      { controllers: [probeController(() => 'fine')] },
      {
        serviceName: 'probe.service',
        registration: { registry, address: '10.0.0.1:80', weight: 20, tags: { zone: 'a' } },
      },
    );
    expect(registry.events).toEqual(['+ probe.service 10.0.0.1:80 20 {"zone":"a"}']);
    server.on('close', () => registry.events.push('closed'));
    const { client } = await callFrom({ endpoints: [endpoint] });
    expect(await client.Ask('who')).toBe('fine');
    await app.close();
    expect(registry.events.slice(1)).toEqual(['deregistered', 'closed']);
  });

  it('that fails keeps the server from starting and closes its port', async () => {
    const registry: Registry = { register: () => Promise.reject(new Error('no quorum')) };
    const server = new ThriftServer({
      host: '127.0.0.1',
      port: 0,
      services: [Probe],
      registration: { registry, address: '10.0.0.1:80' },
    });
    server.addHandler('Probe.Ask', async () => 'fine');
    const error = await new Promise((resolve) => void server.listen(resolve));
    expect(error).toMatchObject({ message: 'cannot register Probe at 10.0.0.1:80: no quorum' });
    expect(server.unwrap().state).toBe('closed');
  });
});

describe('a client with minIdlePerAddress', () => {
  it('is connected when the application starts', async () => {
    const { endpoint, server } = await serve({ controllers: [probeController(() => 'fine')] });
    const connected = new Promise<void>((resolve) => server.on('connect', () => resolve()));
    const { proxy } = await callFrom({
      endpoints: [endpoint],
      connection: { mode: 'long', minIdlePerAddress: 1 },
    });
    await connected;
    expect(proxy.unwrap().stats().get(endpoint)).toMatchObject({ idle: 1 });
  });

  it('is connected to an instance that appears later', async () => {
    const first = await serve({ controllers: [probeController(() => 'first')] });
    const second = await serve({ controllers: [probeController(() => 'second')] });
    const instances = new ManualResolver([first.endpoint]);
    const { proxy } = await callFrom({
      resolver: instances,
      connection: { mode: 'long', minIdlePerAddress: 2 },
    });
    await until(() => proxy.unwrap().stats().get(first.endpoint)?.idle === 2);
    instances.update([first.endpoint, second.endpoint]);
    await until(() => proxy.unwrap().stats().get(second.endpoint)?.idle === 2);
  });

  it('is connected by connect() when it is made without a module', async () => {
    const { endpoint } = await serve({ controllers: [probeController(() => 'fine')] });
    const client = new ThriftClient({
      services: [Probe],
      endpoints: [endpoint],
      connection: { mode: 'long', minIdlePerAddress: 3 },
    });
    cleanUp(() => client.close());
    await client.connect();
    expect(client.unwrap().stats().get(endpoint)).toMatchObject({ idle: 3 });
  });

  it('lets the application start when nothing listens', async () => {
    const { app } = await callFrom({
      endpoints: ['127.0.0.1:1'],
      connection: { mode: 'long', minIdlePerAddress: 1 },
    });
    expect(app).toBeDefined();
  });
});

/** A resolver whose instances a test changes. */
class ManualResolver implements Resolver {
  readonly name = 'manual';
  #addresses: readonly string[];
  #listener: InstanceListener | undefined;

  constructor(addresses: readonly string[]) {
    this.#addresses = addresses;
  }

  watch(_service: string, listener: InstanceListener): InstanceWatch {
    this.#listener = listener;
    this.update(this.#addresses);
    return { close() {} };
  }

  update(addresses: readonly string[]): void {
    this.#addresses = addresses;
    this.#listener?.update(addresses.map((address) => ({ address, weight: 10, tags: {} })));
  }
}

function eventOf(client: ThriftClient, type: string): Promise<void> {
  return new Promise((resolve) => {
    client.governance(Probe).onEvent((event) => {
      if (event.type === type) {
        resolve();
      }
    });
  });
}

import { getEventListeners } from 'node:events';
import { Inject, Injectable, Module } from '@nestjs/common';
import { ClientsModule } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import {
  BizStatusError,
  ConnectError,
  InjectThriftClient,
  ThriftClient,
  ThriftContext,
  type ThriftFeatureOptions,
  ThriftMethod,
  ThriftModule,
  ThriftRecordBuilder,
  ThriftService,
  getThriftClientProxyToken,
} from '@nestjs-thrift/microservice';
import type { Resolver } from '@nestjs-thrift/microservice/governance';
import { EMPTY, catchError, firstValueFrom, lastValueFrom } from 'rxjs';
import { proxyOf, serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { itOnNest12 } from '#test/nest-version.js';
import { type Item, Probe, type ProbeClient, Shop } from '#test/shop.js';
import { until } from '#test/until.js';

const book: Item = { id: 1n, name: 'book', picture: undefined, labels: undefined };

/** Nothing listens there: the port was free a moment ago and belongs to no service. */
const NOBODY = '127.0.0.1:1';

function shopController(calls: unknown[] = []) {
  @ThriftService(Shop)
  class ShopController {
    @ThriftMethod() GetItem(id: bigint): Item {
      return { ...book, id };
    }
    @ThriftMethod() Describe({ prefix, item }: { prefix: string; item: Item }): string {
      return prefix + item.name;
    }
    @ThriftMethod() Count(): number {
      return 3;
    }
    @ThriftMethod() Reset(): void {
      calls.push('reset');
    }
    @ThriftMethod() Note(text: string): void {
      calls.push(text);
    }
  }
  return ShopController;
}

describe('ThriftModule.forFeature', () => {
  it('injects typed clients that build on the defaults of forRoot', async () => {
    const metadata: Record<string, string>[] = [];

    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(_question: string, context: ThriftContext): string {
        metadata.push({ caller: context.caller, ...context.getMetadata() });
        return 'answer';
      }
    }
    const { endpoint } = await serve({ controllers: [ProbeController] });

    @Injectable()
    class Asker {
      constructor(@InjectThriftClient('probe') readonly client: ProbeClient) {}
    }

    @Module({
      imports: [
        ThriftModule.forFeature([{ name: 'probe', service: Probe, endpoints: [endpoint] }]),
      ],
      providers: [Asker],
    })
    class AskerModule {}

    const app = await Test.createTestingModule({
      imports: [ThriftModule.forRoot({ serviceName: 'test.asker' }), AskerModule],
    }).compile();
    cleanUp(() => app.close());
    const { client } = app.get(Asker, { strict: false });
    expect(await client.Ask('?', { metadata: { k: 'v' } })).toBe('answer');
    expect(metadata).toEqual([{ caller: 'test.asker', k: 'v' }]);
  });

  it('names the client that has nowhere to call', async () => {
    const module = Test.createTestingModule({
      imports: [
        ThriftModule.forRoot({}),
        ThriftModule.forFeature([{ name: 'probe', service: Probe }]),
      ],
    });
    await expect(module.compile()).rejects.toThrow(
      'the Thrift client "probe": client(Probe) needs "endpoints", a "resolver" or a "failover"',
    );
  });

  it('closes its clients with the application', async () => {
    const { endpoint } = await serve({ controllers: [shopController()] });
    const app = await Test.createTestingModule({
      imports: [
        ThriftModule.forRoot({}),
        ThriftModule.forFeature([{ name: 'shop', service: Shop, endpoints: [endpoint] }]),
      ],
    }).compile();
    const client = app.get<ThriftClient>(getThriftClientProxyToken('shop'));
    await client.connect();
    await app.close();
    await expect(client.getService(Shop).Count()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('ThriftModule.forFeatureAsync and forRootAsync', () => {
  @Injectable()
  class Settings {
    endpoint = '';
    createThriftFeatureOptions(): ThriftFeatureOptions {
      return { service: Shop, endpoints: [this.endpoint] };
    }
    createThriftOptions() {
      return { client: { serviceName: 'test.async' } };
    }
  }

  it.each(['useFactory', 'useClass', 'useExisting'] as const)('take %s', async (how) => {
    const { endpoint } = await serve({ controllers: [shopController()] });

    class KnownSettings extends Settings {
      override endpoint = endpoint;
    }
    @Module({
      providers: [{ provide: Settings, useClass: KnownSettings }],
      exports: [Settings],
    })
    class SettingsModule {}

    const ways = {
      useFactory: {
        inject: [Settings],
        useFactory: (settings: Settings) => settings.createThriftFeatureOptions(),
      },
      useClass: { useClass: KnownSettings },
      useExisting: { useExisting: Settings },
    };
    const app = await Test.createTestingModule({
      imports: [
        ThriftModule.forRootAsync({ useClass: Settings }),
        ThriftModule.forFeatureAsync([{ name: 'shop', imports: [SettingsModule], ...ways[how] }]),
      ],
    }).compile();
    cleanUp(() => app.close());
    const client = app.get<ThriftClient>(getThriftClientProxyToken('shop'));
    expect(await client.getService(Shop).Count()).toBe(3);
  });

  it('say what is missing', () => {
    expect(() => ThriftModule.forFeatureAsync([{ name: 'shop' }])).toThrow(
      'the Thrift client "shop" needs one of useFactory, useClass and useExisting; got none',
    );
  });
});

describe('ClientsModule', () => {
  it('makes clients with customClass', async () => {
    const { endpoint } = await serve({ controllers: [shopController()] });

    @Injectable()
    class Shopper {
      constructor(@Inject('SHOP') readonly client: ThriftClient) {}
    }
    const app = await Test.createTestingModule({
      imports: [
        ClientsModule.register([
          {
            name: 'SHOP',
            customClass: ThriftClient,
            options: { services: [Shop], endpoints: [endpoint] },
          },
        ]),
      ],
      providers: [Shopper],
    }).compile();
    const { client } = app.get(Shopper);
    expect(await client.getService(Shop).GetItem(5n)).toMatchObject({ id: 5n });
    expect(await firstValueFrom(client.send('Shop.GetItem', 6n))).toMatchObject({ id: 6n });
    await app.close();
    await expect(client.getService(Shop).Count()).rejects.toMatchObject({ code: 'CLOSED' });
  });
});

describe('send', () => {
  it('takes one parameter as it is, several and none by name', async () => {
    const { endpoint } = await serve({ controllers: [shopController()] });
    const client = proxyOf(Shop, endpoint);
    expect(await firstValueFrom(client.send('Shop.GetItem', 2n))).toMatchObject({ id: 2n });
    const both = { prefix: 'a ', item: book };
    expect(await firstValueFrom(client.send('Shop.Describe', both))).toBe('a book');
    expect(await firstValueFrom(client.send('Shop.Count', {}))).toBe(3);
  });

  it('emits null for void methods, so that there is a value', async () => {
    const { endpoint } = await serve({ controllers: [shopController()] });
    expect(await firstValueFrom(proxyOf(Shop, endpoint).send('Shop.Reset', {}))).toBeNull();
  });

  it('calls once per subscription, not before', async () => {
    const calls: unknown[] = [];
    const { endpoint } = await serve({ controllers: [shopController(calls)] });
    const reset = proxyOf(Shop, endpoint).send('Shop.Reset', {});
    expect(calls).toEqual([]);
    await firstValueFrom(reset);
    await firstValueFrom(reset);
    expect(calls).toEqual(['reset', 'reset']);
  });

  it('takes options of the call in a record', async () => {
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(question: string, context: ThriftContext): string {
        const { persistentMetadata } = context;
        return [question, context.getMetadata().a, persistentMetadata.get('b')].join();
      }
    }
    const { endpoint } = await serve({ controllers: [ProbeController] });
    const record = new ThriftRecordBuilder('q')
      .setMetadata({ a: '1' })
      .setPersistentMetadata({ b: '2' })
      .setAddress(endpoint)
      .build();
    expect(await firstValueFrom(proxyOf(Probe, NOBODY).send('Probe.Ask', record))).toBe('q,1,2');
  });

  itOnNest12('sends what a dispatch hook attaches', async () => {
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(_question: string, context: ThriftContext): string {
        return JSON.stringify(context.getMetadata());
      }
    }
    const { endpoint } = await serve({ controllers: [ProbeController] });
    const client = proxyOf(Probe, endpoint);
    client.setOnDispatchHook((packet) => {
      packet.metadata = { trace: 't-1' };
    });
    expect(await firstValueFrom(client.send('Probe.Ask', '?'))).toBe('{"trace":"t-1"}');
  });

  it('cancels the call when unsubscribed', async () => {
    let aborted!: () => void;
    let started!: () => void;
    const hasStarted = new Promise<void>((resolve) => (started = resolve));
    const wasAborted = new Promise<void>((resolve) => (aborted = resolve));

    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(_question: string, context: ThriftContext): Promise<string> {
        return new Promise((resolve) => {
          context.signal.addEventListener('abort', () => {
            aborted();
            resolve('too late');
          });
          started();
        });
      }
    }
    const { endpoint } = await serve({ controllers: [ProbeController] });
    // Nothing else ends the call.
    const client = proxyOf(Probe, endpoint, { attemptTimeoutMs: 0, readTimeoutMs: 0 });
    const subscription = client.send('Probe.Ask', '?').subscribe();
    await hasStarted;
    subscription.unsubscribe();
    await wasAborted;
  });

  it('says which patterns there are', async () => {
    const client = proxyOf(Probe, NOBODY);
    const answer = lastValueFrom(client.send('Probe.Aks', '?'));
    await expect(answer).rejects.toThrow('no method Probe.Aks: this client calls Probe.Ask');
    await expect(lastValueFrom(client.send({ cmd: 'Ask' }, '?'))).rejects.toThrow(
      'no method {"cmd":"Ask"}',
    );
  });

  it('says what to pass where Nest refuses undefined', async () => {
    const client = proxyOf(Shop, NOBODY);
    const message = 'Shop.Count needs data: pass {} for a method without parameters';
    await expect(lastValueFrom(client.send('Shop.Count', undefined))).rejects.toThrow(message);
    await expect(lastValueFrom(client.emit('Shop.Count', null))).rejects.toThrow(message);
  });

  it('rejects with what the service threw', async () => {
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(): never {
        throw new BizStatusError(4, 'no');
      }
    }
    const { endpoint } = await serve({ controllers: [ProbeController] });
    await expect(
      firstValueFrom(proxyOf(Probe, endpoint).send('Probe.Ask', '?')),
    ).rejects.toMatchObject({ statusCode: 4 });
  });
});

describe('emit', () => {
  it('starts a oneway call at once and completes when it is sent', async () => {
    const calls: unknown[] = [];
    const { endpoint } = await serve({ controllers: [shopController(calls)] });
    const client = proxyOf(Shop, endpoint);
    await lastValueFrom(client.emit('Shop.Note', 'hello'), { defaultValue: undefined });
    await client.getService(Shop).Count();
    expect(calls).toEqual(['hello']);
  });

  it('is for oneway methods alone', async () => {
    const client = proxyOf(Shop, NOBODY);
    let message = '';
    client
      .emit('Shop.Count', {})
      .pipe(
        catchError((error: Error) => {
          message = error.message;
          return EMPTY;
        }),
      )
      .subscribe();
    await until(() => message !== '');
    expect(message).toBe('Shop.Count is not oneway: use send()');
  });
});

describe('getService', () => {
  it('gives the same client for a name and for a definition', () => {
    const client = proxyOf(Shop, NOBODY);
    expect(client.getService(Shop)).toBe(client.getService('Shop'));
  });

  it('says which services there are', () => {
    expect(() => proxyOf(Shop, NOBODY).getService('Shp')).toThrow(
      'this client has no service Shp; it has Shop',
    );
  });
});

describe('connect', () => {
  it('connects, and reports it', async () => {
    const { endpoint, server } = await serve({ controllers: [shopController()] });
    const log: string[] = [];
    server.on('connect', (address) => log.push(`server: ${address.split(':')[0]}`));
    const client = proxyOf(Shop, endpoint);
    client.status.subscribe((status) => log.push(status));
    client.on('connect', (address) => log.push(`client: ${address}`));
    await client.connect();
    await client.getService(Shop).Count();
    expect(log.sort()).toEqual([`client: ${endpoint}`, 'connected', 'server: 127.0.0.1']);
  });

  it('is content with one instance of several', async () => {
    const { endpoint } = await serve({ controllers: [shopController()] });
    const client = proxyOf(Shop, NOBODY, { endpoints: [NOBODY, endpoint] });
    await expect(client.connect()).resolves.toBeUndefined();
  });

  it('rejects when nothing listens', async () => {
    const client = proxyOf(Shop, NOBODY);
    await expect(client.connect()).rejects.toBeInstanceOf(ConnectError);
    await expect(client.connect()).rejects.toMatchObject({ address: NOBODY });
  });

  it('tells when the last connection is gone', async () => {
    const { app, endpoint } = await serve({ controllers: [shopController()] });
    const client = proxyOf(Shop, endpoint);
    const statuses: string[] = [];
    const gone = new Promise<void>((resolve) => client.on('disconnect', () => resolve()));
    client.status.subscribe((status) => statuses.push(status));
    await client.connect();
    await app.close();
    await gone;
    expect(statuses).toEqual(['connected', 'disconnected']);
  });
});

describe('a resolver', () => {
  it('may answer late, and take instances away', async () => {
    const { endpoint } = await serve({ controllers: [shopController()] });
    let listener!: Parameters<Resolver['watch']>[1];
    const resolver: Resolver = {
      name: 'manual',
      watch: (_service, told) => {
        listener = told;
        return { close: () => {} };
      },
    };
    const client = proxyOf(Shop, '', { endpoints: undefined, resolver });
    const connected = client.connect();
    const [first, second] = [instance(endpoint), instance(NOBODY)];
    setImmediate(() => listener.update([first]));
    await connected;
    expect(await client.getService(Shop).Count()).toBe(3);
    const gone = new Promise<string>((resolve) => client.on('disconnect', resolve));
    listener.update([second]);
    expect(await gone).toBe(endpoint);
    expect(client.governance(Shop).instances).toEqual([second]);
  });

  it('that fails makes connect reject', async () => {
    const failure = new Error('registry is down');
    const resolver: Resolver = {
      name: 'broken',
      watch: (_service, told) => {
        setImmediate(() => told.fail(failure));
        return { close: () => {} };
      },
    };
    const client = proxyOf(Shop, '', { endpoints: undefined, resolver });
    await expect(client.connect()).rejects.toMatchObject({ code: 'NO_INSTANCE', cause: failure });
  });

  function instance(address: string) {
    return { address, weight: 10, tags: {} };
  }
});

describe('policies', () => {
  it('of a method come before those of the client', async () => {
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(): Promise<never> {
        return new Promise(() => {});
      }
    }
    const { endpoint } = await serve({ controllers: [ProbeController] }, { drainTimeoutMs: 0 });
    const client = proxyOf(Probe, endpoint, {
      attemptTimeoutMs: 60_000,
      methods: { Ask: { timeout: { attemptTimeoutMs: 40 } } },
      policies: { fallback: { on: 'timeout_or_open', answer: () => 'nobody knows' } },
    });
    await expect(client.getService(Probe).Ask('?')).resolves.toBe('nobody knows');
  });
});

describe('calls', () => {
  it('go to the instances in turn', async () => {
    const hits = [0, 0];
    const servers = await Promise.all(
      hits.map((_, index) => {
        @ThriftService(Probe)
        class ProbeController {
          @ThriftMethod() Ask(): string {
            hits[index]! += 1;
            return 'fine';
          }
        }
        return serve({ controllers: [ProbeController] });
      }),
    );
    const endpoints = servers.map(({ endpoint }) => endpoint);
    const client = proxyOf(Probe, '', { endpoints }).getService(Probe);
    for (let call = 0; call < 10; call++) {
      await client.Ask('?');
    }
    expect(hits).toEqual([5, 5]);
  });

  it('go to another instance when one cannot be reached', async () => {
    const { endpoint } = await serve({ controllers: [shopController()] });
    const client = proxyOf(Shop, '', { endpoints: [NOBODY, endpoint] }).getService(Shop);
    for (let call = 0; call < 4; call++) {
      expect(await client.Count()).toBe(3);
    }
  });

  it('end at the timeout of the client, and at that of the call', async () => {
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(): Promise<never> {
        return new Promise(() => {});
      }
    }
    const { endpoint } = await serve({ controllers: [ProbeController] }, { drainTimeoutMs: 0 });
    const client = proxyOf(Probe, endpoint, { attemptTimeoutMs: 60 }).getService(Probe);
    await expect(client.Ask('?')).rejects.toMatchObject({ code: 'RPC_TIMEOUT', timeoutMs: 60 });
    await expect(client.Ask('?', { timeoutMs: 30 })).rejects.toMatchObject({
      code: 'RPC_TIMEOUT',
      timeoutMs: 30,
    });
  });

  it('leave nothing behind on the signal of a record', async () => {
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(question: string): string {
        return question;
      }
    }
    const { endpoint } = await serve({ controllers: [ProbeController] });
    const { signal } = new AbortController();
    const record = new ThriftRecordBuilder('who').setSignal(signal).build();
    const client = proxyOf(Probe, endpoint);
    expect(await firstValueFrom(client.send('Probe.Ask', record))).toBe('who');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('end when the signal of a record aborts', async () => {
    const record = new ThriftRecordBuilder('who').setSignal(AbortSignal.abort()).build();
    const sent = firstValueFrom(proxyOf(Probe, NOBODY).send('Probe.Ask', record));
    await expect(sent).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('end when their signal aborts', async () => {
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(): Promise<never> {
        controller.abort(new Error('changed my mind'));
        return new Promise(() => {});
      }
    }
    const controller = new AbortController();
    const { endpoint } = await serve({ controllers: [ProbeController] }, { drainTimeoutMs: 0 });
    const client = proxyOf(Probe, endpoint).getService(Probe);
    await expect(client.Ask('?', { signal: controller.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  it('run through the middlewares of the client, the first outermost', async () => {
    const { endpoint } = await serve({ controllers: [shopController()] });
    const log: string[] = [];
    const client = proxyOf(Shop, endpoint, {
      middlewares: ['outer', 'inner'].map((name) => (next) => async (call) => {
        log.push(`${name} ${call.method.name}`);
        return next(call);
      }),
    });
    await client.getService(Shop).Count();
    expect(log).toEqual(['outer Count', 'inner Count']);
  });
});

import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  type ModuleMetadata,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ServerTCP } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import {
  BizStatusError,
  InjectThriftClient,
  ThriftContext,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
} from '@nestjs-thrift/microservice';
import request from 'supertest';
import { type Observable, map } from 'rxjs';
import { clientOf } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';
import { Probe, type ProbeClient, Shop, untyped } from '#test/shop.js';

class Mark implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value) => `${String(value)} (${context.getType()})`));
  }
}

@ThriftService(Probe)
class ProbeController {
  @ThriftMethod() Ask(question: string, context: ThriftContext): string {
    if (question === 'fail') {
      throw new BizStatusError(7, 'no');
    }
    return `${question} ${context.method}`;
  }
}

@Controller()
class HttpController {
  @Get('hello')
  hello(): string {
    return 'hello';
  }
}

/** An HTTP application with a Thrift server next to it. */
async function startHybrid(
  metadata: ModuleMetadata,
  options?: { inheritAppConfig?: boolean },
): Promise<{ app: INestApplication; endpoint: string }> {
  const module = await Test.createTestingModule({
    ...metadata,
    imports: [
      ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } }),
      ...(metadata.imports ?? []),
    ],
  })
    .setLogger(new LogRecorder())
    .compile();
  const app = module.createNestApplication();
  const server = app.get(ThriftServer);
  app.connectMicroservice({ strategy: server }, options);
  cleanUp(() => app.close());
  const port = new Promise<number | undefined>((resolve) => {
    server.on('listening', (address) => resolve(address.port));
  });
  await app.startAllMicroservices();
  await app.init();
  return { app, endpoint: `127.0.0.1:${await port}` };
}

const marked = {
  controllers: [ProbeController, HttpController],
  providers: [{ provide: APP_INTERCEPTOR, useClass: Mark }],
};

describe('a hybrid application', () => {
  it('without inheritAppConfig serves Thrift with contexts and errors, without global enhancers', async () => {
    const { app, endpoint } = await startHybrid(marked);
    const client = clientOf(Probe, endpoint);
    expect(await client.Ask('a')).toBe('a Ask');
    await expect(client.Ask('fail')).rejects.toMatchObject({ statusCode: 7 });
    await request(app.getHttpServer()).get('/hello').expect(200, 'hello (http)');
  });

  it('with inheritAppConfig shares its global enhancers', async () => {
    const { app, endpoint } = await startHybrid(marked, { inheritAppConfig: true });
    const client = clientOf(Probe, endpoint);
    expect(await client.Ask('a')).toBe('a Ask (rpc)');
    await expect(client.Ask('fail')).rejects.toMatchObject({ statusCode: 7 });
    await request(app.getHttpServer()).get('/hello').expect(200, 'hello (http)');
  });

  it('takes global enhancers of its microservice if initialization is deferred', async () => {
    const module = await Test.createTestingModule({
      imports: [ThriftModule.forRoot({ server: { host: '127.0.0.1', port: 0 } })],
      controllers: [ProbeController],
    }).compile();
    const app = module.createNestApplication();
    const strategy = app.get(ThriftServer);
    const microservice = app.connectMicroservice({ strategy }, { deferInitialization: true });
    microservice.useGlobalInterceptors(new Mark());
    cleanUp(() => app.close());
    await app.startAllMicroservices();
    const endpoint = strategy.unwrap().address;
    expect(await clientOf(Probe, endpoint).Ask('a')).toBe('a Ask (rpc)');
  });

  it('does not offer Thrift handlers over another transport', async () => {
    const { app } = await startHybrid({ controllers: [ProbeController] });
    const tcp = new ServerTCP({ port: 0 });
    app.connectMicroservice({ strategy: tcp });
    expect([...tcp.getHandlers().keys()]).toEqual([]);
  });

  it('keeps HTTP up until Thrift is drained', async () => {
    let finish!: (answer: string) => void;
    let start!: () => void;
    const started = new Promise<void>((resolve) => (start = resolve));

    @ThriftService(Probe)
    class SlowController {
      @ThriftMethod() Ask(): Promise<string> {
        start();
        return new Promise((resolve) => (finish = resolve));
      }
    }
    const { app, endpoint } = await startHybrid({ controllers: [SlowController, HttpController] });
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const answer = clientOf(Probe, endpoint).Ask('?');
    await started;
    const draining = new Promise<void>((resolve) => {
      app.get(ThriftServer).status.subscribe((status) => {
        if (status === 'draining') {
          resolve();
        }
      });
    });
    const closed = app.close();
    await draining;
    expect(await (await fetch(`${url}/hello`)).text()).toBe('hello');
    finish('in time');
    expect(await answer).toBe('in time');
    await closed;
  });
});

describe('several servers in one process', () => {
  it('offer each the services of their options, and share handlers', async () => {
    @ThriftService(untyped(Shop))
    class ShopController {
      @ThriftMethod() GetItem(): void {}
      @ThriftMethod() Describe(): string {
        return 'described';
      }
      @ThriftMethod() Count(): number {
        return 3;
      }
      @ThriftMethod() Reset(): void {}
      @ThriftMethod() Note(): void {}
    }
    const { app, endpoint } = await startHybrid({ controllers: [ProbeController, ShopController] });
    const internal = new ThriftServer({ services: [Probe], host: '127.0.0.1', port: 0 });
    const microservice = app.connectMicroservice({ strategy: internal });
    const { port } = (await microservice.listen()) as unknown as { port: number };

    // One server, several services: by default all of them.
    expect(await clientOf(Probe, endpoint).Ask('a')).toBe('a Ask');
    expect(await clientOf(Shop, endpoint).Count()).toBe(3);
    expect(await clientOf(Probe, `127.0.0.1:${port}`).Ask('a')).toBe('a Ask');
    await expect(clientOf(Shop, `127.0.0.1:${port}`).Count()).rejects.toMatchObject({
      code: 'REMOTE_ERROR',
    });
  });
});

describe('a gateway', () => {
  it('calls a Thrift service of the same process', async () => {
    const { endpoint } = await startHybrid({ controllers: [ProbeController] });

    @Controller()
    class AskController {
      constructor(@InjectThriftClient('probe') private readonly probe: ProbeClient) {}

      @Get('ask')
      ask(): Promise<string> {
        return this.probe.Ask('gateway');
      }
    }
    const { app } = await startHybridWithClient(AskController, endpoint);
    await request(app.getHttpServer()).get('/ask').expect(200, 'gateway Ask');
  });
});

async function startHybridWithClient(
  controller: new (...args: never[]) => object,
  endpoint: string,
): Promise<{ app: INestApplication }> {
  const module = await Test.createTestingModule({
    imports: [
      ThriftModule.forRoot({}),
      ThriftModule.forFeature([{ name: 'probe', service: Probe, endpoints: [endpoint] }]),
    ],
    controllers: [controller],
  }).compile();
  const app = module.createNestApplication();
  cleanUp(() => app.close());
  await app.init();
  return { app };
}

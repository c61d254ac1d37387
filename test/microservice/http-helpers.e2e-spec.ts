import {
  Controller,
  Get,
  type INestApplication,
  type ModuleMetadata,
  StreamableFile,
  UseFilters,
  UseInterceptors,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  BizStatusError,
  ConnectError,
  RpcTimeoutError,
  THRIFT_HTTP_STATUSES,
  ThriftHttpExceptionFilter,
  ThriftJsonInterceptor,
  ThriftMethod,
  ThriftService,
} from '@nestjs-thrift/microservice';
import request from 'supertest';
import { clientOf, serve } from '#test/applications.js';
import { cleanUp } from '#test/cleanup.js';
import { LogRecorder } from '#test/log-recorder.js';
import { OutOfStock, Probe, Shop, untyped } from '#test/shop.js';

async function startHttp(
  metadata: ModuleMetadata,
): Promise<{ app: INestApplication; logs: LogRecorder }> {
  const logs = new LogRecorder();
  const module = await Test.createTestingModule(metadata).setLogger(logs).compile();
  const app = module.createNestApplication();
  cleanUp(() => app.close());
  await app.init();
  return { app, logs };
}

describe('ThriftJsonInterceptor', () => {
  it('lets a route return what a Thrift client returns', async () => {
    @ThriftService(untyped(Shop))
    class ShopController {
      @ThriftMethod() GetItem(id: bigint): object {
        const labels = new Map([[2n ** 53n, 'large']]);
        return { id, name: 'book', picture: Buffer.from('hello'), labels };
      }
      @ThriftMethod() Describe(): void {}
      @ThriftMethod() Count(): void {}
      @ThriftMethod() Reset(): void {}
      @ThriftMethod() Note(): void {}
    }
    const { endpoint } = await serve({ controllers: [ShopController] });
    const shop = clientOf(Shop, endpoint);

    @Controller()
    @UseInterceptors(ThriftJsonInterceptor)
    class Routes {
      @Get('item') item(): unknown {
        return shop.GetItem(7n);
      }
      @Get('nothing') nothing(): void {}
      @Get('file') file(): StreamableFile {
        return new StreamableFile(Buffer.from('a file'));
      }
    }
    const { app } = await startHttp({ controllers: [Routes] });
    await request(app.getHttpServer())
      .get('/item')
      .expect(200, {
        id: '7',
        name: 'book',
        picture: 'aGVsbG8=',
        labels: { '9007199254740992': 'large' },
      });
    await request(app.getHttpServer()).get('/nothing').expect(200, '');
    const file = await request(app.getHttpServer()).get('/file').expect(200);
    expect(String(file.body)).toBe('a file');
  });
});

describe('ThriftHttpExceptionFilter', () => {
  const failures = {
    declared: () => new OutOfStock({ message: 'sold out', item_id: 7n }),
    business: () => new BizStatusError(1002, 'bad id', { field: 'id' }),
    timeout: () => new RpcTimeoutError(300, 'Shop.GetItem at 10.0.0.1:8888 took too long'),
    unreachable: () => new ConnectError('10.0.0.1:8888', 'connect ECONNREFUSED 10.0.0.1:8888'),
  };

  function routes(...filters: Parameters<typeof UseFilters>) {
    @Controller()
    @UseFilters(...filters)
    class Routes {
      @Get('declared') declared(): never {
        throw failures.declared();
      }
      @Get('business') business(): never {
        throw failures.business();
      }
      @Get('timeout') timeout(): never {
        throw failures.timeout();
      }
      @Get('unreachable') unreachable(): never {
        throw failures.unreachable();
      }
    }
    return Routes;
  }

  it('answers with the outcome of the service, and hides why a call failed', async () => {
    const { app, logs } = await startHttp({ controllers: [routes(ThriftHttpExceptionFilter)] });
    const http = request(app.getHttpServer());
    await http.get('/declared').expect(422, {
      statusCode: 422,
      error: 'OutOfStock',
      message: 'sold out',
      item_id: '7',
    });
    await http.get('/business').expect(422, {
      statusCode: 422,
      error: 'BizStatusError',
      code: 1002,
      message: 'bad id',
      extra: { field: 'id' },
    });
    expect(logs.errors).toEqual([]);
    await http.get('/timeout').expect(504, {
      statusCode: 504,
      error: 'Gateway Timeout',
      code: 'RPC_TIMEOUT',
      message: 'Gateway Timeout',
    });
    await http.get('/unreachable').expect(503, {
      statusCode: 503,
      error: 'Service Unavailable',
      code: 'CONNECT_FAILED',
      message: 'Service Unavailable',
    });
    expect(logs.errors).toEqual([failures.timeout().message, failures.unreachable().message]);
  });

  it('answers 500 for a request that its own process cannot encode', async () => {
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(question: string): string {
        return question;
      }
    }
    const { endpoint } = await serve({ controllers: [ProbeController] });
    const probe = clientOf(Probe, endpoint);

    @Controller()
    @UseFilters(ThriftHttpExceptionFilter)
    class Routes {
      @Get() ask(): Promise<string> {
        return probe.Ask(5 as never);
      }
    }
    const { app } = await startHttp({ controllers: [Routes] });
    await request(app.getHttpServer()).get('/').expect(500, {
      statusCode: 500,
      error: 'Internal Server Error',
      code: 'ENCODE_FAILED',
      message: 'Internal Server Error',
    });
  });

  it('takes the statuses it is given', async () => {
    const filter = new ThriftHttpExceptionFilter({ OutOfStock: 404, 1002: 400 });
    const { app } = await startHttp({ controllers: [routes(filter)] });
    await request(app.getHttpServer()).get('/declared').expect(404);
    await request(app.getHttpServer()).get('/business').expect(400);
  });

  it('takes the statuses of the application', async () => {
    const { app } = await startHttp({
      controllers: [routes(ThriftHttpExceptionFilter)],
      providers: [{ provide: THRIFT_HTTP_STATUSES, useValue: { OutOfStock: 410 } }],
    });
    await request(app.getHttpServer()).get('/declared').expect(410);
    await request(app.getHttpServer()).get('/business').expect(422);
  });

  it('and the interceptor may be global where Thrift is served too', async () => {
    const item = { id: 7n, name: 'book', picture: Buffer.from('a'), labels: new Map([[1n, 'b']]) };

    @ThriftService(untyped(Shop))
    class ShopController {
      @ThriftMethod() GetItem(id: bigint): typeof item {
        if (id === 0n) {
          throw failures.unreachable();
        }
        return item;
      }
      @ThriftMethod() Describe(): void {}
      @ThriftMethod() Count(): void {}
      @ThriftMethod() Reset(): void {}
      @ThriftMethod() Note(): void {}
    }
    const { endpoint, logs } = await serve({ controllers: [ShopController] }, {}, (app) => {
      app.useGlobalFilters(new ThriftHttpExceptionFilter());
      app.useGlobalInterceptors(new ThriftJsonInterceptor());
    });
    const client = clientOf(Shop, endpoint);
    expect(await client.GetItem(7n)).toEqual(item);
    await expect(client.GetItem(0n)).rejects.toMatchObject({ message: 'internal error' });
    expect(logs.errors).toEqual([expect.stringContaining(failures.unreachable().message)]);
  });
});

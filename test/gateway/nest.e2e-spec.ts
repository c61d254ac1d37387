import {
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Injectable,
  Module,
  type NestInterceptor,
  Param,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
  Version,
  VersioningType,
} from '@nestjs/common';
import { join } from 'node:path';
import { Reflector } from '@nestjs/core';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { generateTypeScript } from '@nestjs-thrift/codegen';
import {
  THRIFT_ROUTE,
  ThriftGateway,
  ThriftGatewayModule,
  type ThriftRoute,
} from '@nestjs-thrift/gateway';
import { loadSchema } from '@nestjs-thrift/idl/loader';
import {
  requestIdMiddleware,
  ThriftException,
  THRIFT_HTTP_STATUSES,
} from '@nestjs-thrift/microservice';
import { map } from 'rxjs';
import { cleanUp } from '#test/cleanup.js';
import { GeneratedFolder } from '#test/generated-folder.js';
import { ADAPTERS, type AppSetUp, IDL, sendRaw, startGateway } from './support/gateway-app.js';
import { type ReceivedCall, serveScripted } from './support/scripted-service.js';

@Injectable()
class Doors {
  readonly seen: ThriftRoute[] = [];
}

@Module({ providers: [Doors], exports: [Doors] })
class DoorsModule {}

@Injectable()
class DoorGuard implements CanActivate {
  constructor(
    private readonly doors: Doors,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const route = this.reflector.get<ThriftRoute>(THRIFT_ROUTE, context.getHandler());
    this.doors.seen.push(route);
    return route.annotations['api.category']?.[0] !== 'demo';
  }
}

@Injectable()
class Upper implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((text: string) => text.toUpperCase()));
  }
}

@Catch(ThriftException)
class TeapotFilter implements ExceptionFilter {
  catch(_error: unknown, host: Parameters<ExceptionFilter['catch']>[1]): void {
    host
      .switchToHttp()
      .getResponse<{ status(code: number): { send(body: unknown): void } }>()
      .status(418)
      .send('teapot');
  }
}

class SmallPages implements PipeTransform {
  transform(value: { req?: { big?: bigint } }) {
    if ((value.req?.big ?? 0n) > 100n) {
      throw new BadRequestException('too big');
    }
    return value;
  }
}

@Controller()
class OwnController {
  @Get('p/:id')
  own(@Param('id') id: string): string {
    return `own ${id}`;
  }
}

describe.each(ADAPTERS)('a generated controller under %s', (adapter) => {
  async function gateway(setUp: Partial<AppSetUp> = {}) {
    const calls: ReceivedCall[] = [];
    const endpoint = await serveScripted((call) => calls.push(call));
    const { port, app, logger } = await startGateway({ adapter, endpoint, ...setUp });
    const get = (path: string, headers: Readonly<Record<string, string>> = {}, verb = 'GET') => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      return sendRaw(
        port,
        `${verb} ${path} HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n${lines.join('')}\r\n`,
      );
    };
    return { get, port, app, calls, logger };
  }
  const decorate = (key: string, ...decorators: MethodDecorator[]) => ({
    options: { decorate: { [key]: decorators } },
  });

  it('has guards with dependencies, which see the route and its annotations', async () => {
    const { get, app, calls } = await gateway({
      options: { imports: [DoorsModule], decorate: { 'Gateway.*': [UseGuards(DoorGuard)] } },
    });
    expect((await get('/out')).status).toBe(403);
    expect(calls).toHaveLength(0);
    expect((await get('/fails')).status).toBe(422);
    expect(app.get(Doors).seen.map(({ method }) => method)).toEqual(['Out', 'Fails']);
    expect(app.get(ThriftGateway).routes).toContainEqual(
      expect.objectContaining({
        service: 'Gateway',
        method: 'PathId',
        path: '/p/:id',
        verb: 'GET',
      }),
    );
  });

  it('has interceptors, filters and pipes of methods', async () => {
    const { get } = await gateway({
      options: {
        decorate: {
          'Gateway.Out': [UseInterceptors(Upper)],
          'Gateway.Fails': [UseFilters(TeapotFilter)],
          'Gateway.Query': [UsePipes(SmallPages)],
        },
      },
    });
    expect((await get('/out')).body).toBe('{"SIZE":20,"COUNT":9}');
    expect((await get('/fails')).status).toBe(418);
    expect((await get('/q?big=101')).status).toBe(400);
    expect((await get('/q?big=100')).status).toBe(200);
  });

  it('obeys the prefix, versions and CORS of the application', async () => {
    const { get } = await gateway({
      ...decorate('Gateway.Out', Version('2')),
      configure: (app) => {
        app.setGlobalPrefix('api');
        app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
        app.enableCors({ origin: 'https://shop.example' });
      },
    });
    expect((await get('/api/v2/out')).status).toBe(200);
    expect((await get('/api/v1/out')).status).toBe(404);
    const answer = await get('/api/v1/fails', { Origin: 'https://shop.example' });
    expect(answer.headers['access-control-allow-origin']).toBe('https://shop.example');
  });

  it('leaves methods to controllers of the application', async () => {
    const { get } = await gateway({
      controllers: [OwnController],
      options: { override: { 'Gateway.PathId': OwnController } },
    });
    expect((await get('/p/7')).body).toBe('own 7');
    expect((await get('/p/7/sub/x')).status).toBe(200);
  });

  it('fails to start for an override that no module serves, and for names that the IDL does not have', async () => {
    const options = { override: { 'Gateway.PathId': OwnController } };
    await expect(gateway({ options })).rejects.toThrow(
      'override leaves Gateway.PathId to OwnController, which no module has as a controller',
    );
    await expect(gateway(decorate('Gateway.Gone'))).rejects.toThrow(
      'decorate names Gateway.Gone, which has no route',
    );
    await expect(gateway({ options: { i64: 'number' as never } })).rejects.toThrow(
      "gateway.i64 must be one of 'idl', 'string'",
    );
  });

  it('fails to start without the bytes of bodies', async () => {
    await expect(gateway({ rawBody: false })).rejects.toThrow('{ rawBody: true }');
  });

  it('takes statuses from the application', async () => {
    const { get } = await gateway({
      providers: [{ provide: THRIFT_HTTP_STATUSES, useValue: { Failure: 404, 4004: 410 } }],
    });
    expect((await get('/fails')).status).toBe(404);
    expect((await get('/out?which=biz')).status).toBe(410);
  });

  it('forwards no header unless it is named', async () => {
    const { get, calls } = await gateway();
    await get('/out', { 'rpc-persist-a': '1', 'rpc-transit-b': '2', 'x-tenant': 't' });
    const { call } = calls[0]!;
    expect([...call.metadata, ...call.persistentMetadata]).toEqual([]);
  });

  it('forwards the headers that are named, in the metadata that is named', async () => {
    const { get, calls } = await gateway({
      options: {
        forwardHeaders: { 'X-User-Id': 'USER_ID' },
        persistHeaders: ['X-Tenant'],
        metainfoHeaders: true,
      },
    });
    await get('/out', { 'x-user-id': 'u1', 'x-tenant': 't', 'rpc-transit-foo-bar': 'v' });
    const { call } = calls[0]!;
    expect(Object.fromEntries(call.metadata)).toEqual({ USER_ID: 'u1', FOO_BAR: 'v' });
    expect(Object.fromEntries(call.persistentMetadata)).toEqual({ 'x-tenant': 't' });
  });

  it('answers with the metadata that a service sends back, where it is named', async () => {
    const { get } = await gateway({ options: { backwardHeaders: ['X-Quota'] } });
    const { headers } = await get('/out?which=back');
    expect(headers['x-quota']).toBe('7');
    expect(headers).not.toHaveProperty('x-trace');
    expect((await get('/out')).headers).not.toHaveProperty('x-quota');
    const { get: fromAnywhere } = await gateway({ options: { metainfoHeaders: true } });
    expect((await fromAnywhere('/out?which=back')).headers).toMatchObject({
      'rpc-backward-x-quota': '7',
      'rpc-backward-x-trace': 't',
    });
  });

  it('takes the statuses and texts of business codes from enums of the IDL', async () => {
    const { get } = await gateway({
      options: { errorEnums: ['Outcome'], idl: { path: join(IDL, 'errors.thrift') } },
    });
    const { status, body } = await get('/out?which=biz');
    expect(status).toBe(410);
    expect(JSON.parse(body)).toMatchObject({ code: 4004, message: 'not here' });
    expect((await get('/out?which=bizempty')).body).toContain('"message":"gone for good"');
    await expect(gateway({ options: { errorEnums: ['Gone'] } })).rejects.toThrow(
      'errorEnums names Gone',
    );
  });

  it('takes its options from the container', async () => {
    const { get } = await gateway({
      module: (endpoint) =>
        ThriftGatewayModule.forRootAsync({
          idl: { path: join(IDL, 'gateway.thrift') },
          services: [{ service: 'Gateway', endpoints: [endpoint], transport: 'TTHeaderFramed' }],
          imports: [DoorsModule],
          inject: [Doors],
          useFactory: async (doors: Doors) => ({ problemDetails: doors.seen.length === 0 }),
        }),
    });
    expect((await get('/q?mid=x')).headers['content-type']).toContain('application/problem+json');
  });

  it('checks the rules of generated definitions, in the form of other wrong requests', async () => {
    const folder = new GeneratedFolder();
    cleanUp(() => folder.remove());
    const path = join(IDL, 'rules.thrift');
    folder.write(generateTypeScript(loadSchema(path), { validators: true }));
    const { Rules } = await folder.import<{ Rules: ServiceDefinition }>('rules.ts');
    const { get } = await gateway({
      options: { idl: { path }, services: [{ service: Rules, endpoints: ['127.0.0.1:1'] }] },
    });
    expect((await get('/named?name=x')).status).toBe(503);
    const { status, body } = await get('/named?name=');
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({
      message: expect.stringContaining('invalid request: name:'),
      extra: { name: expect.any(String) },
    });
  });

  it('warns of OPTIONS routes that CORS answers', async () => {
    const { logger } = await gateway({ configure: (app) => app.enableCors() });
    expect(logger.warnings.join('\n')).toContain(
      'CORS answers OPTIONS requests before the routes of the gateway: /verbs-options',
    );
  });

  it('refuses to forward what belongs to a connection', async () => {
    await expect(gateway({ options: { forwardHeaders: ['Connection'] } })).rejects.toThrow(
      'forwardHeaders cannot name Connection',
    );
  });

  it('shortens the time of a call as its caller says, and never lengthens it', async () => {
    const { get, calls } = await gateway({ options: { timeoutHeader: 'x-request-timeout-ms' } });
    const late = await get('/out?which=slow', { 'X-Request-Timeout-Ms': '50' });
    expect(late.status).toBe(504);
    expect(calls[0]!.call.deadline - performance.now()).toBeLessThan(50);
    await get('/out', { 'X-Request-Timeout-Ms': '9999999999' });
    expect(calls[1]!.call.deadline - performance.now()).toBeLessThan(1_500);
  });

  it('gives calls the id of their request', async () => {
    const { get, calls } = await gateway({ configure: (app) => void app.use(requestIdMiddleware) });
    const { headers } = await get('/out', { 'x-request-id': 'r-1' });
    expect(headers['x-request-id']).toBe('r-1');
    expect(Object.fromEntries(calls[0]!.call.persistentMetadata)).toEqual({ 'request-id': 'r-1' });
  });

  it('answers OPTIONS routes and any verb', async () => {
    const { get } = await gateway();
    expect((await get('/verbs-options', {}, 'OPTIONS')).status).toBe(200);
    expect((await get('/verbs-any', {}, 'DELETE')).status).toBe(200);
  });

  it('rejects all that is wrong at once, without the values', async () => {
    const { get } = await gateway();
    const { status, body } = await get('/q?mid=secret1&tiny=secret2&nums=1,x');
    expect(status).toBe(400);
    expect(JSON.parse(body)).toEqual({
      statusCode: 400,
      error: 'Bad Request',
      message: 'invalid request: query tiny: i8 expected (and 2 more)',
      extra: {
        'query tiny': 'i8 expected',
        'query mid': 'i32 expected',
        'query nums[1]': 'i32 expected',
      },
    });
  });

  it('refuses bodies beyond the limits of the adapter and of the gateway', async () => {
    const { port } = await gateway({ options: { maxBodyBytes: 1_000 } });
    const post = (type: string, body: string) =>
      sendRaw(
        port,
        `POST /raw HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    expect((await post('application/json', `{"text":"${'x'.repeat(2_000_000)}"}`)).status).toBe(
      413,
    );
    if (adapter === 'express') {
      expect((await post('application/octet-stream', 'x'.repeat(1_001))).status).toBe(413);
    }
    expect((await post('application/octet-stream', 'x'.repeat(900))).status).toBe(200);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { ThriftGatewayModule } from '@nestjs-thrift/gateway';
import { map, tap } from 'rxjs';
import { cleanUp } from '#test/cleanup.js';
import { until } from '#test/until.js';
import { ADAPTERS, type AppSetUp, IDL, sendRaw, startGateway } from './support/gateway-app.js';
import { type ReceivedCall, serveScripted } from './support/scripted-service.js';

const seen: unknown[] = [];

@Injectable()
class Seen implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(tap((body: unknown) => seen.push(body)));
  }
}

@Injectable()
class Wrapped implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler) {
    return next.handle().pipe(map((result: unknown) => ({ result })));
  }
}

// The first application of a process loads Nest.
jest.setTimeout(60_000);

describe.each(ADAPTERS)('a gateway in an application under %s', (adapter) => {
  async function gateway(setUp: Partial<AppSetUp> = {}) {
    const calls: ReceivedCall[] = [];
    const endpoint = await serveScripted((call) => calls.push(call));
    const { port, logger } = await startGateway({ adapter, endpoint, ...setUp });
    const send = (head: string, headers: Readonly<Record<string, string>> = {}, body = '') => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const length = `Content-Length: ${Buffer.byteLength(body)}\r\n`;
      const type = body === '' ? '' : length;
      return sendRaw(
        port,
        `${head} HTTP/1.1\r\nHost: gw.test\r\nConnection: close\r\n${lines.join('')}${type}\r\n${body}`,
      );
    };
    return { send, port, calls, logger };
  }

  it('has routes without the prefix where the application excludes them', async () => {
    const { send } = await gateway({
      configure: (app) => app.setGlobalPrefix('api', { exclude: ['out'] }),
    });
    expect((await send('GET /out')).status).toBe(200);
    expect((await send('GET /api/fails')).status).toBe(422);
    expect((await send('GET /fails')).status).toBe(404);
  });

  it('has the path that RouterModule gives its module, and middleware of the application', async () => {
    const paths: string[] = [];
    const { send, calls } = await gateway({
      module: async (endpoint) => {
        const module = await ThriftGatewayModule.forRoot({
          idl: { path: join(IDL, 'gateway.thrift') },
          services: [{ service: 'Gateway', endpoints: [endpoint], transport: 'TTHeaderFramed' }],
        });
        @Module({
          imports: [
            module,
            RouterModule.register([{ path: 'thrift', module: ThriftGatewayModule }]),
          ],
        })
        class Parts {
          configure(consumer: MiddlewareConsumer): void {
            consumer
              .apply((request: { originalUrl: string }, _response: unknown, next: () => void) => {
                paths.push(request.originalUrl);
                next();
              })
              .forRoutes('thrift/out');
          }
        }
        return { module: Parts };
      },
    });
    expect((await send('GET /thrift/out')).status).toBe(200);
    expect((await send('GET /thrift/p/7/sub/x')).status).toBe(200);
    expect((await send('GET /out')).status).toBe(404);
    expect(paths).toEqual(['/thrift/out']);
    expect(calls.map(({ method }) => method)).toEqual(['Out', 'PathSub']);
  });

  it('gives interceptors the text of a body, or an object where each i64 is a text', async () => {
    const decorate = { 'Gateway.Out': [UseInterceptors(Seen)], 'Gateway.Need': [] };
    seen.length = 0;
    const { send } = await gateway({ options: { decorate } });
    await send('GET /out');
    expect(seen.splice(0)).toEqual(['{"size":20,"count":9}']);
    const wrapped = { 'Gateway.Out': [UseInterceptors(Wrapped, Seen)] };
    const { send: sendText } = await gateway({ options: { decorate: wrapped, i64: 'string' } });
    const { body, headers } = await sendText('GET /out');
    expect(seen).toEqual([{ size: 20, count: 9 }]);
    expect(JSON.parse(body)).toEqual({ result: { size: 20, count: 9 } });
    expect(headers['content-type']).toMatch(/^application\/json/);
  });

  it('serves paths with blanks and with any letters', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'paths-'));
    cleanUp(() => rmSync(folder, { recursive: true }));
    const path = join(folder, 'paths.thrift');
    writeFileSync(
      path,
      'service S { void A() (api.get = "/x y") void B() (api.get = "/用户/:id") void C() (api.get = "/名:n/x") void D() (api.get = "/x//y") }',
    );
    const services = [{ service: 'S', endpoints: ['127.0.0.1:1'] }];
    const { send } = await gateway({ options: { idl: { path }, services } });
    for (const target of ['/x%20y', '/%E7%94%A8%E6%88%B7/7', '/%E5%90%8D7/x', '/x//y']) {
      // The route is found, and no service is there.
      expect((await send(`GET ${target}`)).status).toBe(503);
    }
  });

  it('answers POST with 200, not with the 201 of Nest', async () => {
    const { send } = await gateway();
    const json = { 'Content-Type': 'application/json' };
    expect((await send('POST /b', json, '{}')).status).toBe(200);
  });

  it('logs a caller that left as 499, and below the errors', async () => {
    const { port, calls, logger } = await gateway();
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('GET /out?which=slow HTTP/1.1\r\nHost: gw.test\r\n\r\n'),
    );
    await until(() => calls.length > 0);
    socket.destroy();
    const lines = () => logger.lines.map(([level, line]) => `${level} ${String(line)}`);
    await until(() => lines().some((line) => line.startsWith('debug 499: ')));
    expect(logger.errors).toEqual([]);
  });

  it('gives the adapter what the guide says that it decides', async () => {
    const { send, calls } = await gateway();
    const statusOf = async (head: string) => (await send(head)).status;
    expect({
      slash: await statusOf('GET /p/7/'),
      upperCase: await statusOf('GET /OUT'),
      wrongVerb: await statusOf('PATCH /out'),
      purge: await statusOf('PURGE /verbs-any'),
      badEscape: await statusOf('GET /p/%zz'),
    }).toEqual(
      adapter === 'express'
        ? // The Express of these tests is configured to be strict about slashes.
          { slash: 404, upperCase: 200, wrongVerb: 404, purge: 200, badEscape: 400 }
        : { slash: 404, upperCase: 404, wrongVerb: 404, purge: 404, badEscape: 400 },
    );
    const before = calls.length;
    const empty = await send('POST /b', {
      'Content-Type': 'application/json',
      'Content-Length': '0',
    });
    expect(empty.status).toBe(adapter === 'express' ? 200 : 400);
    expect(calls.length - before).toBe(adapter === 'express' ? 1 : 0);
    expect((await send('POST /b', {}, '{"text":"t"}')).status).toBe(200);
  });
});

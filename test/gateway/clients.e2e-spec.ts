import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { context, SpanKind, trace } from '@opentelemetry/api';
import { type RPCMetadata, RPCType, setRPCMetadata } from '@opentelemetry/core';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { generateTypeScript } from '@nestjs-thrift/codegen';
import { ThriftGatewayModule, type ThriftGatewayModuleOptions } from '@nestjs-thrift/gateway';
import { staticResolver } from '@nestjs-thrift/governance';
import { loadSchema } from '@nestjs-thrift/idl/loader';
import {
  requestIdMiddleware,
  type ThriftFeature,
  ThriftModule,
  ThriftObserver,
  type ThriftProcessObserver,
} from '@nestjs-thrift/microservice';
import { ThriftTracingModule } from '@nestjs-thrift/telemetry/tracing';
import { ServerTransport } from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { GeneratedFolder } from '#test/generated-folder.js';
import { recordSpans } from '#test/spans.js';
import { until } from '#test/until.js';
import { ADAPTERS, IDL, sendRaw, startGateway } from './support/gateway-app.js';
import { get } from './support/response-requests.js';

const PATH = join(IDL, 'gateway.thrift');
const SCHEMA = loadSchema(PATH);
const Compiled = compileSchema(SCHEMA).service('Gateway');
const exporter = recordSpans();

/** What generated code and definitions that are compiled at start have in common. */
const DEFINITIONS: Readonly<Record<string, () => Promise<ServiceDefinition>>> = {
  'compiled from the IDL': async () => Compiled,
  generated: async () => {
    const folder = new GeneratedFolder();
    cleanUp(() => folder.remove());
    folder.write(generateTypeScript(SCHEMA, {}));
    return (await folder.import<{ Gateway: ServiceDefinition }>('gateway.ts')).Gateway;
  },
};

@ThriftObserver()
class Broken implements ThriftProcessObserver {
  httpRequestRouted(): void {
    throw new Error('broken observer');
  }
}

/** A span for each request, as instrumentations of HTTP make it: it takes its route from what the request learns of it. */
function instrument(app: INestApplication): void {
  app.use((request: { method: string }, response: NodeJS.EventEmitter, next: () => void) => {
    const span = trace.getTracer('http').startSpan(request.method, { kind: SpanKind.SERVER });
    const metadata: RPCMetadata = { type: RPCType.HTTP, span };
    response.once('finish', () => {
      span.updateName(`${request.method} ${metadata.route}`);
      span.end();
    });
    const active = setRPCMetadata(trace.setSpan(context.active(), span), metadata);
    context.with(active, next);
  });
}

// The first application of a process loads Nest.
jest.setTimeout(60_000);

describe.each(ADAPTERS)('the client of a gateway under %s', (adapter) => {
  /** A server of the service whose `Out` is the handler. */
  async function serve(handler: () => Promise<object>): Promise<string> {
    const others = Object.keys(Compiled.methods).map((name) => [name, async () => ({})] as const);
    const handlers = { ...Object.fromEntries(others), Out: handler };
    const server = new ServerTransport([{ definition: Compiled, handlers: handlers as never }], {
      host: '127.0.0.1',
      port: 0,
    });
    await server.listen();
    cleanUp(() => server.close({ drainTimeoutMs: 0 }));
    return server.address;
  }

  async function gateway(
    services: ThriftGatewayModuleOptions['services'],
    feature: Partial<ThriftFeature> & Pick<ThriftFeature, 'service'> = { service: Compiled },
    configure?: (app: INestApplication) => void,
    providers: readonly Type[] = [],
  ) {
    const imports: (DynamicModule | Promise<DynamicModule>)[] = [
      ThriftTracingModule.forRoot(),
      ThriftModule.forFeature([
        { transport: 'TTHeaderFramed', connectTimeoutMs: 10_000, ...feature, name: 'users' },
      ]),
    ];
    const { port, app } = await startGateway({
      adapter,
      endpoint: '',
      configure,
      providers,
      module: async () => ({
        module: class GatewayParts {},
        imports: [...imports, ThriftGatewayModule.forRoot({ idl: { path: PATH }, services })],
      }),
    });
    return { app, send: (path: string, verb?: string) => sendRaw(port, get(path, verb)) };
  }

  it.each(Object.entries(DEFINITIONS))(
    'is one of the application, with its policies and its definition, %s',
    async (_kind, definitionOf) => {
      const service = await definitionOf();
      let count = 0;
      const endpoint = await serve(async () => {
        count += 1;
        throw new Error('broken');
      });
      const { send } = await gateway([{ service, client: 'users' }], {
        service,
        endpoints: [endpoint],
        policies: { circuitBreaker: { minSamples: 1, errorRate: 1 } },
      });
      expect((await send('/headers')).body).toBe('{"size":20,"count":3}');
      expect((await send('/out')).status).toBe(502);
      expect(await send('/out')).toMatchObject({
        status: 503,
        body: expect.stringContaining('"code":"CIRCUIT_OPEN"'),
      });
      expect(count).toBe(1);
    },
  );

  it('comes with the service, with a resolver', async () => {
    const endpoint = await serve(async () => ({ count: 9 }));
    const { send } = await gateway(
      [
        {
          service: 'Gateway',
          resolver: staticResolver([endpoint]),
          transport: 'TTHeaderFramed',
          connectTimeoutMs: 10_000,
        },
      ],
      { service: Compiled, endpoints: ['127.0.0.1:1'] },
    );
    expect((await send('/out')).body).toBe('{"size":20,"count":9}');
  });

  it('ends with the application, after the requests that are under way', async () => {
    let isCalled = false;
    let open = () => undefined as void;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const endpoint = await serve(async () => {
      isCalled = true;
      await gate;
      return { count: 9 };
    });
    const { app, send } = await gateway([{ service: Compiled, client: 'users' }], {
      service: Compiled,
      endpoints: [endpoint],
    });
    const answer = send('/out');
    await until(() => isCalled);
    const closed = app.close();
    await until(() => app.getHttpServer().listening === false);
    open();
    expect((await answer).status).toBe(200);
    await closed;
  });

  it('calls in the trace of the request, whose span has the path of the IDL as its route', async () => {
    const endpoint = await serve(async () => ({}));
    const { send } = await gateway(
      [{ service: Compiled, client: 'users' }],
      { service: Compiled, endpoints: [endpoint] },
      (app) => {
        app.setGlobalPrefix('api');
        instrument(app);
        app.use(requestIdMiddleware);
      },
    );
    const spansOf = async (path: string, verb?: string) => {
      exporter.reset();
      const { headers } = await send(path, verb);
      const spans = () => exporter.getFinishedSpans();
      await until(() => spans().length === 2);
      const [http, call] = spans().toSorted((a, b) => a.kind - b.kind);
      expect(call!.parentSpanContext?.spanId).toBe(http!.spanContext().spanId);
      const [id] = http!.attributes['http.response.header.x-request-id'] as string[];
      expect(headers['x-request-id']).toBe(id);
      expect(http!.name).toBe(`${verb ?? 'GET'} ${String(http!.attributes['http.route'])}`);
      return { route: http!.attributes['http.route'], call: call!.name };
    };
    expect(await spansOf('/api/p/7/sub/x')).toEqual({
      route: '/api/p/:id/sub/:name',
      call: 'Gateway/PathSub',
    });
    expect(await spansOf('/api/files/a/b')).toEqual({
      route: '/api/files/*rest',
      call: 'Gateway/Files',
    });
    expect(await spansOf('/api/verbs/7', 'DELETE')).toEqual({
      route: '/api/verbs/:x',
      call: 'Gateway/DeleteIt',
    });
  });

  it('gives the route to the span that is active where no instrumentation of HTTP is', async () => {
    const endpoint = await serve(async () => ({}));
    const { send } = await gateway(
      [{ service: Compiled, client: 'users' }],
      { service: Compiled, endpoints: [endpoint] },
      (app) =>
        app.use((_request: unknown, response: NodeJS.EventEmitter, next: () => void) => {
          const span = trace.getTracer('own').startSpan('request', { kind: SpanKind.INTERNAL });
          response.once('finish', () => span.end());
          context.with(trace.setSpan(context.active(), span), next);
        }),
    );
    await send('/p/me');
    const own = () => exporter.getFinishedSpans().find(({ name }) => name === 'request');
    await until(() => own() !== undefined);
    expect(own()!.attributes['http.route']).toBe('/p/me');
  });

  it('calls all the same when an observer of routes throws', async () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    cleanUp(() => warned.mockRestore());
    const endpoint = await serve(async () => ({}));
    const { send } = await gateway(
      [{ service: Compiled, client: 'users' }],
      { service: Compiled, endpoints: [endpoint] },
      undefined,
      [Broken],
    );
    expect((await send('/out')).status).toBe(200);
    expect(warned.mock.calls.flat()).toContain(
      'httpRequestRouted of an observer threw: Error: broken observer',
    );
  });
});

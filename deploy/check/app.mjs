// A hybrid Nest application with everything that is measured: it serves, calls itself, is refused, retries and trips.
// Prints the port of nestjs-prometheus and that of the admin server as JSON, and goes on until SIGTERM. With the message
// `break` it does what alerts must see, with `mend` it stops.
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RpcException } from '@nestjs/microservices';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { AdminServer, ThriftHealthModule } from '@nestjs-thrift/health';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import {
  LimitExceededError,
  RemoteError,
  ThriftGovernanceConfig,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
  getThriftClientToken,
} from '@nestjs-thrift/microservice';
import { ThriftMetrics, ThriftMetricsModule } from '@nestjs-thrift/telemetry/metrics';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';

const schema = compileSchema(
  loadSchemaFromText(
    `struct Text { 1: string text }
    service Demo {
      string Say(1: string text)
      Text Watch(1: Text text) (streaming.mode = "server")
    }`,
    { file: 'demo.thrift' },
  ),
);
const Demo = schema.service('Demo');
const thriftPort = Number(process.env.THRIFT_PORT);
const governanceFile = join(await mkdtemp(join(tmpdir(), 'check-deploy-')), 'governance.yaml');
writeFileSync(governanceFile, 'services: {}\n');

class DemoController {
  /** @param {string} text */
  Say(text) {
    if (text === 'hang') {
      return new Promise(() => {});
    }
    if (text === 'busy') {
      throw new RpcException('busy');
    }
    return text;
  }

  /** @param {{ text: string }} request */
  async *Watch({ text }) {
    for (let i = 0; i < 3; i++) {
      yield { text };
    }
  }
}
// The same metrics under the other prefix, for the files in deploy/kitex.
const kitexMetrics = new ThriftMetrics({ naming: 'kitex' });
for (const name of ['Say', 'Watch']) {
  const descriptor = Object.getOwnPropertyDescriptor(DemoController.prototype, name) ?? {};
  ThriftMethod()(DemoController.prototype, name, descriptor);
}
ThriftService(Demo)(DemoController);

class AppModule {}
Module({
  imports: [
    // The default metrics of prom-client do not pass `promtool check metrics`.
    PrometheusModule.register({ defaultMetrics: { enabled: false } }),
    ThriftModule.forRootAsync({
      imports: [ThriftMetricsModule.forRoot({})],
      inject: [ThriftMetrics],
      useFactory: (metrics) => ({
        serviceName: 'check',
        governance: { file: governanceFile },
        server: {
          host: '127.0.0.1',
          port: thriftPort,
          observers: [metrics, kitexMetrics],
          admit: (call) =>
            call.metadata.has('refuse') ? new LimitExceededError('not today') : undefined,
        },
        client: { targetServiceName: 'example.demo', observers: [metrics, kitexMetrics] },
      }),
    }),
    ThriftModule.forFeature([
      { name: 'demo', service: Demo, endpoints: [`127.0.0.1:${thriftPort}`] },
      {
        name: 'tripping',
        service: Demo,
        endpoints: [`127.0.0.1:${thriftPort}`],
        policies: {
          retry: { type: 'failure', maxRetries: 1, idempotent: true, retryErrors: [RemoteError] },
          circuitBreaker: { minSamples: 2, errorRate: 0.5 },
        },
      },
      {
        name: 'hanging',
        service: Demo,
        endpoints: [`127.0.0.1:${thriftPort}`],
        targetServiceName: 'example.hanging',
        attemptTimeoutMs: 300,
        policies: { circuitBreaker: { minSamples: 2, errorRate: 0.5, openDurationMs: 700 } },
      },
    ]),
    ThriftHealthModule.forRoot({ admin: { host: '127.0.0.1', port: 0 } }),
  ],
  controllers: [DemoController],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
app.enableShutdownHooks();
app.connectMicroservice({ strategy: app.get(ThriftServer) });
await app.startAllMicroservices();
await app.listen(0, '127.0.0.1');

const client = (/** @type {string} */ name) =>
  app.get(getThriftClientToken(name), { strict: false });
const [demo, tripping, hanging] = ['demo', 'tripping', 'hanging'].map(client);
const { source } = app.get(ThriftGovernanceConfig);
if (source !== undefined) {
  kitexMetrics.watchConfig(source);
}
app.get(ThriftServer).status.subscribe((status) => kitexMetrics.serverStateChanged(app, status));
const ignore = () => {};
for (let i = 0; i < 3; i++) {
  await tripping.Say('busy').catch(ignore);
}
let isBroken = false;
// Fewer than one of 20 calls fails, and one of two once it is broken.
let calls = 0;
setInterval(() => {
  calls += 1;
  void demo.Say('hello').catch(ignore);
  if (isBroken || calls % 100 === 0) {
    void demo.Say('busy').catch(ignore);
  }
  if (calls % 100 === 1) {
    void demo.Say('hello', { metadata: { refuse: 'yes' } }).catch(ignore);
  }
  if (isBroken) {
    void hanging.Say('hang').catch(ignore);
  }
}, 20);
setInterval(async () => {
  try {
    for await (const _ of demo.Watch({ text: 'hello' })) {
      // The metrics count it.
    }
  } catch {
    // Counted.
  }
}, 100);
setInterval(() => {
  const endsAt = performance.now() + (isBroken ? 200 : 0);
  while (performance.now() < endsAt) {}
}, 1000);
process.on('message', (message) => {
  isBroken = message === 'break';
  writeFileSync(governanceFile, isBroken ? 'services: [nothing' : '{  }');
});
writeFileSync(governanceFile, 'services: {}\n\n');
connect(thriftPort, '127.0.0.1').on('error', ignore).end('this is not a Thrift message at all');

console.log(
  JSON.stringify({ http: app.getHttpServer().address().port, admin: app.get(AdminServer).port }),
);

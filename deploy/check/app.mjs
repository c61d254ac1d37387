// A hybrid Nest application with everything that is measured: it serves, calls itself, is refused, retries and trips.
// Prints the port of nestjs-prometheus and that of the admin server as JSON, and goes on until SIGTERM.
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
import { GovernanceFile } from '@nestjs-thrift/governance';
import { AdminServer, ThriftHealthModule } from '@nestjs-thrift/health';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import {
  LimitExceededError,
  RemoteError,
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
  getThriftClientToken,
} from '@nestjs-thrift/microservice';
import { ThriftMetrics, ThriftMetricsModule } from '@nestjs-thrift/telemetry/metrics';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';

const schema = compileSchema(
  loadSchemaFromText('service Demo { string Say(1: string text) }', { file: 'demo.thrift' }),
);
const Demo = schema.service('Demo');
const thriftPort = Number(process.env.THRIFT_PORT);
const governanceFile = join(await mkdtemp(join(tmpdir(), 'check-deploy-')), 'governance.yaml');
writeFileSync(governanceFile, '{}');

class DemoController {
  /** @param {string} text */
  Say(text) {
    if (text === 'busy') {
      throw new RpcException('busy');
    }
    return text;
  }
}
const say = Object.getOwnPropertyDescriptor(DemoController.prototype, 'Say') ?? {};
ThriftMethod()(DemoController.prototype, 'Say', say);
ThriftService(Demo)(DemoController);

class AppModule {}
Module({
  imports: [
    PrometheusModule.register(),
    ThriftModule.forRootAsync({
      imports: [ThriftMetricsModule.forRoot({})],
      inject: [ThriftMetrics],
      useFactory: async (metrics) => ({
        server: {
          host: '127.0.0.1',
          port: thriftPort,
          observers: [metrics],
          admit: (call) =>
            call.metadata.has('refuse') ? new LimitExceededError('not today') : undefined,
        },
        client: {
          serviceName: 'check',
          observers: [metrics],
          config: await GovernanceFile.open(governanceFile),
        },
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

const demo = app.get(getThriftClientToken('demo'), { strict: false });
const tripping = app.get(getThriftClientToken('tripping'), { strict: false });
const ignore = () => {};
for (let i = 0; i < 3; i++) {
  await tripping.Say('busy').catch(ignore);
}
setInterval(() => {
  void demo.Say('hello').catch(ignore);
  void demo.Say('busy').catch(ignore);
  void demo.Say('hello', { metadata: { refuse: 'yes' } }).catch(ignore);
}, 20);
writeFileSync(governanceFile, '{ }');
connect(thriftPort, '127.0.0.1').on('error', ignore).end('this is no Thrift message at all');

console.log(
  JSON.stringify({ http: app.getHttpServer().address().port, admin: app.get(AdminServer).port }),
);

// An instance of Work, as a pure microservice or a hybrid application. Stops on SIGTERM, and on any IPC message by app.close().
import { ConsoleLogger, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { ThriftHealthModule } from '@nestjs-thrift/health';
import {
  ThriftMethod,
  ThriftModule,
  ThriftServer,
  ThriftService,
  type ThriftStreamContext,
} from '@nestjs-thrift/microservice';
import { ThriftMetrics, ThriftMetricsModule } from '@nestjs-thrift/telemetry/metrics';
import type { TransportObserver } from '@nestjs-thrift/transport';
import { type Tick, type WatchRequest, Work } from './work.js';

const { INSTANCE = '', KIND, DRAIN_DELAY_MS, DRAIN_TIMEOUT_MS, STREAM_DRAIN_MS } = process.env;
const logger = new Logger('Instance');
let hanging = 0;

@ThriftService(Work)
class WorkController {
  @ThriftMethod()
  async Do({ text, milliseconds }: { text: string; milliseconds: number }): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return `${INSTANCE} ${text}`;
  }

  @ThriftMethod()
  Hang(): Promise<void> {
    logger.log(`${++hanging} hang`);
    return new Promise(() => {});
  }

  @ThriftMethod()
  async *Watch({ ends_with_drain }: WatchRequest, ctx: ThriftStreamContext): AsyncGenerator<Tick> {
    ctx.setTrailer('instance', INSTANCE);
    for (let n = 0; !(ends_with_drain && ctx.draining.aborted); n++) {
      yield { instance: INSTANCE, n };
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

let accepted = 0;
let answered = 0;
const counter: TransportObserver = {
  requestStarted: () => void accepted++,
  requestFinished: (_call, { failed }) => void (answered += failed ? 0 : 1),
};

@Module({
  imports: [
    ThriftModule.forRootAsync({
      imports: [ThriftMetricsModule.forRoot({})],
      inject: [ThriftMetrics],
      useFactory: (metrics: ThriftMetrics) => ({
        server: {
          host: '127.0.0.1',
          port: 0,
          drainDelayMs: Number(DRAIN_DELAY_MS),
          drainTimeoutMs: Number(DRAIN_TIMEOUT_MS),
          ...(STREAM_DRAIN_MS !== undefined && { streamDrainMs: Number(STREAM_DRAIN_MS) }),
          observers: [metrics, counter],
        },
      }),
    }),
    ThriftHealthModule.forRoot({ admin: { host: '127.0.0.1', port: 0 } }),
  ],
  controllers: [WorkController],
})
class AppModule {
  /** The server has drained before. */
  onApplicationShutdown(): void {
    logger.log(`accepted ${accepted}, answered ${answered}`);
  }
}

async function start() {
  const options = { logger: new ConsoleLogger({ json: true, colors: false }) };
  if (KIND === 'pure') {
    const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(AppModule, {
      ...options,
      inject: [ThriftServer],
      useFactory: (strategy: ThriftServer) => ({ strategy }),
    });
    await app.listen();
    return app;
  }
  const app = await NestFactory.create(AppModule, options);
  app.connectMicroservice({ strategy: app.get(ThriftServer) }, { inheritAppConfig: true });
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  return app;
}

const app = await start();
app.enableShutdownHooks([], { useProcessExit: true });
// After app.close() nothing may keep the process alive, so it ends without being told.
process.once('message', () => {
  process.disconnect();
  void app.close();
});
logger.log(`serves ${app.get(ThriftServer).unwrap().address}`);

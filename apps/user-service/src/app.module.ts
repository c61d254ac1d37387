import { Module } from '@nestjs/common';
import { ThriftHealthModule } from '@nestjs-thrift/health';
import { RequestIdObserver, ThriftModule } from '@nestjs-thrift/microservice';
import { ThriftCallLog } from '@nestjs-thrift/telemetry';
import { ThriftMetrics, ThriftMetricsModule } from '@nestjs-thrift/telemetry/metrics';
import { ThriftTracing } from '@nestjs-thrift/telemetry/tracing';
import { LoggerModule } from 'nestjs-pino';
import { environmentNumber } from './environment.js';
import { InMemoryUserRepository } from './users/in-memory-user.repository.js';
import { UserController } from './users/user.controller.js';
import { UserRepository } from './users/user.repository.js';

const { GOVERNANCE_FILE, LOG_LEVEL = 'info', SERVICE_NAME = 'example.user' } = process.env;
const THRIFT_PORT = environmentNumber('THRIFT_PORT', 8888);
const DRAIN_DELAY_MS = environmentNumber('THRIFT_DRAIN_DELAY_MS', 0);
const DRAIN_TIMEOUT_MS = environmentNumber('THRIFT_DRAIN_TIMEOUT_MS', 5000);

@Module({
  imports: [
    // One JSON object per line; a line of a call has its text under the same key as all others.
    LoggerModule.forRoot({
      pinoHttp: { messageKey: 'message', level: LOG_LEVEL },
    }),
    ThriftModule.forRootAsync({
      imports: [ThriftMetricsModule.forRoot({})],
      inject: [ThriftMetrics],
      useFactory: (metrics: ThriftMetrics) => ({
        serviceName: SERVICE_NAME,
        governance: GOVERNANCE_FILE ? { file: GOVERNANCE_FILE } : undefined,
        server: {
          port: THRIFT_PORT,
          drainDelayMs: DRAIN_DELAY_MS,
          drainTimeoutMs: DRAIN_TIMEOUT_MS,
          observers: [
            new RequestIdObserver(),
            metrics,
            new ThriftTracing({ service: { name: SERVICE_NAME } }),
            new ThriftCallLog({ slowMs: 200 }),
          ],
        },
      }),
    }),
    ThriftHealthModule.forRoot({ admin: { port: environmentNumber('ADMIN_PORT', 9090) } }),
  ],
  controllers: [UserController],
  providers: [{ provide: UserRepository, useClass: InMemoryUserRepository }],
})
export class AppModule {}

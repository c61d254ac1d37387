import { Module } from '@nestjs/common';
import { ThriftHealthModule } from '@nestjs-thrift/health';
import { RequestIdObserver, ThriftModule } from '@nestjs-thrift/microservice';
import { ThriftCallLogModule } from '@nestjs-thrift/telemetry';
import { ThriftMetricsModule } from '@nestjs-thrift/telemetry/metrics';
import { ThriftTracingModule } from '@nestjs-thrift/telemetry/tracing';
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
    ThriftModule.forRoot({
      serviceName: SERVICE_NAME,
      governance: GOVERNANCE_FILE ? { file: GOVERNANCE_FILE } : undefined,
      server: {
        port: THRIFT_PORT,
        drainDelayMs: DRAIN_DELAY_MS,
        drainTimeoutMs: DRAIN_TIMEOUT_MS,
      },
    }),
    ThriftMetricsModule.forRoot(),
    ThriftTracingModule.forRoot(),
    ThriftCallLogModule.forRoot({ slowMs: 200 }),
    ThriftHealthModule.forRoot({ admin: { port: environmentNumber('ADMIN_PORT', 9090) } }),
  ],
  controllers: [UserController],
  providers: [RequestIdObserver, { provide: UserRepository, useClass: InMemoryUserRepository }],
})
export class AppModule {}

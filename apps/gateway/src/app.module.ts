import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ThriftHealthModule } from '@nestjs-thrift/health';
import { THRIFT_HTTP_STATUSES, ThriftModule, assignRequestId } from '@nestjs-thrift/microservice';
import { ThriftCallLogModule } from '@nestjs-thrift/telemetry';
import { ThriftMetricsModule } from '@nestjs-thrift/telemetry/metrics';
import { ThriftTracingModule } from '@nestjs-thrift/telemetry/tracing';
import { LoggerModule } from 'nestjs-pino';
import { environmentNumber } from './environment.js';
import { UserService } from 'contracts/user';
import { HttpErrorFilter } from './http-error.filter.js';
import { UsersController } from './users/users.controller.js';

const { GOVERNANCE_FILE, LOG_LEVEL = 'info', SERVICE_NAME = 'example.gateway' } = process.env;

@Module({
  imports: [
    LoggerModule.forRoot({
      pinoHttp: {
        messageKey: 'message',
        level: LOG_LEVEL,
        genReqId: assignRequestId,
        redact: ['req.headers.authorization', 'req.headers.cookie'],
      },
    }),
    ThriftModule.forRoot({
      serviceName: SERVICE_NAME,
      governance: GOVERNANCE_FILE ? { file: GOVERNANCE_FILE } : undefined,
    }),
    ThriftMetricsModule.forRoot(),
    ThriftTracingModule.forRoot(),
    ThriftCallLogModule.forRoot({ slowMs: 200 }),
    ThriftModule.forFeature([
      {
        name: 'users',
        service: UserService,
        endpoints: [process.env.USER_SERVICE ?? '127.0.0.1:8888'],
      },
    ]),
    ThriftHealthModule.forRoot({
      admin: { port: environmentNumber('ADMIN_PORT', 9091) },
      // Without it the gateway is degraded and answers 503 itself; it is not taken out of service.
      clients: [{ name: 'users', service: UserService }],
    }),
  ],
  controllers: [UsersController],
  providers: [
    { provide: APP_FILTER, useClass: HttpErrorFilter },
    // What the service's declared exceptions and business codes mean in HTTP.
    {
      provide: THRIFT_HTTP_STATUSES,
      useValue: { UserNotFound: 404, 1001: 404, 1002: 400, 1003: 502 },
    },
  ],
})
export class AppModule {}

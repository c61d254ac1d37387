import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { ThriftHealthModule } from '@nestjs-thrift/health';
import {
  THRIFT_HTTP_STATUSES,
  ThriftModule,
  assignRequestId,
  requestIdMiddleware,
} from '@nestjs-thrift/microservice';
import { ThriftCallLog } from '@nestjs-thrift/telemetry';
import { ThriftMetrics, ThriftMetricsModule } from '@nestjs-thrift/telemetry/metrics';
import { ThriftTracing } from '@nestjs-thrift/telemetry/tracing';
import { LoggerModule } from 'nestjs-pino';
import { environmentNumber } from './environment.js';
import { UserService } from 'contracts/user';
import { UsersController } from './users/users.controller.js';

const { GOVERNANCE_FILE, LOG_LEVEL = 'info' } = process.env;
const SERVICE_NAME = 'example.gateway';

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
    ThriftModule.forRootAsync({
      imports: [ThriftMetricsModule.forRoot({})],
      inject: [ThriftMetrics],
      useFactory: (metrics: ThriftMetrics) => ({
        serviceName: SERVICE_NAME,
        governance: GOVERNANCE_FILE ? { file: GOVERNANCE_FILE } : undefined,
        client: {
          observers: [
            metrics,
            new ThriftTracing({ service: { name: SERVICE_NAME } }),
            new ThriftCallLog({ slowMs: 200 }),
          ],
        },
      }),
    }),
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
    // What the service's declared exceptions and business codes mean in HTTP.
    {
      provide: THRIFT_HTTP_STATUSES,
      useValue: { UserNotFound: 404, 1001: 404, 1002: 400, 1003: 502 },
    },
  ],
})
export class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(requestIdMiddleware).forRoutes('{*path}');
  }
}

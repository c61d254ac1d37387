import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ThriftGatewayModule } from '@nestjs-thrift/gateway';
import { ThriftHealthModule } from '@nestjs-thrift/health';
import { THRIFT_HTTP_STATUSES, ThriftModule, assignRequestId } from '@nestjs-thrift/microservice';
import { ThriftCallLogModule } from '@nestjs-thrift/telemetry';
import { ThriftMetricsModule } from '@nestjs-thrift/telemetry/metrics';
import { ThriftTracingModule } from '@nestjs-thrift/telemetry/tracing';
import { LoggerModule } from 'nestjs-pino';
import { ChatService } from 'contracts/chat';
import { UserService } from 'contracts/user';
import { ChatPageController } from './chat/chat-page.controller.js';
import { environmentNumber } from './environment.js';
import { HttpErrorFilter } from './http-error.filter.js';
import { UserActionsController } from './users/user-actions.controller.js';

const { GOVERNANCE_FILE, LOG_LEVEL = 'info', SERVICE_NAME = 'example.gateway' } = process.env;
/** The IDL is read when the application starts: its annotations are the routes. */
const idl = (name: string) => ({
  path: fileURLToPath(new URL(`../../idl/${name}.thrift`, import.meta.url)),
});

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
        timeoutMs: 1000,
      },
      {
        name: 'chat',
        service: ChatService,
        endpoints: [process.env.CHAT_SERVICE ?? '127.0.0.1:8889'],
      },
    ]),
    ThriftGatewayModule.forRoot({
      idl: idl('user'),
      services: [{ service: UserService, client: 'users' }],
      override: { 'UserService.LogUserAction': UserActionsController },
    }),
    ThriftGatewayModule.forRoot({
      idl: idl('chat'),
      services: [{ service: ChatService, client: 'chat' }],
    }),
    ThriftHealthModule.forRoot({
      admin: { port: environmentNumber('ADMIN_PORT', 9091) },
      // Without it the gateway is degraded and answers 503 itself; it is not taken out of service.
      clients: [
        { name: 'users', service: UserService },
        { name: 'chat', service: ChatService },
      ],
    }),
  ],
  controllers: [UserActionsController, ChatPageController],
  providers: [
    { provide: APP_FILTER, useClass: HttpErrorFilter },
    // What the service's declared exceptions and business codes mean in HTTP.
    {
      provide: THRIFT_HTTP_STATUSES,
      useValue: { UserNotFound: 404, 1001: 404, 1002: 400, 1003: 502, 2001: 400 },
    },
  ],
})
export class AppModule {}

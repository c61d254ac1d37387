import { Module } from '@nestjs/common';
import { ThriftHealthModule } from '@nestjs-thrift/health';
import { RequestIdObserver, ThriftModule } from '@nestjs-thrift/microservice';
import { ThriftCallLogModule } from '@nestjs-thrift/telemetry';
import { ThriftMetricsModule } from '@nestjs-thrift/telemetry/metrics';
import { ThriftTracingModule } from '@nestjs-thrift/telemetry/tracing';
import { LoggerModule } from 'nestjs-pino';
import { AnswerWriter } from './chat/answer-writer.js';
import { ChatController } from './chat/chat.controller.js';
import { environmentNumber } from './environment.js';

const { GOVERNANCE_FILE, LOG_LEVEL = 'info', SERVICE_NAME = 'example.chat' } = process.env;
const THRIFT_PORT = environmentNumber('THRIFT_PORT', 8889);
const DRAIN_DELAY_MS = environmentNumber('THRIFT_DRAIN_DELAY_MS', 0);
const DRAIN_TIMEOUT_MS = environmentNumber('THRIFT_DRAIN_TIMEOUT_MS', 5000);
/** A word of an answer takes this long, as that of a language model does. */
const WORD_MS = environmentNumber('WORD_MS', 50);

@Module({
  imports: [
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
    ThriftCallLogModule.forRoot(),
    ThriftHealthModule.forRoot({ admin: { port: environmentNumber('ADMIN_PORT', 9092) } }),
  ],
  controllers: [ChatController],
  providers: [RequestIdObserver, { provide: AnswerWriter, useValue: new AnswerWriter(WORD_MS) }],
})
export class AppModule {}

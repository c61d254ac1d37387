import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { ThriftServer } from '@nestjs-thrift/microservice';
import { AppModule } from './app.module.js';

const app = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(AppModule, {
  inject: [ThriftServer],
  useFactory: (strategy: ThriftServer) => ({ strategy }),
});
app.enableShutdownHooks();
const { port } = (await app.listen()) as unknown as { port: number };
Logger.log(`UserService listens on port ${port}`, 'UserService');

import { NestFactory } from '@nestjs/core';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { AppModule } from './app.module.js';

async function bootstrap() {
  const app = await NestFactory.createMicroservice(AppModule, ThriftModule.microservice());
  app.enableShutdownHooks();
  await app.listen();
}
await bootstrap();

import { Logger as NestLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { Logger } from 'nestjs-pino';

try {
  // Loaded here, because it reads the environment.
  const { AppModule } = await import('./app.module.js');
  const app = await NestFactory.createMicroservice(
    AppModule,
    // Until the logger is there, lines are kept for it.
    ThriftModule.microservice({ bufferLogs: true }),
  );
  app.useLogger(app.get(Logger));
  // Exits with 0 after a drain. The default, to send itself the signal again, ends no process that is the first of a container.
  app.enableShutdownHooks([], { useProcessExit: true });
  const { port } = (await app.listen()) as unknown as { port: number };
  NestLogger.log(`ChatService listens on port ${port}`, 'ChatService');
  process.send?.('ready');
} catch (error) {
  // A port that is in use, a variable that is wrong: the message names it, and a stack would hide it.
  console.error(`chat-service cannot start: ${(error as Error).message}`);
  process.exit(1);
}

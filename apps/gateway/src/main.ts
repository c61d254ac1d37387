import { Logger as NestLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import { configureGateway } from './configure-gateway.js';
import { environmentNumber } from './environment.js';

try {
  const port = environmentNumber('PORT', 3000);
  // Loaded here, because it reads the environment.
  const { AppModule } = await import('./app.module.js');
  // Until the logger is there, lines are kept for it.
  const app = await NestFactory.create(AppModule, {
    bufferLogs: true,
    // JSON.parse, which Express calls, loses digits of an i64.
    rawBody: true,
  });
  app.useLogger(app.get(Logger));
  configureGateway(app);
  // Exits with 0 after a drain. The default, to send itself the signal again, ends no process that is the first of a container.
  app.enableShutdownHooks([], { useProcessExit: true });
  await app.listen(port, '127.0.0.1');
  NestLogger.log(`Gateway listens on ${await app.getUrl()}`, 'Gateway');
  process.send?.('ready');
} catch (error) {
  // A port that is in use, a variable that is wrong: the message names it, and a stack would hide it.
  console.error(`gateway cannot start: ${(error as Error).message}`);
  process.exit(1);
}

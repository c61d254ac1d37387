import { Logger as NestLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { environmentNumber } from './environment.js';

// Until the logger is there, lines are kept for it.
const app = await NestFactory.create(AppModule, { bufferLogs: true });
app.useLogger(app.get(Logger));
// Exits with 0 after a drain. The default, to send itself the signal once more, ends no process that is the first of a container.
app.enableShutdownHooks([], { useProcessExit: true });
await app.listen(environmentNumber('PORT', 3000), '127.0.0.1');
NestLogger.log(`Gateway listens on ${await app.getUrl()}`, 'Gateway');

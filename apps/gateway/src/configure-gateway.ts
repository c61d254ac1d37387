import type { INestApplication } from '@nestjs/common';
import { requestIdMiddleware } from '@nestjs-thrift/microservice';

/** What stands in front of every route. */
export function configureGateway(app: INestApplication): void {
  // Clients do not need to know what answers.
  const express = app.getHttpAdapter().getInstance() as { disable(setting: string): void };
  express.disable('x-powered-by');
  // Before the body is parsed: a body that cannot be parsed gets an answer with an id, too.
  app.use(requestIdMiddleware);
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Middleware } from '@nestjs-thrift/microservice';

const HEADER = 'x-request-id';
/** What may come from outside and end up in every log on the way. */
const ACCEPTABLE = /^[\w.:-]{1,128}$/;

const storage = new AsyncLocalStorage<string>();

/** The id of an HTTP request: the one it came with, or a new one. The response tells it. */
export function assignRequestId({ headers }: IncomingMessage, response: ServerResponse): string {
  const given = headers[HEADER];
  const id = typeof given === 'string' && ACCEPTABLE.test(given) ? given : randomUUID();
  response.setHeader(HEADER, id);
  return id;
}

/** HTTP middleware: keeps the id of the request for everything that is done to answer it. */
export function keepRequestId(
  { id }: { readonly id: string },
  _response: unknown,
  next: () => void,
): void {
  storage.run(id, next);
}

/** Sends the id along with every Thrift call; the services behind pass it on to theirs by themselves. */
export const forwardRequestId: Middleware = (next) => (call) => {
  const id = storage.getStore();
  if (id === undefined) {
    return next(call);
  }
  const { options } = call;
  const persistentMetadata = { ...options.persistentMetadata, 'request-id': id };
  return next({ ...call, options: { ...options, persistentMetadata } });
};

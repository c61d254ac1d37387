import type { IncomingMessage, ServerResponse } from 'node:http';
import { PayloadTooLargeException } from '@nestjs/common';
import type { UnboundRequest } from '../binding/request-binder.js';
import type { RouteSlot } from './route-slot.js';

/** What the gateway uses of the requests of Express and of Fastify. */
export interface HttpRequest {
  /** Node's own, with Fastify. */
  readonly raw?: IncomingMessage;
  readonly originalUrl?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** The route that matched, with Express. */
  readonly route?: { readonly path?: unknown };
  /** The same with Fastify. */
  readonly routeOptions?: { readonly url?: unknown };
  /** What the adapter parsed. */
  readonly body?: unknown;
  /** The bytes of what the adapter parsed, if the application asked for them. */
  readonly rawBody?: Uint8Array;
}

/** What the gateway uses of the responses of Express and of Fastify. */
export interface HttpReply {
  /** Node's own, with Fastify. */
  readonly raw?: ServerResponse;
  status(code: number): HttpReply;
  header(name: string, value: string): HttpReply;
  send(body?: unknown): unknown;
  /** Adds a header to those of the same name; Express alone has it. */
  append?(name: string, value: string): unknown;
}

/** Node's request. */
export function messageOf(request: HttpRequest): IncomingMessage {
  return request.raw ?? (request as unknown as IncomingMessage);
}

/** Node's response. */
export function responseOf(reply: HttpReply): ServerResponse {
  return reply.raw ?? (reply as unknown as ServerResponse);
}

/** The request as binders take it. */
export function unboundRequest(request: HttpRequest, slot: RouteSlot): UnboundRequest {
  const message = messageOf(request);
  const { method: verb = 'GET', headers, rawHeaders, url = '' } = message;
  const pathValue = (name: string) => pathText(request.params, slot.parameters.get(name));
  return { verb, target: request.originalUrl ?? url, headers, rawHeaders, pathValue };
}

/** Adds headers; cookies of others stay. */
export function setHeaders(
  reply: HttpReply,
  headers: readonly (readonly [string, string])[],
): void {
  for (const [name, value] of headers) {
    if (name === 'Set-Cookie' && reply.append !== undefined) {
      reply.append(name, value);
    } else {
      reply.header(name, value);
    }
  }
}

const NO_BYTES: Uint8Array = Buffer.alloc(0);

/**
 * The bytes of the body: those that the adapter kept, or those that are not read yet.
 *
 * @throws Error if the adapter has parsed them and kept none.
 */
export function bodyOf(request: HttpRequest, maxBytes: number): Uint8Array | Promise<Uint8Array> {
  const read = readBody(request);
  if (read !== undefined) {
    return read;
  }
  const message = messageOf(request);
  const { headers, readableEnded } = message;
  const hasBody =
    headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
  if (!hasBody) {
    return NO_BYTES;
  }
  if (readableEnded) {
    throw new Error(RAW_BODY_NEEDED);
  }
  return readAll(message, maxBytes);
}

/** The bytes of the body, as they come if the adapter has not read them. */
export function bodyChunks(request: HttpRequest): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  const read = readBody(request);
  return read === undefined ? chunksOf(messageOf(request)) : [read];
}

/** What the adapter has read of the body, as bytes. */
function readBody({ rawBody, body }: HttpRequest): Uint8Array | undefined {
  if (rawBody !== undefined) {
    return rawBody;
  }
  if (body instanceof Uint8Array) {
    return body;
  }
  return typeof body === 'string' ? Buffer.from(body) : undefined;
}

/** Leaving the loop keeps the message, and with it the connection, on which the answer is sent. */
function chunksOf(message: IncomingMessage): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => message.iterator({ destroyOnReturn: false }) };
}

/** The message for an application that keeps no bytes of bodies. */
export const RAW_BODY_NEEDED =
  'the gateway needs the bytes of JSON bodies, for JSON.parse loses digits of an i64: ' +
  'call NestFactory.create(AppModule, { rawBody: true })';

async function readAll(message: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(message)) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new PayloadTooLargeException(`the body is longer than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** A parameter of the path; the rest of a path comes as an array from Express, under `*` from Fastify. */
function pathText(params: HttpRequest['params'], name: string | undefined): string | undefined {
  if (params === undefined || name === undefined) {
    return undefined;
  }
  const value = Object.hasOwn(params, name) ? params[name] : params['*'];
  if (Array.isArray(value)) {
    return value.join('/');
  }
  return typeof value === 'string' ? value : undefined;
}

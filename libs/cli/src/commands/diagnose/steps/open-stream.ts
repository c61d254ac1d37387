import type { ThriftRpcError } from '@nestjs-thrift/codec';
import { stringifyJson, valueToJson } from '@nestjs-thrift/codec/json';
import { type ClientTransport, RemoteError, type ServerStream } from '@nestjs-thrift/transport';
import { createStreamInvoker } from '@nestjs-thrift/transport/internal';
import { milliseconds, printable } from '../../../terminal/terminal.js';
import type { StreamingMethod } from '../../../values/method-shapes.js';
import type { PlannedCall } from '../planned-call.js';

/** Where a stream is opened, and how long its first message is awaited. */
interface Opening {
  readonly endpoint: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Opens a stream with one message, and says what came first: a message, or its end. */
export async function firstMessage(
  { service, definition, args, returns }: PlannedCall & StreamingMethod,
  client: ClientTransport,
  { endpoint: address, timeoutMs, signal }: Opening,
): Promise<string> {
  const open = createStreamInvoker(service, definition, (call) => client.openStream(call), {
    recvTimeoutMs: timeoutMs,
  });
  const [name = ''] = definition.parameters;
  const startedAt = performance.now();
  const title = `${service.name}.${definition.name}`;
  const messages = definition.kind === 'server' ? args[name] : [args[name]];
  const opened = open(messages, { address, signal });
  const stream =
    definition.kind === 'client'
      ? [await (opened as Promise<unknown>)]
      : (opened as ServerStream<unknown>);
  for await (const message of stream) {
    const text = printable(stringifyJson(valueToJson(message, returns!)));
    return `${title} sent a message after ${milliseconds(performance.now() - startedAt)}: ${text}`;
  }
  return `${title} ended without a message after ${milliseconds(performance.now() - startedAt)}`;
}

/** A handler of Kitex whose code was generated without streams of TTHeader has none to give. */
const OLD_KITEX_API = /nil pointer dereference/;

/** What to do about a stream that failed. */
export function nextOfStream(error: ThriftRpcError): string {
  if (error instanceof RemoteError) {
    return OLD_KITEX_API.test(error.message)
      ? 'the code of the server was generated without -streamx: generate it with "kitex -streamx"'
      : 'the server refused or failed: its log knows more; compare the IDL of both sides if it does not know the method';
  }
  switch (error.code) {
    case 'RPC_TIMEOUT':
      return 'the server does not answer the stream: one of Kitex ignores streams of methods and services that it does not have; compare the IDL, or give more time with --timeout';
    case 'CONNECTION_LOST':
      return 'the server closes connections that carry streams: it knows only calls (of Kitex, its code was generated without -streamx), or a proxy before it does';
    case 'LIMIT_EXCEEDED':
      return 'the server is over a limit: diagnose it later, or raise the limit';
    default:
      return 'compare the IDL with that of the server, and look at its log';
  }
}

import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { stringifyJson, valueToJson, type JsonPart } from '@nestjs-thrift/codec/json';
import type { ClientTransport, ServerStream, StreamOptions } from '@nestjs-thrift/transport';
import { createStreamInvoker } from '@nestjs-thrift/transport/internal';
import type { CommandIo } from '../../terminal/terminal.js';
import type { StreamingMethod } from '../../values/method-shapes.js';
import { readMessages } from '../../values/message-lines.js';
import type { PayloadWords } from '../../values/payload.js';
import type { CallCommandOptions, CallTrace } from './call-trace.js';
import { painter, printLine } from './print-outcome.js';

/** What a stream is opened with. */
export interface StreamCall {
  readonly method: StreamingMethod;
  /** With the request of a stream of the server. */
  readonly args: Readonly<Record<string, unknown>>;
  /** Where messages of a stream of the client come from. */
  readonly words: PayloadWords;
  readonly address: string;
  /** Whether `--timeout` was given. */
  readonly isTimeLimited: boolean;
  readonly transport: ClientTransport;
  readonly options: CallCommandOptions;
  readonly trace: CallTrace;
}

/** Opens a stream, sends what the command was given, and prints each message of the server as a line of JSON when it comes. */
export async function callStream(call: StreamCall, io: CommandIo): Promise<void> {
  const { method, args, words, transport } = call;
  const { service, definition } = method;
  const open = createStreamInvoker(
    service,
    definition,
    (outgoing) => transport.openStream(outgoing),
    { recvTimeoutMs: transport.recvTimeoutMs },
  );
  const streamOptions = optionsOf(call, io);
  if (definition.kind === 'server') {
    const [name = ''] = definition.parameters;
    const request = args[name];
    await printMessages(open(request, streamOptions) as ServerStream<unknown>, call, io);
    return;
  }
  const messages = readMessages(words, method, io);
  try {
    if (definition.kind === 'client') {
      await printResponse(await (open(messages, streamOptions) as Promise<unknown>), call, io);
      finish(1, call, io);
    } else {
      await printMessages(open(messages, streamOptions) as ServerStream<unknown>, call, io);
    }
  } finally {
    // The server may end a stream whose input has not ended; it must not keep the process alive.
    (io.stdin as Partial<Readable>).destroy?.();
  }
}

function optionsOf(
  { address, isTimeLimited, options }: StreamCall,
  { signal }: CommandIo,
): StreamOptions {
  const { metadata, persistent, timeout, recvTimeout } = options;
  return {
    address,
    signal,
    metadata,
    persistentMetadata: persistent,
    ...(isTimeLimited && { timeoutMs: timeout }),
    ...(recvTimeout !== undefined && { recvTimeoutMs: recvTimeout }),
  };
}

async function printMessages(
  stream: ServerStream<unknown>,
  call: StreamCall,
  io: CommandIo,
): Promise<void> {
  const { trace, options } = call;
  const note = (kind: 'header' | 'trailer') => (values: ReadonlyMap<string, string>) =>
    trace.streamMetadata(kind, values);
  // They reject with the stream, whose loop says why.
  stream.headers.then(note('header'), () => undefined);
  const trailers = stream.trailers.then(note('trailer'), () => undefined);
  const { maxMessages = Infinity } = options;
  let count = 0;
  for await (const message of stream) {
    await printResponse(message, call, io);
    count += 1;
    if (count >= maxMessages) {
      break;
    }
  }
  await trailers;
  finish(count, call, io);
}

/** One line, at the pace of its reader. */
async function printResponse(
  message: unknown,
  { method, options }: StreamCall,
  io: CommandIo,
): Promise<void> {
  const json = valueToJson(message, method.returns!, options);
  const paint: (part: JsonPart, text: string) => string = painter(io);
  const line = options.json ? stringifyJson({ message: json }) : stringifyJson(json, { paint });
  io.stdout.write(`${line}\n`);
  const output = io.stdout as Partial<Writable>;
  if (output.writableNeedDrain) {
    await once(output as Writable, 'drain');
  }
}

function finish(messages: number, { options, trace }: StreamCall, io: CommandIo): void {
  if (options.json) {
    printLine({ messages }, trace, io);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { BizStatusError, type IncomingStream, RemoteError } from '@nestjs-thrift/transport';
import type { MethodHandler, ReceivedMessages } from '@nestjs-thrift/transport';
import { type ChatClient, chatHandlers, Oops, type Req, type Res } from './chat-service.js';

/** Pause between two messages of an endless stream. */
const TICK_MS = 40;

/**
 * Handlers of Chat that do what the text of a request says, as those of the Go program that made the recordings in test/streaming:
 * `COMMAND[:ARGUMENT]`, such as `boom:after` for an error after the messages.
 *
 * @param next the service that `chain` goes on to.
 */
export function commandHandlers(next?: ChatClient): Record<string, MethodHandler> {
  const down: MethodHandler = ({ req }, call) => sendDown(req as Req, call as IncomingStream, next);
  return {
    ...chatHandlers(),
    Down: down,
    DownX: down,
    Up: ({ req }) => takeUp(req as ReceivedMessages<Req>),
    Talk: ({ req }, call) => talk(req as ReceivedMessages<Req>, call as IncomingStream),
  };
}

function fail(command: string): void {
  switch (command) {
    case 'boom':
      throw new RemoteError(6, 'biz error: boom');
    case 'biz':
      throw new BizStatusError(404, 'not here', { k: '1<2&"é' });
    case 'biznoextra':
      throw new BizStatusError(-7, '');
    case 'oops':
      throw new Oops({ why: 'declared', code: 9 });
    case 'appex':
      throw new RemoteError(1234, 'custom app ex');
    case 'transerr':
      throw new RemoteError(1000, 'custom trans err');
    case 'eof':
      throw new RemoteError(6, 'biz error: EOF');
    case 'panic':
      throw new Error('kaboom');
    default:
  }
}

async function* sendDown(
  { text, count = 0 }: Req,
  stream: IncomingStream,
  next: ChatClient | undefined,
): AsyncGenerator<Res> {
  const [command = '', argument = ''] = split(text);
  switch (command) {
    case 'md':
      stream.setHeader('h1', 'a');
      if (argument === 'send') {
        stream.setHeader('h2', 'b');
        stream.sendHeaders();
      }
      stream.setTrailer('t1', 'x');
      stream.setTrailer('t2', 'y');
      stream.setTrailer('RPC_BACKWARD_b', 'z');
      break;
    case 'forever':
      for (let n = 1; ; n++) {
        yield { text: 'tick', n };
        await sleep(TICK_MS, undefined, { signal: stream.signal });
      }
    case 'slow':
      await sleep(Number.parseInt(argument), undefined, { signal: stream.signal });
      break;
    case 'chain':
      yield* next!.Down({ text: argument, count });
      return;
    case 'flood':
      for (let n = 0; n < count; n++) {
        yield { text: 'x'.repeat(64 * 1024) };
      }
      return;
    case 'big':
      yield { text: 'x'.repeat(count) };
      return;
    default:
  }
  if (argument === 'before') {
    fail(command);
  }
  for (let n = 1; n <= count; n++) {
    yield { text: 'm', n };
  }
  if (argument === 'after') {
    fail(command);
  }
}

async function takeUp(requests: ReceivedMessages<Req>): Promise<Res | undefined> {
  let n = 0;
  for await (const { text } of requests) {
    n++;
    if (text === 'early') {
      return { text, n };
    }
    if (text === 'none') {
      return undefined;
    }
    fail(text);
  }
  return { text: 'total', n };
}

async function* talk(
  requests: ReceivedMessages<Req>,
  { signal }: IncomingStream,
): AsyncGenerator<Res> {
  for await (const { text } of requests) {
    if (text === 'quit') {
      return;
    }
    if (text === 'hold') {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw signal.reason;
    }
    fail(text);
    yield { text: `re ${text}` };
  }
  yield { text: 'after-half-close' };
}

/** The parts of a command before and after the first colon. */
function split(text: string): readonly string[] {
  const colon = text.indexOf(':');
  return colon === -1 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}

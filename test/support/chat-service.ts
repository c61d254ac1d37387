import { fileURLToPath } from 'node:url';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchema } from '@nestjs-thrift/idl';
import type {
  CallOptions,
  ClientStream,
  DuplexStream,
  IncomingStream,
  Messages,
  MethodHandler,
  ReceivedMessages,
  ServerStream,
  StreamOptions,
} from '@nestjs-thrift/transport';

const idl = fileURLToPath(new URL('../interop/idl/chat.thrift', import.meta.url));

export interface Req {
  text: string;
  count?: number;
}

export interface Res {
  text: string;
  n?: number;
}

/** What a generator makes of the service. */
export interface ChatClient {
  Ping(req: Req, options?: CallOptions): Promise<Res>;
  Uni(req: Req, options?: CallOptions): Promise<Res>;
  UniX(req: Req, options?: CallOptions): Promise<Res>;
  Down(request: Req, options?: StreamOptions): ServerStream<Res>;
  DownX(request: Req, options?: StreamOptions): ServerStream<Res>;
  Up(requests: Messages<Req>, options?: StreamOptions): Promise<Res>;
  Up(options?: StreamOptions): ClientStream<Req, Res>;
  Talk(requests: Messages<Req>, options?: StreamOptions): ServerStream<Res>;
  Talk(options?: StreamOptions): DuplexStream<Req, Res>;
}

const schema = compileSchema(loadSchema(idl));

export const Chat = schema.service<ChatClient>('Chat');

/** Declared by `UniX` and `DownX`. */
export const Oops = schema.exception('Oops');

export type DownHandler = (request: Req, stream: IncomingStream) => unknown;
export type UpHandler = (requests: ReceivedMessages<Req>, stream: IncomingStream) => unknown;

/** What serves the methods with a stream. */
export interface ChatHandlers {
  readonly Down: DownHandler;
  readonly Up: UpHandler;
  readonly Talk: UpHandler;
}

/** Handlers as those of the Go peer, as far as tests need them; a test replaces those it is about. */
export function chatHandlers(overrides: Partial<ChatHandlers> = {}): Record<string, MethodHandler> {
  const { Down = countUp, Up = total, Talk = echo } = overrides;
  return {
    Ping: ({ req }) => ({ text: `pong ${(req as Req).text}` }),
    Uni: ({ req }) => ({ text: `uni ${(req as Req).text}` }),
    UniX: ({ req }) => {
      throw new Oops({ why: (req as Req).text, code: 9 });
    },
    Down: ({ req }, call) => Down(req as Req, call as IncomingStream),
    DownX: () => {
      throw new Oops({ why: 'declared', code: 9 });
    },
    Up: ({ req }, call) => Up(req as ReceivedMessages<Req>, call as IncomingStream),
    Talk: ({ req }, call) => Talk(req as ReceivedMessages<Req>, call as IncomingStream),
  };
}

async function* countUp({ count = 0 }: Req): AsyncGenerator<Res> {
  for (let n = 1; n <= count; n++) {
    yield { text: 'm', n };
  }
}

async function total(requests: ReceivedMessages<Req>): Promise<Res> {
  let n = 0;
  for await (const _ of requests) {
    n++;
  }
  return { text: 'total', n };
}

async function* echo(requests: ReceivedMessages<Req>): AsyncGenerator<Res> {
  for await (const { text } of requests) {
    yield { text: `re ${text}` };
  }
}

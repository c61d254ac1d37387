import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
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

/** The IDL of the Go peers in test/interop, too. */
export const CHAT_IDL = `namespace go chat

struct Req {
  1: string text
  2: optional i32 count
}
struct Res {
  1: string text
  2: optional i32 n
}
exception Oops {
  1: string why
  2: i32 code
}

service Chat {
  Res Ping(1: Req req)
  Res Uni(1: Req req) (streaming.mode="unary")
  Res UniX(1: Req req) throws (1: Oops e) (streaming.mode="unary")
  Res Down(1: Req req) (streaming.mode="server")
  Res DownX(1: Req req) throws (1: Oops e) (streaming.mode="server")
  Res Up(1: Req req) (streaming.mode="client")
  Res Talk(1: Req req) (streaming.mode="bidirectional")
}
`;

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

const schema = compileSchema(loadSchemaFromText(CHAT_IDL, { file: 'chat.thrift' }));

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

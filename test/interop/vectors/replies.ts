import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { BizStatusError, RemoteError } from '@nestjs-thrift/transport';
import { openClient, type OurClient } from '../ours/client.js';
import { differs } from '../ours/values.js';
import type { Results } from '../runner/results.js';
import {
  encodeFrame,
  encodeHeader,
  encodePayload,
  parseMessages,
  type WireMessage,
} from './wire.js';

/** What a server may answer to `echo`, what a Kitex client makes of it, and what this project's client does. */
interface Reply {
  readonly name: string;
  readonly answer: (request: WireMessage) => Buffer | undefined;
  /** How the call ends, and whether the connection is used again. */
  readonly outcome: string;
  readonly connection: 'kept' | 'closed';
  /** Why that is not what a Kitex client does; absent if it is. */
  readonly why?: string;
}

const REPLY = 2;
const EXCEPTION = 3;

function echoed(text: string): string {
  const bytes = Buffer.from(text);
  return `0c00000b0001${bytes.length.toString(16).padStart(8, '0')}${bytes.toString('hex')}0000`;
}

function failure(type: number, message: string): string {
  const bytes = Buffer.from(message);
  const code = type.toString(16).padStart(8, '0');
  return `0b0001${bytes.length.toString(16).padStart(8, '0')}${bytes.toString('hex')}080002${code}00`;
}

interface Parts {
  readonly name?: string;
  readonly type?: number;
  readonly sequenceId?: number;
  readonly headerSequenceId?: number;
  readonly flags?: number;
  readonly strings?: Record<string, string>;
  readonly body?: string;
}

/** A reply as TTHeaderFramed, right in all that is not said otherwise. */
function reply(request: WireMessage, parts: Parts): Buffer {
  const type = parts.type ?? REPLY;
  const payload = encodePayload(
    parts.name ?? request.name,
    type,
    parts.sequenceId ?? request.sequenceId,
    parts.body ?? echoed('hi'),
  );
  const header = {
    flags: parts.flags ?? 0,
    sequenceId: parts.headerSequenceId ?? request.sequenceId,
    ints: { 22: String(type) },
    strings: parts.strings ?? {},
  };
  return encodeHeader(header, encodeFrame(payload));
}

const answering =
  (parts: Parts | ((request: WireMessage) => Parts)) =>
  (request: WireMessage): Buffer =>
    reply(request, typeof parts === 'function' ? parts(request) : parts);

const plain = ({ name, sequenceId }: WireMessage): Buffer =>
  encodePayload(name, REPLY, sequenceId, echoed('hi'));

const KEEPS =
  'An exception leaves the stream in step, so the connection is kept; a Kitex client closes it.';

const REPLIES: readonly Reply[] = [
  { name: 'right reply', answer: answering({}), outcome: 'hi', connection: 'kept' },
  {
    name: 'other method name',
    answer: answering({ name: 'other' }),
    outcome: 'RemoteError 3',
    connection: 'closed',
  },
  {
    name: 'other sequence id',
    answer: answering(({ sequenceId }) => ({ sequenceId: sequenceId + 5 })),
    outcome: 'RemoteError 4',
    connection: 'closed',
  },
  {
    name: 'other sequence id in the header alone',
    answer: answering(({ sequenceId }) => ({ headerSequenceId: sequenceId + 5 })),
    outcome: 'hi',
    connection: 'kept',
  },
  {
    name: 'Framed reply',
    answer: (request) => encodeFrame(plain(request)),
    outcome: 'hi',
    connection: 'kept',
  },
  { name: 'Buffered reply', answer: plain, outcome: 'hi', connection: 'kept' },
  {
    name: 'TTHeader reply',
    answer: (request) =>
      encodeHeader(
        { flags: 0, sequenceId: request.sequenceId, ints: {}, strings: {} },
        plain(request),
      ),
    outcome: 'hi',
    connection: 'kept',
  },
  {
    name: 'exception of type 6',
    answer: answering({ type: EXCEPTION, body: failure(6, 'remote bad') }),
    outcome: 'RemoteError 6',
    connection: 'kept',
    why: KEEPS,
  },
  {
    name: 'exception of type 1000',
    answer: answering({ type: EXCEPTION, body: failure(1000, 'custom') }),
    outcome: 'RemoteError 1000',
    connection: 'kept',
    why: KEEPS,
  },
  {
    name: 'exception without text',
    answer: answering({ type: EXCEPTION, body: failure(5, '') }),
    outcome: 'RemoteError 5',
    connection: 'kept',
    why: KEEPS,
  },
  {
    name: 'exception without fields',
    answer: answering({ type: EXCEPTION, body: '00' }),
    outcome: 'RemoteError 0',
    connection: 'kept',
    why: KEEPS,
  },
  {
    name: 'crrst',
    answer: answering({ strings: { crrst: '1' } }),
    outcome: 'hi',
    connection: 'closed',
  },
  {
    name: 'crrst of 0',
    answer: answering({ strings: { crrst: '0' } }),
    outcome: 'hi',
    connection: 'closed',
  },
  {
    name: 'business status',
    answer: answering({
      strings: { 'biz-status': '5', 'biz-message': 'm', 'biz-extra': '{"a":"b"}' },
      body: '00',
    }),
    outcome: 'BizStatusError 5 m {"a":"b"}',
    connection: 'kept',
  },
  {
    name: 'business status beside a result',
    answer: answering({ strings: { 'biz-status': '5', 'biz-message': 'm' } }),
    outcome: 'BizStatusError 5 m {}',
    connection: 'kept',
  },
  {
    name: 'business status with broken extra',
    answer: answering({
      strings: { 'biz-status': '5', 'biz-message': 'm', 'biz-extra': '{a' },
      body: '00',
    }),
    outcome: 'BizStatusError 5 m {}',
    connection: 'kept',
    why: 'A Kitex client drops the error and reports success without a result; here the error arrives without its details.',
  },
  {
    name: 'business status that is no number',
    answer: answering({ strings: { 'biz-status': '0x10', 'biz-message': 'm' } }),
    outcome: 'hi',
    connection: 'kept',
  },
  {
    name: 'exception with a business status',
    answer: answering({
      type: EXCEPTION,
      strings: { 'biz-status': '5', 'biz-message': 'm' },
      body: failure(6, 'boom'),
    }),
    outcome: 'RemoteError 6',
    connection: 'kept',
    why: KEEPS,
  },
  {
    name: 'message of type CALL',
    answer: answering({ type: 1 }),
    outcome: 'RemoteError 2',
    connection: 'closed',
  },
  {
    name: 'no result',
    answer: answering({ body: '00' }),
    outcome: 'RemoteError 5',
    connection: 'kept',
    why: 'A Kitex client reports success without a result; here a missing result is an error, as in the other libraries of Apache.',
  },
  { name: 'flags', answer: answering({ flags: 1 }), outcome: 'hi', connection: 'kept' },
  {
    name: 'unknown field',
    answer: answering({ body: `0c00000b00010000000268690800630000000700${'00'}` }),
    outcome: 'hi',
    connection: 'kept',
  },
  {
    name: 'end of the connection',
    answer: () => undefined,
    outcome: 'CONNECTION_LOST',
    connection: 'closed',
  },
  { name: 'silence', answer: () => Buffer.alloc(0), outcome: 'RPC_TIMEOUT', connection: 'closed' },
];

/** Where this project's client does not do what a Kitex client does, on purpose. */
export const REPLY_DIFFERENCES = REPLIES.flatMap(({ name, why }) =>
  why === undefined ? [] : [{ what: name, why }],
);

/** Answers as a fake server did to a Kitex client and compares what comes of it. */
export async function replayReplies(results: Results): Promise<void> {
  for (const scripted of REPLIES) {
    const combination = {
      peer: 'Recorded Kitex servers',
      direction: 'we call the peer',
      transport: 'TTHeaderFramed',
      protocol: 'binary',
      feature: 'replayed replies',
    } as const;
    await results.attempt(combination, scripted.name, async () => {
      const fake = await startFake(scripted);
      const client = openClient({ port: fake.port });
      try {
        const outcome = await outcomeOf(client, scripted.name === 'silence' ? 300 : 5_000);
        const next = await outcomeOf(client, 5_000);
        const connection = fake.connections() === 1 ? 'kept' : 'closed';
        const expected = { outcome: scripted.outcome, next: 'hi', connection: scripted.connection };
        return differs(expected, { outcome, next, connection });
      } finally {
        await client.close();
        fake.close();
      }
    });
  }
}

interface FakeServer {
  readonly port: number;
  connections(): number;
  close(): void;
}

/** Answers the first request as scripted and all later requests correctly. */
async function startFake({ answer }: Reply): Promise<FakeServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let scripted = false;
  const server: Server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    let received = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      const parsed = parseMessages(Buffer.concat([received, chunk]));
      received = Buffer.from(parsed.rest);
      for (const message of parsed.messages) {
        const bytes = scripted ? reply(message, {}) : answer(message);
        scripted = true;
        if (bytes === undefined) {
          socket.destroy();
        } else {
          socket.write(bytes);
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close() {
      server.close();
      for (const socket of sockets) {
        socket.destroy();
      }
    },
  };
}

async function outcomeOf(client: OurClient, timeoutMs: number): Promise<string> {
  try {
    const result = await client.callWith({ timeoutMs }, 'Echo', 'echo', { req: { message: 'hi' } });
    return (result as { message: string } | undefined)?.message ?? 'nothing';
  } catch (error) {
    if (error instanceof BizStatusError) {
      return `BizStatusError ${error.statusCode} ${error.message} ${JSON.stringify(error.extra)}`;
    }
    if (error instanceof RemoteError) {
      return `RemoteError ${error.type}`;
    }
    return String((error as { code?: string }).code ?? error);
  }
}

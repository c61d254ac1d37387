import { connect } from 'node:net';
import { readFileSync } from 'node:fs';
import { BizStatusError, RemoteError, type MethodHandler } from '@nestjs-thrift/transport';
import { exceptionClass } from '../ours/definitions.js';
import { differs } from '../ours/values.js';
import type { Results } from '../runner/results.js';
import { encodeFrame, encodePayload, parseMessages, type WireMessage } from './wire.js';

/** A request of a Kitex client and what a Kitex server answered. */
interface Exchange {
  readonly name: string;
  readonly request: string;
  readonly reply?: string;
}

const exchanges = JSON.parse(
  readFileSync(new URL('exchanges.json', import.meta.url), 'utf8'),
) as Exchange[];

const INTERNAL_ERROR = 'EXCEPTION 6 internal error';

/** Exchanges that end otherwise here than in Kitex, on purpose. */
export const REQUEST_DIFFERENCES: Readonly<Record<string, { reply: string; why: string }>> = {
  'handler error': {
    reply: INTERNAL_ERROR,
    why: 'Kitex sends the text of a handler error to the caller; here it stays on the server unless `exposeErrors` is set.',
  },
  panic: {
    reply: INTERNAL_ERROR,
    why: 'The same: Kitex sends the text of the panic.',
  },
  'business status 0': {
    reply: INTERNAL_ERROR,
    why: 'Kitex sends status 0, which its clients take for success, so the error is lost; here such an error cannot be made.',
  },
};

/** Serves the service that the recorded messages are of. */
export const echoHandlers: Readonly<Record<string, MethodHandler>> = {
  ping: () => undefined,
  fire: () => undefined,
  echo: ({ req }, call) => {
    const { message } = req as { message: string };
    switch (message) {
      case 'biz':
        throw new BizStatusError(404, 'not found', { k: '1<2&"é' });
      case 'bizneg':
        throw new BizStatusError(-7, 'neg');
      case 'biz0':
        throw new BizStatusError(0, 'zero');
      case 'err':
      case 'panic':
        throw new Error(message);
      case 'transerr':
        throw new RemoteError(1000, 'custom trans [biz error]');
      case 'ex':
        throw new (exceptionClass('MyEx'))({ why: 'because', code: 7 });
      case 'nil':
        return undefined;
      case 'back':
        call.setBackwardMetadata('bk', 'bv');
        return { message: 'ok' };
      default:
        return { message };
    }
  },
};

/** Replays what Kitex clients sent and compares the answers with those of a Kitex server. */
export async function replayRequests(port: number, results: Results): Promise<void> {
  for (const { name, request, reply } of exchanges) {
    const sent = parseMessages(Buffer.from(request, 'hex')).messages[0]!;
    const combination = {
      peer: 'Recorded Kitex clients',
      direction: 'peer calls us',
      transport: sent.transport,
      protocol: 'binary',
      feature: 'replayed requests',
    } as const;
    await results.attempt(combination, name, async () => {
      const answer = await exchange(port, Buffer.from(request, 'hex'));
      const actual = parseMessages(answer).messages.map(described);
      if (sent.type === ONEWAY) {
        return differs([], actual);
      }
      // Two of the recorded clients gave up before the answer came.
      if (reply === undefined) {
        return differs(1, actual.length);
      }
      const recorded = parseMessages(Buffer.from(reply, 'hex')).messages[0]!;
      const difference = REQUEST_DIFFERENCES[name];
      if (difference === undefined) {
        return differs([described(recorded)], actual);
      }
      return differs(difference.reply, outcome(parseMessages(answer).messages[0]));
    });
  }
}

const ONEWAY = 4;
const PING_ID = 4242;
const PING = encodeFrame(encodePayload('ping', 1, PING_ID, '00'));
const PONG = encodeFrame(encodePayload('ping', 2, PING_ID, '00'));

/** Everything that comes back before the answer to a ping that follows, or before the connection closes. */
export function exchange(port: number, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.concat([request, PING])));
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer for 10 s')));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks)));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const received = Buffer.concat(chunks);
      if (!received.subarray(-PONG.length).equals(PONG)) {
        return;
      }
      chunks.splice(0, chunks.length, received.subarray(0, -PONG.length));
      socket.end();
    });
  });
}

/** A message with what is the same in different bytes brought to one form: the escapes in JSON. */
function described(message: WireMessage): unknown {
  const { header, ...rest } = message;
  if (header === undefined) {
    return rest;
  }
  const extra = header.strings['biz-extra'];
  if (extra === undefined) {
    return message;
  }
  const strings = { ...header.strings, 'biz-extra': JSON.parse(extra) as unknown };
  return { ...rest, header: { ...header, strings } };
}

/** `EXCEPTION 6 internal error`. */
function outcome(message: WireMessage | undefined): string {
  if (message?.type !== 3) {
    return JSON.stringify(message);
  }
  const body = Buffer.from(message.body, 'hex');
  const end = 7 + body.readUInt32BE(3);
  return `EXCEPTION ${body.readInt32BE(end + 3)} ${body.toString('utf8', 7, end)}`;
}

import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import type { Answer, Peer, Request } from '../wire/peer.js';
import { varint } from '../wire/thrift-bytes.js';
import { type Dialect, MISSING_BYTES } from './dialect.js';

const LENGTH_DELIMITED_1 = 0x0a;
const VARINT_1 = 0x08;
const ENTRY_VALUE_ZERO = [0x10, 0];
const PREFIX_BYTES = 5;
/** Room for flow control not to be what bounds a request. */
const WINDOW_BYTES = 64 * 1024 * 1024;

/** A hostile HTTP/2 client that sends gRPC messages. */
class GrpcPeer implements Peer {
  readonly #session: ClientHttp2Session;
  readonly #answers: Answer[] = [];
  #isReading = true;
  #flushed = Promise.resolve();
  #wake: (() => void) | undefined;
  receivedBytes = 0;
  hasEnded = false;

  constructor(session: ClientHttp2Session) {
    this.#session = session;
    session.on('error', () => undefined);
    session.on('close', () => {
      this.hasEnded = true;
      this.#wake?.();
    });
  }

  send({ bytes, path = '', claimedBytes }: Request): void {
    const stream = this.#session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('error', () => undefined);
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32BE(claimedBytes ?? bytes.length, 1);
    stream.write(prefix);
    this.#flushed = new Promise((resolve) => {
      stream.once('close', () => resolve());
      stream.write(bytes, () => resolve());
    });
    if (claimedBytes === undefined) {
      stream.end();
    }
    if (this.#isReading) {
      this.#read(stream);
    }
  }

  flushed(): Promise<void> {
    return this.#flushed;
  }

  async answer(): Promise<Answer> {
    for (;;) {
      const answer = this.#answers.shift();
      if (answer !== undefined) {
        return answer;
      }
      if (this.hasEnded) {
        return { kind: 'closed', text: 'the connection was closed', bytes: 0, id: 0 };
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Streams that nothing reads keep their window closed. */
  stopReading(): void {
    this.#isReading = false;
  }

  end(): void {
    this.#session.socket.end();
  }

  destroy(): void {
    this.#session.destroy();
  }

  #read(stream: ClientHttp2Stream): void {
    let bytes = 0;
    let status = '';
    let text = '';
    const note = (headers: Record<string, string | string[] | undefined>): void => {
      status = headers['grpc-status']?.toString() ?? status;
      text = headers['grpc-message']?.toString() ?? text;
    };
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      this.receivedBytes += chunk.length;
    });
    stream.on('close', () => {
      const kind = status === '0' ? 'result' : 'error';
      this.#answers.push({ kind, text, bytes, id: 1 });
      this.#wake?.();
    });
  }
}

function call(method: string, bytes: Buffer): Request {
  return { path: `/target.Target/${method}`, bytes };
}

function lengthDelimited(content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(LENGTH_DELIMITED_1), varint(content.length), content]);
}

function number(value: number): Buffer {
  return Buffer.concat([Buffer.of(VARINT_1), varint(value)]);
}

/** gRPC over HTTP/2. */
export const grpcDialect: Dialect = {
  open: async (port) => {
    const session = connect(`http://127.0.0.1:${port}`, {
      settings: { initialWindowSize: WINDOW_BYTES },
    });
    const peer = new GrpcPeer(session);
    await once(session, 'connect');
    return peer;
  },
  echo: (text) => call('Echo', lengthDelimited(Buffer.from(text))),
  fill: (bytes) => call('Fill', number(bytes)),
  hang: () => call('Hang', number(0)),
  intMap: (keys) =>
    call(
      'IntMap',
      Buffer.concat(
        keys.map((key) => lengthDelimited(Buffer.from([...number(key), ...ENTRY_VALUE_ZERO]))),
      ),
    ),
  emptyElements: (count) =>
    call('Leaves', Buffer.alloc(count & ~1, Buffer.of(LENGTH_DELIMITED_1, 0))),
  unknownMethod: (length) => call('x'.repeat(length), Buffer.alloc(0)),
  unfinished: (bytes) => ({
    ...call('Take', lengthDelimited(Buffer.alloc(bytes)).subarray(0, -MISSING_BYTES)),
    claimedBytes: bytes,
  }),
};

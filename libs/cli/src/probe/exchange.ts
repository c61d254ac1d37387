import type { Socket } from 'node:net';
import { applicationExceptionCodec, MessageType } from '@nestjs-thrift/codec/wire';
import { MessageReader, type ReceivedMessage } from '@nestjs-thrift/transport/wire';
import { type ForeignProtocol, recogniseProtocol, RECOGNISED_BYTES } from './foreign-protocol.js';
import { type Limits, openSocket, type Route } from './open-socket.js';
import { errorText, printable } from '../terminal/terminal.js';
import type { Dialect } from './probe-message.js';

/** What came back after a request. */
export type Answer =
  | ThriftAnswer
  | { readonly kind: 'foreign'; readonly protocol: ForeignProtocol }
  | { readonly kind: 'garbage'; readonly hex: string; readonly why: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unreachable'; readonly why: string };

/** The peer uses Thrift. */
export interface ThriftAnswer extends Dialect {
  readonly kind: 'thrift';
  /** From the request written to the answer read. */
  readonly roundTripMs: number;
  /** What it said, as one line. */
  readonly says: string;
}

/** A longer reply is not needed to report an unknown method; the rest is not awaited. */
const MAX_ANSWER_BYTES = 64 * 1024;

const ANSWERS: ReadonlySet<number> = new Set([MessageType.REPLY, MessageType.EXCEPTION]);

/** Sends a request over a separate connection and says what came back. Never throws but on Ctrl-C. */
export async function exchange(request: Buffer, route: Route, limits: Limits): Promise<Answer> {
  let socket: Socket;
  try {
    socket = await openSocket(route, limits);
  } catch (error) {
    limits.signal.throwIfAborted();
    return { kind: 'unreachable', why: errorText(error) };
  }
  const answer = new PendingAnswer(socket, limits);
  answer.send(request);
  return answer.settled;
}

/** The answer to one probe, until it is there or cannot come any more. */
class PendingAnswer {
  readonly #socket: Socket;

  readonly settled: Promise<Answer>;
  readonly #reader = new MessageReader(MAX_ANSWER_BYTES);
  #first = Buffer.alloc(0);
  #receivedBytes = 0;
  #sentAt = 0;
  #settle!: (answer: Answer) => void;

  constructor(socket: Socket, { timeoutMs, signal }: Limits) {
    this.#socket = socket;

    this.settled = new Promise<Answer>((resolve, reject) => {
      const interrupt = (): void => {
        leave();
        reject(signal.reason);
      };
      const timer = setTimeout(() => this.#settle(this.#withoutMessage('silent')), timeoutMs);
      const leave = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', interrupt);
        socket.destroy();
      };
      signal.addEventListener('abort', interrupt);
      this.#settle = (answer) => {
        leave();
        resolve(answer);
      };
    });
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('end', () => this.#settle(this.#withoutMessage('closed')));
    socket.on('close', () => this.#settle(this.#withoutMessage('closed')));
  }

  send(bytes: Buffer): void {
    this.#sentAt = performance.now();
    this.#socket.write(bytes);
  }

  #receive(chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    if (this.#first.length < RECOGNISED_BYTES) {
      this.#first = Buffer.concat([this.#first, chunk.subarray(0, RECOGNISED_BYTES)]);
    }
    const foreign = recogniseProtocol(this.#first);
    if (foreign !== undefined) {
      this.#settle({ kind: 'foreign', protocol: foreign });
      return;
    }
    try {
      this.#reader.push(chunk);
      const message = this.#reader.next();
      if (message !== undefined) {
        this.#settle(this.#thrift(message));
      } else if (this.#receivedBytes > MAX_ANSWER_BYTES) {
        this.#settle(this.#garbage('it does not end'));
      }
    } catch (error) {
      this.#settle(this.#garbage(errorText(error)));
    }
  }

  #thrift(message: ReceivedMessage): Answer {
    const roundTripMs = performance.now() - this.#sentAt;
    const { type, framing, protocol } = message;
    // A peer that echoes its input is not a Thrift server.
    if (!ANSWERS.has(type)) {
      return this.#garbage(`it is a message of type ${type}`);
    }
    const dialect: Dialect = { transport: framing.name, protocol: protocol.name };
    return { kind: 'thrift', ...dialect, roundTripMs, says: whatItSays(message) };
  }

  #withoutMessage(kind: 'closed' | 'silent'): Answer {
    return this.#receivedBytes === 0 ? { kind } : this.#garbage(`the message is not complete`);
  }

  #garbage(why: string): Answer {
    return { kind: 'garbage', hex: this.#first.toString('hex', 0, 16), why };
  }
}

function whatItSays({ type, input, protocol }: ReceivedMessage): string {
  if (type === MessageType.REPLY) {
    return 'a result';
  }
  const exception = protocol.read(applicationExceptionCodec, input);
  return `exception ${exception.type}: ${printable(exception.message) || '(no text)'}`;
}

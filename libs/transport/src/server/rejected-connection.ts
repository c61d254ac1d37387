import type { Server, Socket } from 'node:net';
import { MessageType } from '@nestjs-thrift/codec/wire';
import { ERROR_CODES } from '@nestjs-thrift/codec';
import { ApplicationExceptionType } from '../errors/remote.error.js';
import { MessageReader } from '../wire/message-reader.js';
import { SocketWriter } from '../wire/socket-writer.js';
import { ReplyWriter } from './reply-writer.js';

/** Connections beyond the limit that stay open at once to get an answer; additional ones are closed without a reply. */
const MAX_REJECTED = 64;

/** Time for the first request of such a connection, in milliseconds. */
const FIRST_REQUEST_MS = 1_000;
/** Of a larger request the envelope alone is kept; its bytes are skipped. */
const MAX_KEPT_BYTES = 16_384;

const EXCEPTION = {
  type: ApplicationExceptionType.INTERNAL_ERROR,
  message: `${ERROR_CODES.LIMIT_EXCEEDED.wire}: too many connections`,
};

/**
 * Answers the first request of a connection beyond the limit, so that its caller knows that the request was not served and sends
 * it to another instance. A connection that is only closed leaves the caller in doubt. Kitex closes it.
 */
function reject(socket: Socket): void {
  const reader = new MessageReader(MAX_KEPT_BYTES, false, MAX_KEPT_BYTES);
  const writer = new SocketWriter(socket, () => {});
  const replies = new ReplyWriter(writer, MAX_KEPT_BYTES);
  replies.closing = true;
  const end = (): void => {
    writer.flush();
    socket.removeAllListeners('data').destroySoon();
  };
  const timer = setTimeout(() => socket.destroy(), FIRST_REQUEST_MS).unref();
  socket.on('error', () => {});
  socket.on('end', end);
  socket.on('close', () => clearTimeout(timer));
  socket.on('data', (chunk: Buffer) => {
    try {
      reader.push(chunk);
      const message = reader.next();
      if (message === undefined) {
        return;
      }
      if (message.type === MessageType.CALL) {
        replies.refusal(message, EXCEPTION);
      }
      end();
    } catch {
      socket.destroy();
    }
  });
}

/** How many connections a server accepts at once. */
export class ConnectionLimit {
  readonly #server: Server;
  /** Connections beyond the limit, until they are closed. */
  readonly rejected = new Set<Socket>();
  #most = Infinity;

  constructor(server: Server) {
    this.#server = server;
  }

  /** @param most 0 for no limit. */
  set(most: number): void {
    this.#most = most || Infinity;
    // Node closes what is beyond without a reply.
    this.#server.maxConnections = this.#most + MAX_REJECTED;
  }

  /** Takes a connection that is beyond the limit. @param open the connections that are not. */
  rejects(socket: Socket, open: number): boolean {
    if (open < this.#most) {
      return false;
    }
    this.rejected.add(socket);
    socket.on('close', () => this.rejected.delete(socket));
    reject(socket);
    return true;
  }
}

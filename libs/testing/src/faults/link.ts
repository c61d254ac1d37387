import {
  type ReceivedMessage,
  type HeaderInfo,
  MessageReader,
} from '@nestjs-thrift/transport/wire';
import type { Socket } from 'node:net';
import { MessageName, MessageType, WriteBuffer } from '@nestjs-thrift/codec/wire';
import type { FaultPlan, Fault } from './fault-plan.js';
import type { ThriftStreamFaults } from './stream-faults.js';
import { opensStream, StreamLink } from './stream-link.js';

const HEADER_SEQUENCE_ID_END = 12;

/** A copy of a message of our own server, its sequence id changed in envelope and header. */
export function withOtherSequenceId(bytes: Buffer, message: ReceivedMessage): Buffer {
  const { framing, protocol, input, type, name, sequenceId } = message;
  const copy = Buffer.from(bytes);
  if (framing.hasHeader) {
    copy[HEADER_SEQUENCE_ID_END - 1]! ^= 1;
  }
  // The lowest bit changes no length, so the new envelope fits where the old one was.
  const envelope = new WriteBuffer(64);
  protocol.writeMessageBegin(envelope, type, new MessageName(name), sequenceId ^ 1);
  const structAt = bytes.length - (input.end - input.position);
  envelope.bytes.copy(copy, structAt - envelope.position, 0, envelope.position);
  return copy;
}

/** What a TTHeader carried, as it came: string keys with their prefixes, integer keys with their numbers. */
export interface TTHeaders {
  readonly strings: Readonly<Record<string, string>>;
  readonly ints: Readonly<Record<number, string>>;
}

export function headersOf(info: HeaderInfo): TTHeaders {
  return {
    strings: Object.fromEntries(info.strings()),
    ints: Object.fromEntries(info.ints()),
  };
}

const GARBAGE = Buffer.from('this is not a Thrift message\r\n');

/**
 * One connection of a caller to the server behind it. Requests pass as they are; replies pass unless a fault was
 * planned for them.
 */
export class Link {
  readonly #caller: Socket;
  readonly #server: Socket;
  readonly #plan: FaultPlan;

  readonly #streams: StreamLink;
  /** `undefined` before the first bytes. */
  #isStreaming: boolean | undefined;
  readonly #requests = new MessageReader();
  readonly #replies = new MessageReader();
  readonly #faults = new Map<number, Fault>();
  readonly #headers = new Map<number, TTHeaders>();
  readonly #delays = new Set<NodeJS.Timeout>();
  #unread = Buffer.alloc(0);
  /** The caller sends bytes that the reader cannot parse; the reply is up to the server. */
  #lost = false;
  /** Nothing more goes back to the caller. */
  #silent = false;
  #serverEnded = false;

  constructor(caller: Socket, server: Socket, plan: FaultPlan, streamFaults: ThriftStreamFaults) {
    this.#caller = caller;
    this.#server = server;
    this.#plan = plan;
    this.#streams = new StreamLink(caller, streamFaults);

    caller.on('data', (chunk: Buffer) => this.#forward(chunk));
    caller.on('end', () => server.end());
    caller.on('error', () => undefined);
    caller.on('close', () => this.#callerGone());
    server.on('data', (chunk: Buffer) => this.#receive(chunk));
    server.on('end', () => this.#endCaller());
    server.on('error', () => caller.destroy());
  }

  /** The address the server knows the caller by. */
  get serverSideAddress(): string {
    return `${this.#server.localAddress}:${this.#server.localPort}`;
  }

  /** Headers of a request, once. */
  takeHeaders(sequenceId: number): TTHeaders | undefined {
    const headers = this.#headers.get(sequenceId);
    this.#headers.delete(sequenceId);
    return headers;
  }

  /** Cuts the caller off at once. */
  reset(): void {
    // A socket whose sending side is closed can not be reset any more, and would stay open.
    if (this.#caller.writableEnded) {
      this.#caller.destroy();
    } else {
      this.#caller.resetAndDestroy();
    }
  }

  #forward(chunk: Buffer): void {
    this.#isStreaming ??= opensStream(chunk);
    if (!this.#lost) {
      this.#follow(chunk);
    }
    this.#server.write(chunk);
  }

  #follow(chunk: Buffer): void {
    try {
      if (this.#isStreaming) {
        this.#streams.follow(chunk);
        return;
      }
      this.#requests.push(chunk);
      for (let request = this.#requests.next(); request; request = this.#requests.next()) {
        this.#requested(request);
      }
    } catch {
      this.#lost = true;
    }
  }

  #requested({ type, name, sequenceId, info }: ReceivedMessage): void {
    if (info !== undefined) {
      this.#headers.set(sequenceId, headersOf(info));
    }
    if (type !== MessageType.CALL) {
      return;
    }
    const fault = this.#plan.take(name.slice(name.indexOf(':') + 1));
    if (fault !== undefined) {
      this.#faults.set(sequenceId, fault);
    }
  }

  #receive(chunk: Buffer): void {
    if (this.#isStreaming) {
      this.#streams.receive(chunk);
      return;
    }
    this.#unread = Buffer.concat([this.#unread, chunk]);
    this.#replies.push(chunk);
    for (let reply = this.#replies.next(); reply; reply = this.#replies.next()) {
      const bytes = this.#unread.subarray(0, reply.wireBytes);
      this.#unread = this.#unread.subarray(reply.wireBytes);
      const fault = this.#faults.get(reply.sequenceId);
      this.#faults.delete(reply.sequenceId);
      this.#pass(bytes, reply, fault);
    }
  }

  #pass(bytes: Buffer, reply: ReceivedMessage, fault: Fault | undefined): void {
    switch (fault?.kind) {
      case undefined:
        return this.#send(bytes);
      case 'delay':
        return this.#sendLater(bytes, fault.delayMs);
      case 'reset':
        return this.reset();
      case 'garbage':
        return this.#send(GARBAGE);
      case 'half-frame':
        this.#send(bytes.subarray(0, bytes.length >> 1));
        this.#silent = true;
        if (fault.thenClose) {
          this.#caller.end();
        }
        return;
      case 'wrong-sequence-id':
        return this.#send(withOtherSequenceId(bytes, reply));
    }
  }

  #send(bytes: Buffer): void {
    if (!this.#silent && this.#caller.writable) {
      this.#caller.write(bytes);
    }
  }

  #sendLater(bytes: Buffer, delayMs: number): void {
    const timer = setTimeout(() => {
      this.#delays.delete(timer);
      this.#send(bytes);
      if (this.#serverEnded) {
        this.#endCaller();
      }
    }, delayMs);
    this.#delays.add(timer);
  }

  #endCaller(): void {
    this.#serverEnded = true;
    if (this.#delays.size === 0 && !this.#silent) {
      this.#caller.end();
    }
  }

  #callerGone(): void {
    for (const timer of this.#delays) {
      clearTimeout(timer);
    }
    this.#server.destroy();
  }
}

import { ProtocolError } from '@nestjs-thrift/codec';
import { applicationExceptionCodec, MessageType } from '@nestjs-thrift/codec/wire';
import { stringifyJson, valueToJson } from '@nestjs-thrift/codec/json';
import type { StructCodec } from '@nestjs-thrift/codec';
import type { StructShape } from '@nestjs-thrift/codec/compiler';
import {
  IntKey,
  MessageReader,
  readBizStatus,
  readPersistent,
  readTransient,
  StringKey,
  UnexpectedStreamFrame,
  type ReceivedMessage,
} from '@nestjs-thrift/transport/wire';
import type { FieldPaths } from '../../traffic/field-paths.js';
import { REDACTED, redacted } from '../../traffic/redacted.js';
import type { IndexedMethod, MethodIndex } from './method-index.js';
import type { Blindness, Recording } from './recording.js';

/** What the taps of all connections share. */
export interface TapOptions {
  readonly methods: MethodIndex;
  readonly redact: FieldPaths;
  readonly maxMessageBytes: number;
}

/** A request whose reply has not come. */
interface PendingCall {
  readonly method: IndexedMethod;
  readonly startedMs: number;
  /** The line up to its outcome; text takes less memory than values. */
  readonly head: string;
}

/** The access token of a TTHeader is never written. */
const ACCESS_TOKEN = 'gdpr-token';

/** Reads what passes through one connection, and records its calls. What it cannot read passes all the same. */
export class ConnectionTap {
  readonly #options: TapOptions;
  readonly #recording: Recording;
  readonly #requests: MessageReader;
  readonly #replies: MessageReader;
  /** By sequence id, which connections without multiplexing may use again and again; nothing stands for a call that is left out. */
  readonly #pending = new Map<number, (PendingCall | undefined)[]>();
  #heldBytes = 0;
  #isOver = false;

  constructor(options: TapOptions, recording: Recording) {
    this.#options = options;
    this.#recording = recording;
    this.#requests = new MessageReader(options.maxMessageBytes);
    this.#replies = new MessageReader(options.maxMessageBytes);
  }

  /** Bytes of the client; they must not change afterwards. */
  request(chunk: Buffer): void {
    this.#read(this.#requests, chunk, (message) => this.#begin(message));
  }

  /** Bytes of the server. */
  reply(chunk: Buffer): void {
    this.#read(this.#replies, chunk, (message) => this.#finish(message));
  }

  /** The connection is over. */
  end(): void {
    if (this.#isOver) {
      return;
    }
    const unanswered = [...this.#pending.values()].flat().filter((call) => call !== undefined);
    this.#recording.omit('without a reply', unanswered.length);
    this.#stop();
  }

  #read(reader: MessageReader, chunk: Buffer, take: (message: ReceivedMessage) => void): void {
    if (this.#isOver) {
      return;
    }
    const before = reader.heldBytes;
    try {
      reader.push(chunk);
      for (let message = reader.next(); message !== undefined; message = reader.next()) {
        take(message);
      }
    } catch (error) {
      this.#recording.blind(blindnessOf(error));
      return this.#stop();
    }
    if (!this.#hold(reader.heldBytes - before)) {
      this.#recording.blind('more memory than there is room for');
      this.#stop();
    }
  }

  #stop(): void {
    this.#isOver = true;
    this.#pending.clear();
    this.#recording.hold(-this.#heldBytes);
    this.#heldBytes = 0;
  }

  #hold(bytes: number): boolean {
    this.#heldBytes += bytes;
    return this.#recording.hold(bytes);
  }

  #begin(message: ReceivedMessage): void {
    const { type, name, sequenceId, info } = message;
    if (type !== MessageType.CALL && type !== MessageType.ONEWAY) {
      return;
    }
    const call = this.#pendingCall(
      message,
      this.#options.methods.find(name, info?.string(StringKey.SERVICE_NAME)),
    );
    if (type === MessageType.ONEWAY || call?.method.definition.kind === 'oneway') {
      if (call !== undefined) {
        this.#recording.add(`${call.head},"oneway":true}`);
      }
      return;
    }
    const waiting = this.#pending.get(sequenceId) ?? [];
    waiting.push(call);
    this.#pending.set(sequenceId, waiting);
    this.#hold(call?.head.length ?? 0);
  }

  #pendingCall(
    message: ReceivedMessage,
    method: IndexedMethod | undefined,
  ): PendingCall | undefined {
    if (method === undefined) {
      this.#recording.omit('of methods that the IDL does not have');
      return undefined;
    }
    const args = this.#decoded(message, method.parameters);
    if (args === undefined) {
      return undefined;
    }
    const { info, framing, protocol } = message;
    const head = {
      time: new Date().toISOString(),
      service: method.serviceName,
      method: method.methodName,
      transport: framing.name,
      protocol: protocol.name,
      caller: info?.int(IntKey.FROM_SERVICE),
      metadata: this.#values('metadata', readTransient(info)),
      persistentMetadata: this.#values('persistentMetadata', readPersistent(info)),
      args: redacted(valueToJson(args, method.parameters), 'args', this.#options.redact),
    };
    return { method, startedMs: performance.now(), head: stringifyJson(head).slice(0, -1) };
  }

  #finish(message: ReceivedMessage): void {
    const { sequenceId } = message;
    const waiting = this.#pending.get(sequenceId);
    const call = waiting?.shift();
    if (waiting?.length === 0) {
      this.#pending.delete(sequenceId);
    }
    if (call === undefined) {
      return;
    }
    this.#hold(-call.head.length);
    const outcome = this.#outcome(message, call.method);
    if (outcome === undefined) {
      return;
    }
    const [[name, value]] = Object.entries(outcome) as [[string, unknown]];
    const durationMs = Math.round((performance.now() - call.startedMs) * 1000) / 1000;
    const rest = { [name]: redacted(value, name, this.#options.redact), durationMs };
    this.#recording.add(`${call.head},${stringifyJson(rest).slice(1)}`);
  }

  /** One member: `result`, `exception`, `businessStatus` or `error`. */
  #outcome(message: ReceivedMessage, method: IndexedMethod): object | undefined {
    if (message.type === MessageType.EXCEPTION) {
      const exception = this.#decoded(message, applicationExceptionCodec);
      return exception && { error: { code: 'REMOTE_ERROR', message: exception.message } };
    }
    const status = message.info === undefined ? undefined : readBizStatus(message.info);
    if (status !== undefined) {
      const { statusCode: code, message: text, extra } = status;
      return { businessStatus: { code, message: text, extra } };
    }
    const { definition, returns, exceptions } = method;
    if (definition.kind !== 'unary') {
      return undefined;
    }
    const result = this.#decoded(message, definition.result) as
      Readonly<Record<string, unknown>> | undefined;
    if (result === undefined) {
      return undefined;
    }
    if (returns !== undefined && result.success !== undefined) {
      return { result: valueToJson(result.success, returns) };
    }
    for (const { name, id, type } of (definition.result as StructShape).fields) {
      const value = id === 0 ? undefined : result[name];
      if (value !== undefined) {
        const shape = type as StructShape;
        return {
          exception: {
            type: shape.name,
            value: valueToJson(value, exceptions.get(shape.name) ?? shape),
          },
        };
      }
    }
    return { result: null };
  }

  #decoded<T>(message: ReceivedMessage, codec: StructCodec<T>): T | undefined {
    if (message.tooLarge) {
      this.#recording.omit('larger than --max-message-bytes');
      return undefined;
    }
    try {
      return message.protocol.read(codec, message.input);
    } catch (error) {
      if (!(error instanceof ProtocolError)) {
        throw error;
      }
      this.#recording.omit('that could not be decoded');
      return undefined;
    }
  }

  #values(place: string, values: ReadonlyMap<string, string>): unknown {
    const shown = Array.from(values, ([key, value]) => [
      key,
      key === ACCESS_TOKEN ? REDACTED : value,
    ]);
    return values.size === 0
      ? undefined
      : redacted(Object.fromEntries(shown), place, this.#options.redact);
  }
}

/** The traffic goes on whatever happens here. */
function blindnessOf(error: unknown): Blindness {
  if (error instanceof UnexpectedStreamFrame) {
    return 'streams';
  }
  return error instanceof ProtocolError
    ? 'bytes that are not Thrift'
    : 'an error of nestjs-thrift itself';
}

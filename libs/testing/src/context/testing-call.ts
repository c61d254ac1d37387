import type { X509Certificate } from 'node:crypto';
import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import {
  CallContext,
  ConnectionLostError,
  type IncomingCall,
  type ProtocolName,
  RpcTimeoutError,
  type TransportName,
} from '@nestjs-thrift/transport';
import {
  CLIENT_OPTIONS,
  milliseconds,
  object,
  type OptionsOf,
  recordOf,
  type Resolved,
  text,
} from '@nestjs-thrift/transport/internal';

/** Options of a call made up for a test. */
export const TESTING_CALL_OPTIONS = {
  /** Registry name of the calling service; empty: it did not say. */
  caller: text({ default: '' }),
  /** Method the caller was serving when it called; empty: none. */
  callerMethod: text({ default: '' }),
  /** Log id of the caller; empty: none. */
  logId: text({ default: '' }),
  /** Transient values, without their prefix. @defaultValue none */
  metadata: recordOf(text({ default: '' })),
  /** Persistent values, without their prefix; log ids travel here. @defaultValue none */
  persistentMetadata: recordOf(text({ default: '' })),
  /** What is left of the time of the caller, in milliseconds, as `remainingMs` of the context says it. With 0 the deadline has passed. @defaultValue no deadline */
  remainingMs: milliseconds(),
  /** Verified certificate of the caller. @defaultValue none */
  peerCertificate: object<X509Certificate>('an X509Certificate'),
  /** Address of the caller. */
  remoteAddress: text({ default: '127.0.0.1:50000' }),
  /** How the message was framed. */
  transport: CLIENT_OPTIONS.transport,
  /** How values were encoded. */
  protocol: CLIENT_OPTIONS.protocol,
};

/** What a call made up for a test says about itself. */
export interface TestingCallOptions extends OptionsOf<typeof TESTING_CALL_OPTIONS> {}

/** A call that no caller made. */
export class TestingCall implements IncomingCall {
  readonly caller: string;
  readonly callerMethod: string;
  readonly logId: string;
  readonly deadline: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly persistentMetadata: Map<string, string>;
  readonly peerCertificate: X509Certificate | undefined;
  readonly remoteAddress: string;
  readonly transport: TransportName;
  readonly protocol: ProtocolName;
  readonly context = new CallContext();
  readonly sequenceId = 1;
  readonly backwardMetadata = new Map<string, string>();
  readonly #controller = new AbortController();
  readonly #remainingMs: number | undefined;
  #hasTimer = false;

  constructor(
    readonly service: ServiceDefinition,
    readonly method: MethodDefinition,
    options: Resolved<typeof TESTING_CALL_OPTIONS>,
  ) {
    this.caller = options.caller;
    this.callerMethod = options.callerMethod;
    this.logId = options.logId;
    this.#remainingMs = options.remainingMs;
    this.deadline = performance.now() + (options.remainingMs ?? Infinity);
    this.metadata = new Map(Object.entries(options.metadata ?? {}));
    this.persistentMetadata = new Map(Object.entries(options.persistentMetadata ?? {}));
    this.peerCertificate = options.peerCertificate;
    this.remoteAddress = options.remoteAddress;
    this.transport = options.transport;
    this.protocol = options.protocol;
  }

  get signal(): AbortSignal {
    const remainingMs = this.#remainingMs;
    if (remainingMs !== undefined && !this.#hasTimer) {
      this.#hasTimer = true;
      setTimeout(() => this.#expire(remainingMs), this.deadline - performance.now()).unref();
    }
    return this.#controller.signal;
  }

  setPersistentMetadata(key: string, value: string): void {
    if (key !== '' && value !== '') {
      this.persistentMetadata.set(key, value);
    }
  }

  setBackwardMetadata(key: string, value: string): void {
    if (key !== '' && value !== '') {
      this.backwardMetadata.set(key, value);
    }
  }

  callerLeaves(): void {
    const message = `the caller ${this.remoteAddress} went away`;
    this.#controller.abort(new ConnectionLostError(this.remoteAddress, message));
  }

  /** Aborts the signal for another reason. */
  protected abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  #expire(remainingMs: number): void {
    const message = `the caller of ${this.method.name} gave the call ${remainingMs} ms`;
    this.#controller.abort(new RpcTimeoutError(remainingMs, message));
  }
}

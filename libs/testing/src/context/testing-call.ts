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

/** What a call made up for a test says about itself. */
export interface TestingCallOptions {
  /** Registry name of the calling service. Default empty: it did not say. */
  readonly caller?: string;
  /** Method the caller was serving when it called. Default empty. */
  readonly callerMethod?: string;
  /** Log id of the caller. Default empty. */
  readonly logId?: string;
  /** Transient values, without their prefix. Default none. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Persistent values, without their prefix; log ids travel here. Default none. */
  readonly persistentMetadata?: Readonly<Record<string, string>>;
  /** Remaining time of the caller, in milliseconds; with 0 the deadline has passed. Default: no deadline. */
  readonly timeoutMs?: number;
  /** Verified certificate of the caller. Default none. */
  readonly peerCertificate?: X509Certificate;
  /** Address of the caller. Default `127.0.0.1:50000`. */
  readonly remoteAddress?: string;
  /** Default `TTHeaderFramed`. */
  readonly transport?: TransportName;
  /** Default `binary`. */
  readonly protocol?: ProtocolName;
}

/** A call that no caller made. */
export class TestingCall implements IncomingCall {
  readonly #options: TestingCallOptions;

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
  #hasTimer = false;

  constructor(
    readonly service: ServiceDefinition,
    readonly method: MethodDefinition,
    options: TestingCallOptions,
  ) {
    this.#options = options;

    const { timeoutMs } = options;
    if (timeoutMs !== undefined && !(timeoutMs >= 0)) {
      throw new RangeError(`timeoutMs must be 0 or more, got ${timeoutMs}`);
    }
    this.caller = options.caller ?? '';
    this.callerMethod = options.callerMethod ?? '';
    this.logId = options.logId ?? '';
    this.deadline = timeoutMs === undefined ? Infinity : performance.now() + timeoutMs;
    this.metadata = new Map(Object.entries(options.metadata ?? {}));
    this.persistentMetadata = new Map(Object.entries(options.persistentMetadata ?? {}));
    this.peerCertificate = options.peerCertificate;
    this.remoteAddress = options.remoteAddress ?? '127.0.0.1:50000';
    this.transport = options.transport ?? 'TTHeaderFramed';
    this.protocol = options.protocol ?? 'binary';
  }

  get signal(): AbortSignal {
    const { timeoutMs } = this.#options;
    if (timeoutMs !== undefined && !this.#hasTimer) {
      this.#hasTimer = true;
      setTimeout(() => this.#expire(timeoutMs), this.deadline - performance.now()).unref();
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

  #expire(timeoutMs: number): void {
    const message = `the caller of ${this.method.name} gave the call ${timeoutMs} ms`;
    this.#controller.abort(new RpcTimeoutError(timeoutMs, message));
  }
}

import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { CallbackReport } from '../errors/callback-report.js';
import type { ObserverGroup } from '../observer/observer-group.js';
import type { MethodRouter, MethodRoute } from './method-router.js';
import type { ResolvedServerOptions } from './server-options.js';
import type { ProtocolName, RequestMethod, ServiceDefinition } from '@nestjs-thrift/codec';
import type { Protocol } from '@nestjs-thrift/codec/wire';
import type { ScopedCall } from '../call/current-call.js';
import { RpcTimeoutError } from '../errors/errors.js';
import { timerWheel, type WheelTimer } from '../timer/timer-wheel.js';
import type { ReceiveBudget } from '../wire/receive-budget.js';
import type { Framing, TransportName } from '../wire/framing/framing.js';
import type { ReceivedMessage } from '../wire/received-message.js';
import type { ReplyTarget } from './reply-writer.js';
import { ServedRequest } from './served-request.js';
import { verifiedCertificate } from './verified-certificate.js';

/** What all connections of a server share. */
export interface ServerContext {
  readonly options: ResolvedServerOptions;
  readonly router: MethodRouter;
  readonly observers: ObserverGroup;
  /** Memory of messages that have not come in full, over all connections. */
  readonly budget: ReceiveBudget;
  /** Reports it when `onHandlerError` throws. */
  readonly handlerErrorReport: CallbackReport;
  /** Requests whose handler has not finished, of connections that are gone too. */
  inFlight: number;
  /** Those of them that are streams. */
  openStreams: number;
  /** Connections that carry streams. */
  streamingConnections: number;
  /** The server has begun to shut down. */
  closing: boolean;
  /** Calls whose signal does not follow their connection; it fires when the server has been closed. */
  readonly unwatched: Set<ServedCall>;
  /** Called when a connection closed or the last handler finished. */
  changed(): void;
}

/** The parts of its connection that a call needs. */
export interface CallPeer {
  readonly remoteAddress: string;
  readonly socket: Socket;
  /** Aborts the call when the peer goes away, at once if it has. */
  watch(call: ServedCall): void;
  unwatch(call: ServedCall): void;
}

/** A request being served. Its header is decoded on first access. */
export class ServedCall extends ServedRequest implements ScopedCall, ReplyTarget {
  readonly #peer: CallPeer;

  readonly framing: Framing;
  readonly wireProtocol: Protocol;
  readonly sequenceId: number;
  /** Bytes of the request on the socket. */
  readonly receivedBytes: number;
  /** Values to be sent back with the reply. */
  backwardMetadata: Map<string, string> | undefined;
  /** What observers returned when the request started. */
  observerStates: unknown[] | undefined;
  #controller: AbortController | undefined;
  #deadlineTimer: WheelTimer | undefined;

  constructor(
    peer: CallPeer,
    readonly route: MethodRoute,
    message: ReceivedMessage,
    /** When the request came, on the clock of `performance.now()`. */
    readonly arrivedAt: number,
    /** The caller multiplexes: it takes replies in any order. */
    readonly outOfOrder: boolean,
  ) {
    super(message.info);
    this.#peer = peer;
    this.framing = message.framing;
    this.wireProtocol = message.protocol;
    this.sequenceId = message.sequenceId;
    this.receivedBytes = message.wireBytes;
  }

  get service(): ServiceDefinition {
    return this.route.service;
  }

  get method(): RequestMethod {
    return this.route.method;
  }

  get transport(): TransportName {
    return this.framing.name;
  }

  get protocol(): ProtocolName {
    return this.wireProtocol.name;
  }

  get deadline(): number {
    // The caller of a oneway method does not wait: its timeout limits the sending alone.
    return this.route.method.kind === 'oneway' ? Infinity : this.arrivedAt + this.callerTimeoutMs;
  }

  get remoteAddress(): string {
    return this.#peer.remoteAddress;
  }

  get peerCertificate(): X509Certificate | undefined {
    return verifiedCertificate(this.#peer.socket);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#peer.watch(this);
      this.#watchDeadline();
    }
    return this.#controller.signal;
  }

  setBackwardMetadata(key: string, value: string): void {
    if (key === '' || value === '') {
      return;
    }
    (this.backwardMetadata ??= new Map()).set(key, value);
  }

  /** Fires the signal, if anybody has asked for it. */
  abort(reason: Error): void {
    this.#controller?.abort(reason);
  }

  /** Ends the call: what its handler left running no longer finds it, and what the signal needed is released. */
  settle(): void {
    if (this.scope !== undefined) {
      this.scope.call = undefined;
    }
    if (this.#controller === undefined) {
      return;
    }
    this.#peer.unwatch(this);
    this.#deadlineTimer?.disarm();
  }

  #watchDeadline(): void {
    const { deadline } = this;
    if (deadline === Infinity) {
      return;
    }
    this.#deadlineTimer = timerWheel.timer(() => {
      const message = `the caller of ${this.method.name} gave the call ${this.callerTimeoutMs} ms`;
      this.abort(new RpcTimeoutError(this.callerTimeoutMs, message));
      return Infinity;
    });
    this.#deadlineTimer.arm(deadline);
  }
}

import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { IncomingCall } from '../call/incoming-call.js';
import type { OutgoingCall } from '../call/outgoing-call.js';
import { CallbackReport } from '../errors/callback-report.js';
import { HandlerRun } from './handler-run.js';
import type {
  MessageDirection,
  ObservedStream,
  StreamOutcome,
  StreamRejectionReason,
} from './observed-stream.js';
import type {
  CallOutcome,
  ObservedConnection,
  RequestRejection,
  TransportObserver,
} from './transport-observer.js';

/**
 * Several observers as one. What an observer throws, or rejects with, is reported and otherwise ignored.
 *
 * Observers of calls are notified in plain loops: closures there cost more than most observers.
 */
export class ObserverGroup {
  /** Whether any observer wraps the handler; if not, the server calls it directly. */
  wantsAround = false;
  /** Whether any of them watches the calls of a client; if not, nothing of a call is measured. */
  watchesCalls = false;
  /** Whether any of them watches the requests of a server. */
  watchesRequests = false;
  /** Whether any of them watches streams. */
  watchesStreams = false;
  readonly #observers = new Set<TransportObserver>();
  /** Those who watch calls; the others need not be passed by at each. In the order of their states, so only ever appended to. */
  readonly #ofCalls: TransportObserver[] = [];
  readonly #ofRequests: TransportObserver[] = [];
  readonly #ofStreams: TransportObserver[] = [];
  #watchesMessages = false;
  readonly #open = new Set<ObservedConnection>();
  #listening: Parameters<NonNullable<TransportObserver['serverListening']>> | undefined;
  readonly #reports = new Map<TransportObserver, CallbackReport>();

  constructor(observers: readonly TransportObserver[] = []) {
    observers.forEach((observer) => this.add(observer));
  }

  /** Adds an observer, once. It learns that the server listens, and which connections are open. */
  add(observer: TransportObserver): void {
    if (this.#observers.has(observer)) {
      return;
    }
    const has = (...methods: readonly (keyof TransportObserver)[]) =>
      methods.some((method) => observer[method] !== undefined);
    this.#observers.add(observer);
    if (has('callStarted', 'callFinished')) {
      this.#ofCalls.push(observer);
      this.watchesCalls = true;
    }
    if (has('requestStarted', 'aroundHandler', 'requestFinished')) {
      this.#ofRequests.push(observer);
      this.watchesRequests = true;
    }
    if (has('streamOpened', 'aroundStreamHandler', 'streamMessage', 'streamEnded')) {
      this.#ofStreams.push(observer);
      this.watchesStreams = true;
    }
    this.wantsAround ||= has('aroundHandler');
    this.#watchesMessages ||= has('streamMessage');
    const listening = this.#listening;
    if (listening !== undefined) {
      this.#notifyOne(observer, () => observer.serverListening?.(...listening));
    }
    for (const connection of this.#open) {
      this.#notifyOne(observer, () => observer.connectionOpened?.(connection));
    }
  }

  serverListening(services: readonly ServiceDefinition[], address: string): void {
    this.#listening = [services, address];
    this.#notify((observer) => observer.serverListening?.(services, address));
  }

  connectionOpened(connection: ObservedConnection): void {
    this.#open.add(connection);
    this.#notify((observer) => observer.connectionOpened?.(connection));
  }

  connectionClosed(connection: ObservedConnection, error?: Error): void {
    this.#open.delete(connection);
    this.#notify((observer) => observer.connectionClosed?.(connection, error));
  }

  connectionFailed(connection: ObservedConnection, error: Error): void {
    this.#notify((observer) => observer.connectionFailed?.(connection, error));
  }

  limitExceeded(limit: 'connections' | 'requests' | 'concurrency', address: string): void {
    this.#notify((observer) => observer.limitExceeded?.(limit, address));
  }

  requestRejected(connection: ObservedConnection, rejection: RequestRejection): void {
    this.#notify((observer) => observer.requestRejected?.(connection, rejection));
  }

  undeclaredError(call: IncomingCall, error: unknown): void {
    this.#notify((observer) => observer.undeclaredError?.(call, error));
  }

  decodeFailed(connection: ObservedConnection, error: Error): void {
    this.#notify((observer) => observer.decodeFailed?.(connection, error));
  }

  streamRejected(connection: ObservedConnection, reason: StreamRejectionReason): void {
    this.#notify((observer) => observer.streamRejected?.(connection, reason));
  }

  streamReadsPaused(connection: ObservedConnection): void {
    this.#notify((observer) => observer.streamReadsPaused?.(connection));
  }

  streamFrameIgnored(connection: ObservedConnection): void {
    this.#notify((observer) => observer.streamFrameIgnored?.(connection));
  }

  /** Returns the states of those who watch streams, to be given back with the other methods for streams. */
  streamOpened(stream: ObservedStream, metadata: Map<string, string>): unknown[] {
    return this.#ofStreams.map((observer) => {
      let state: unknown;
      this.#notifyOne(observer, () => (state = observer.streamOpened?.(stream, metadata)));
      return state;
    });
  }

  streamMessage(
    stream: ObservedStream,
    direction: MessageDirection,
    bytes: number,
    states: unknown[],
  ): void {
    if (!this.#watchesMessages) {
      return;
    }
    for (let index = 0; index < states.length; index++) {
      const observer = this.#ofStreams[index]!;
      try {
        observer.streamMessage?.(stream, direction, bytes, states[index]);
      } catch (error) {
        this.#threw(observer, error);
      }
    }
  }

  streamEnded(stream: ObservedStream, outcome: StreamOutcome, states: unknown[]): void {
    for (const [index, state] of states.entries()) {
      this.#notifyOne(this.#ofStreams[index]!, (observer) =>
        observer.streamEnded?.(stream, outcome, state),
      );
    }
  }

  /** As {@link ObserverGroup.aroundHandler}, for the handler of a stream. */
  aroundStreamHandler<T>(stream: ObservedStream, states: unknown[], handler: () => T): T {
    return this.#wrap(this.#ofStreams.slice(0, states.length), handler, (observer, index, inner) =>
      observer.aroundStreamHandler?.(stream, states[index], inner),
    );
  }

  /** Returns the states of those who watch calls, to be given back when the call has finished. */
  callStarted(call: OutgoingCall, metadata: Map<string, string>): unknown[] {
    const states: unknown[] = [];
    for (const observer of this.#ofCalls) {
      let state: unknown;
      try {
        state = observer.callStarted?.(call, metadata);
        if (state !== undefined) {
          this.#returned(observer, state);
        }
      } catch (error) {
        this.#threw(observer, error);
      }
      states.push(state);
    }
    return states;
  }

  callFinished(call: OutgoingCall, outcome: CallOutcome, address: string, states: unknown[]): void {
    for (let index = 0; index < states.length; index++) {
      const observer = this.#ofCalls[index]!;
      try {
        const result: unknown = observer.callFinished?.(call, outcome, address, states[index]);
        if (result !== undefined) {
          this.#returned(observer, result);
        }
      } catch (error) {
        this.#threw(observer, error);
      }
    }
  }

  /** Returns the states of those who watch requests, to be given back with the other two methods. */
  requestStarted(call: IncomingCall): unknown[] {
    const states: unknown[] = [];
    for (const observer of this.#ofRequests) {
      let state: unknown;
      try {
        state = observer.requestStarted?.(call);
        if (state !== undefined) {
          this.#returned(observer, state);
        }
      } catch (error) {
        this.#threw(observer, error);
      }
      states.push(state);
    }
    return states;
  }

  /**
   * Runs the handler with the observers around it, once, and returns or throws what it does.
   *
   * @param states as {@link ObserverGroup.requestStarted} returned them.
   */
  aroundHandler<T>(call: IncomingCall, states: unknown[], handler: () => T): T {
    return this.#wrap(this.#ofRequests.slice(0, states.length), handler, (observer, index, inner) =>
      observer.aroundHandler?.(call, states[index], inner),
    );
  }

  requestFinished(call: IncomingCall, outcome: CallOutcome, states: unknown[]): void {
    for (let index = 0; index < states.length; index++) {
      const observer = this.#ofRequests[index]!;
      try {
        const result: unknown = observer.requestFinished?.(call, outcome, states[index]);
        if (result !== undefined) {
          this.#returned(observer, result);
        }
      } catch (error) {
        this.#threw(observer, error);
      }
    }
  }

  /** @param around runs an observer around what is inside of it; does nothing for one that wraps no handlers. */
  #wrap<T>(
    observers: readonly TransportObserver[],
    handler: () => T,
    around: (observer: TransportObserver, index: number, inner: () => T) => unknown,
  ): T {
    const run = new HandlerRun(handler);
    let next = run.enter;
    for (const [index, observer] of observers.entries()) {
      const inner = next;
      next = () => this.#around(observer, () => around(observer, index, inner), inner, run);
    }
    return next();
  }

  #around<T>(
    observer: TransportObserver,
    around: () => unknown,
    inner: () => T,
    run: HandlerRun<T>,
  ): T {
    let returned: unknown;
    try {
      returned = around();
    } catch (error) {
      if (!run.threw(error)) {
        this.#threw(observer, error);
      }
    }
    const result = run.entered ? run.enter() : inner();
    // A promise derived from that of the handler rejects with it, and nothing awaits it.
    if (returned !== result && returned instanceof Promise) {
      returned.catch(() => {});
    }
    return result;
  }

  #notify(event: (observer: TransportObserver) => unknown): void {
    for (const observer of this.#observers) {
      this.#notifyOne(observer, event);
    }
  }

  #notifyOne(observer: TransportObserver, event: (observer: TransportObserver) => unknown): void {
    try {
      const result = event(observer);
      if (result !== undefined) {
        this.#returned(observer, result);
      }
    } catch (error) {
      this.#threw(observer, error);
    }
  }

  #threw(observer: TransportObserver, error: unknown): void {
    this.#report(observer).threw(error);
  }

  #returned(observer: TransportObserver, result: unknown): void {
    if (result instanceof Promise) {
      this.#report(observer).returned(result);
    }
  }

  #report(observer: TransportObserver): CallbackReport {
    let report = this.#reports.get(observer);
    if (report === undefined) {
      const { name } = observer.constructor ?? {};
      report = new CallbackReport(
        name === 'Object' ? 'a TransportObserver' : `the TransportObserver ${name}`,
      );
      this.#reports.set(observer, report);
    }
    return report;
  }
}

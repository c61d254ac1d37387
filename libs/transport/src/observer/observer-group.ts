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
  WaitingMessages,
} from './observed-stream.js';
import type {
  CallOutcome,
  ObservedConnection,
  RequestRejection,
  TransportObserver,
} from './transport-observer.js';

/** An observer, and what reports its errors. */
interface Member {
  readonly observer: TransportObserver;
  readonly report: CallbackReport;
}

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
  readonly #members = new Map<TransportObserver, Member>();
  /** Those who watch calls; the others need not be passed by at each. In the order of their states, so only ever appended to. */
  readonly #ofCalls: Member[] = [];
  readonly #ofRequests: Member[] = [];
  readonly #ofStreams: Member[] = [];
  #watchesMessages = false;
  readonly #open = new Set<ObservedConnection>();
  #listening: Parameters<NonNullable<TransportObserver['serverListening']>> | undefined;

  constructor(observers: readonly TransportObserver[] = []) {
    observers.forEach((observer) => this.add(observer));
  }

  /** Adds an observer, once. It learns that the server listens, and which connections are open. */
  add(observer: TransportObserver): void {
    if (this.#members.has(observer)) {
      return;
    }
    const member = { observer, report: new CallbackReport(nameOf(observer)) };
    const has = (...methods: readonly (keyof TransportObserver)[]) =>
      methods.some((method) => observer[method] !== undefined);
    this.#members.set(observer, member);
    if (has('callStarted', 'callFinished')) {
      this.#ofCalls.push(member);
      this.watchesCalls = true;
    }
    if (has('requestStarted', 'aroundHandler', 'requestFinished')) {
      this.#ofRequests.push(member);
      this.watchesRequests = true;
    }
    if (
      has(
        'streamOpened',
        'aroundStreamHandler',
        'streamMessage',
        'streamMessageFailed',
        'streamEnded',
      )
    ) {
      this.#ofStreams.push(member);
      this.watchesStreams = true;
    }
    this.wantsAround ||= has('aroundHandler');
    this.#watchesMessages ||= has('streamMessage');
    const listening = this.#listening;
    if (listening !== undefined) {
      member.report.run(() => observer.serverListening?.(...listening));
    }
    for (const connection of this.#open) {
      member.report.run(() => observer.connectionOpened?.(connection));
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

  streamHandlerStalled(stream: IncomingCall, waiting: WaitingMessages): void {
    this.#notify((observer) => observer.streamHandlerStalled?.(stream, waiting));
  }

  streamFrameIgnored(connection: ObservedConnection): void {
    this.#notify((observer) => observer.streamFrameIgnored?.(connection));
  }

  /** Returns the states of those who watch streams, to be given back with the other methods for streams. */
  streamOpened(stream: ObservedStream, metadata: Map<string, string>): unknown[] {
    return this.#ofStreams.map(({ observer, report }) => {
      let state: unknown;
      report.run(() => (state = observer.streamOpened?.(stream, metadata)));
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
      const { observer, report } = this.#ofStreams[index]!;
      try {
        observer.streamMessage?.(stream, direction, bytes, states[index]);
      } catch (error) {
        report.threw(error);
      }
    }
  }

  streamMessageFailed(
    stream: ObservedStream,
    direction: MessageDirection,
    error: unknown,
    states: unknown[],
  ): void {
    for (const [index, state] of states.entries()) {
      const { observer, report } = this.#ofStreams[index]!;
      report.run(() => observer.streamMessageFailed?.(stream, direction, error, state));
    }
  }

  streamEnded(stream: ObservedStream, outcome: StreamOutcome, states: unknown[]): void {
    for (const [index, state] of states.entries()) {
      const { observer, report } = this.#ofStreams[index]!;
      report.run(() => observer.streamEnded?.(stream, outcome, state));
    }
  }

  /** As {@link ObserverGroup.aroundHandler}, for the handler of a stream. */
  aroundStreamHandler<T>(stream: ObservedStream, states: unknown[], handler: () => T): T {
    const run = new HandlerRun(handler);
    let next = run.enter;
    for (let index = 0; index < states.length; index++) {
      const { observer, report } = this.#ofStreams[index]!;
      if (observer.aroundStreamHandler !== undefined) {
        const inner = next;
        const around = () => observer.aroundStreamHandler!(stream, states[index], inner);
        next = () => run.around(around, inner, report);
      }
    }
    return next();
  }

  /** Returns the states of those who watch calls, to be given back when the call has finished. */
  callStarted(call: OutgoingCall, metadata: Map<string, string>): unknown[] {
    const states: unknown[] = [];
    for (const { observer, report } of this.#ofCalls) {
      let state: unknown;
      try {
        state = observer.callStarted?.(call, metadata);
        if (state !== undefined) {
          report.returned(state);
        }
      } catch (error) {
        report.threw(error);
      }
      states.push(state);
    }
    return states;
  }

  callFinished(call: OutgoingCall, outcome: CallOutcome, address: string, states: unknown[]): void {
    for (let index = 0; index < states.length; index++) {
      const { observer, report } = this.#ofCalls[index]!;
      try {
        const result: unknown = observer.callFinished?.(call, outcome, address, states[index]);
        if (result !== undefined) {
          report.returned(result);
        }
      } catch (error) {
        report.threw(error);
      }
    }
  }

  /** Returns the states of those who watch requests, to be given back with the other two methods. */
  requestStarted(call: IncomingCall): unknown[] {
    const states: unknown[] = [];
    for (const { observer, report } of this.#ofRequests) {
      let state: unknown;
      try {
        state = observer.requestStarted?.(call);
        if (state !== undefined) {
          report.returned(state);
        }
      } catch (error) {
        report.threw(error);
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
    const run = new HandlerRun(handler);
    let next = run.enter;
    for (let index = 0; index < states.length; index++) {
      const { observer, report } = this.#ofRequests[index]!;
      if (observer.aroundHandler !== undefined) {
        const inner = next;
        const around = () => observer.aroundHandler!(call, states[index], inner);
        next = () => run.around(around, inner, report);
      }
    }
    return next();
  }

  requestFinished(call: IncomingCall, outcome: CallOutcome, states: unknown[]): void {
    for (let index = 0; index < states.length; index++) {
      const { observer, report } = this.#ofRequests[index]!;
      try {
        const result: unknown = observer.requestFinished?.(call, outcome, states[index]);
        if (result !== undefined) {
          report.returned(result);
        }
      } catch (error) {
        report.threw(error);
      }
    }
  }

  #notify(event: (observer: TransportObserver) => unknown): void {
    for (const { observer, report } of this.#members.values()) {
      report.run(() => event(observer));
    }
  }
}

function nameOf(observer: TransportObserver): string {
  const { name } = observer.constructor ?? {};
  return name === 'Object' ? 'a TransportObserver' : `the TransportObserver ${name}`;
}

import type { IncomingCall } from '../call/incoming-call.js';
import type { OutgoingCall } from '../call/outgoing-call.js';
import type { CallOutcome, ObservedConnection, TransportObserver } from './transport-observer.js';

/**
 * Several observers as one. What an observer throws is reported to the process as a warning, once per observer, and
 * otherwise ignored.
 */
export class ObserverGroup implements TransportObserver {
  /** Whether any of them wants to be around the handler; if not, the server calls it directly. */
  readonly wantsAround: boolean;
  /** Whether any of them watches the calls of a client; an observer of connections alone costs a call nothing. */
  readonly watchesCalls: boolean;
  /** Whether any of them watches the requests of a server. */
  readonly watchesRequests: boolean;
  private readonly warned = new Set<TransportObserver>();

  private constructor(private readonly observers: readonly TransportObserver[]) {
    const anyHas = (...methods: readonly (keyof TransportObserver)[]) =>
      observers.some((observer) => methods.some((method) => observer[method] !== undefined));
    this.wantsAround = anyHas('aroundHandler');
    this.watchesCalls = anyHas('callStarted', 'callFinished');
    this.watchesRequests = anyHas('requestStarted', 'aroundHandler', 'requestFinished');
  }

  /** `undefined` when there are none, so that nothing is measured. */
  static of(observers: readonly TransportObserver[] | undefined): ObserverGroup | undefined {
    return observers === undefined || observers.length === 0
      ? undefined
      : new ObserverGroup(observers);
  }

  connectionOpened(connection: ObservedConnection): void {
    this.tell((observer) => observer.connectionOpened?.(connection));
  }

  connectionClosed(connection: ObservedConnection, error?: Error): void {
    this.tell((observer) => observer.connectionClosed?.(connection, error));
  }

  connectionFailed(connection: ObservedConnection, error: Error): void {
    this.tell((observer) => observer.connectionFailed?.(connection, error));
  }

  limitExceeded(limit: 'connections' | 'requests' | 'concurrency', address: string): void {
    this.tell((observer) => observer.limitExceeded?.(limit, address));
  }

  decodeFailed(connection: ObservedConnection, error: Error): void {
    this.tell((observer) => observer.decodeFailed?.(connection, error));
  }

  /** Returns the states of all observers, to be given back when the call has finished. */
  callStarted(call: OutgoingCall, metadata: Map<string, string>): unknown[] {
    return this.observers.map((observer) =>
      this.guard(observer, () => observer.callStarted?.(call, metadata)),
    );
  }

  callFinished(call: OutgoingCall, outcome: CallOutcome, address: string, states: unknown[]): void {
    this.observers.forEach((observer, index) =>
      this.guard(observer, () => observer.callFinished?.(call, outcome, address, states[index])),
    );
  }

  /** Returns the states of all observers, to be given back with the other two methods. */
  requestStarted(call: IncomingCall): unknown[] {
    return this.observers.map((observer) =>
      this.guard(observer, () => observer.requestStarted?.(call)),
    );
  }

  aroundHandler<T>(call: IncomingCall, states: unknown[], next: () => T): T {
    let run = next;
    this.observers.forEach((observer, index) => {
      if (observer.aroundHandler === undefined) return;
      const inner = run;
      run = () => observer.aroundHandler!(call, states[index], inner);
    });
    return run();
  }

  requestFinished(call: IncomingCall, outcome: CallOutcome, states: unknown[]): void {
    this.observers.forEach((observer, index) =>
      this.guard(observer, () => observer.requestFinished?.(call, outcome, states[index])),
    );
  }

  private tell(event: (observer: TransportObserver) => void): void {
    for (const observer of this.observers) this.guard(observer, () => event(observer));
  }

  private guard<T>(observer: TransportObserver, event: () => T): T | undefined {
    try {
      return event();
    } catch (error) {
      if (!this.warned.has(observer)) {
        this.warned.add(observer);
        process.emitWarning(`an observer of the Thrift transport threw: ${String(error)}`);
      }
      return undefined;
    }
  }
}

import type { IncomingCall } from '../call/incoming-call.js';
import type { OutgoingCall } from '../call/outgoing-call.js';
import type {
  CallOutcome,
  ObservedConnection,
  RequestRejection,
  TransportObserver,
} from './transport-observer.js';

/**
 * Several observers as one. What an observer throws is reported to the process as a warning, once per observer, and
 * otherwise ignored.
 *
 * What happens once per call is told in plain loops: closures there cost more than most observers.
 */
export class ObserverGroup implements TransportObserver {
  /** Whether any of them wants to be around the handler; if not, the server calls it directly. */
  readonly wantsAround: boolean;
  /** Whether any of them watches the calls of a client; an observer of connections alone costs a call nothing. */
  readonly watchesCalls: boolean;
  /** Whether any of them watches the requests of a server. */
  readonly watchesRequests: boolean;
  private readonly warned = new Set<TransportObserver>();
  /** Those who watch calls; the others need not be passed by at each. */
  private readonly ofCalls: readonly TransportObserver[];
  private readonly ofRequests: readonly TransportObserver[];

  private constructor(private readonly observers: readonly TransportObserver[]) {
    const having = (...methods: readonly (keyof TransportObserver)[]) =>
      observers.filter((observer) => methods.some((method) => observer[method] !== undefined));
    this.ofCalls = having('callStarted', 'callFinished');
    this.ofRequests = having('requestStarted', 'aroundHandler', 'requestFinished');
    this.wantsAround = having('aroundHandler').length > 0;
    this.watchesCalls = this.ofCalls.length > 0;
    this.watchesRequests = this.ofRequests.length > 0;
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

  requestRejected(connection: ObservedConnection, rejection: RequestRejection): void {
    this.tell((observer) => observer.requestRejected?.(connection, rejection));
  }

  decodeFailed(connection: ObservedConnection, error: Error): void {
    this.tell((observer) => observer.decodeFailed?.(connection, error));
  }

  /** Returns the states of those who watch calls, to be given back when the call has finished. */
  callStarted(call: OutgoingCall, metadata: Map<string, string>): unknown[] {
    const states: unknown[] = [];
    for (const observer of this.ofCalls) {
      try {
        states.push(observer.callStarted?.(call, metadata));
      } catch (error) {
        states.push(this.warn(observer, error));
      }
    }
    return states;
  }

  callFinished(call: OutgoingCall, outcome: CallOutcome, address: string, states: unknown[]): void {
    for (let index = 0; index < states.length; index++) {
      const observer = this.ofCalls[index]!;
      try {
        observer.callFinished?.(call, outcome, address, states[index]);
      } catch (error) {
        this.warn(observer, error);
      }
    }
  }

  /** Returns the states of those who watch requests, to be given back with the other two methods. */
  requestStarted(call: IncomingCall): unknown[] {
    const states: unknown[] = [];
    for (const observer of this.ofRequests) {
      try {
        states.push(observer.requestStarted?.(call));
      } catch (error) {
        states.push(this.warn(observer, error));
      }
    }
    return states;
  }

  aroundHandler<T>(call: IncomingCall, states: unknown[], next: () => T): T {
    let run = next;
    for (let index = 0; index < states.length; index++) {
      const observer = this.ofRequests[index]!;
      if (observer.aroundHandler === undefined) continue;
      const inner = run;
      run = () => observer.aroundHandler!(call, states[index], inner);
    }
    return run();
  }

  requestFinished(call: IncomingCall, outcome: CallOutcome, states: unknown[]): void {
    for (let index = 0; index < states.length; index++) {
      const observer = this.ofRequests[index]!;
      try {
        observer.requestFinished?.(call, outcome, states[index]);
      } catch (error) {
        this.warn(observer, error);
      }
    }
  }

  private tell(event: (observer: TransportObserver) => void): void {
    for (const observer of this.observers) {
      try {
        event(observer);
      } catch (error) {
        this.warn(observer, error);
      }
    }
  }

  private warn(observer: TransportObserver, error: unknown): undefined {
    if (this.warned.has(observer)) return;
    this.warned.add(observer);
    process.emitWarning(`an observer of the Thrift transport threw: ${String(error)}`);
  }
}

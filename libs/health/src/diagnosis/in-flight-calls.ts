import type {
  CallOutcome,
  IncomingCall,
  ObservedStream,
  TransportObserver,
} from '@nestjs-thrift/transport';
import { type LiveStream, LiveStreams } from './live-streams.js';

/** A request that is being served. */
export interface InFlightCall {
  readonly service: string;
  readonly method: string;
  /** Time since its handler was to begin, in milliseconds. */
  readonly ageMs: number;
  /** Time until the caller stops waiting, in milliseconds; below 0 it has. Absent when it did not say. */
  readonly remainingMs?: number;
  readonly peer: string;
  /** Registry name of the caller; empty when it did not say. */
  readonly caller: string;
}

/**
 * Remembers the requests that are being served and the streams that are open, for the diagnosis: a server itself only counts them. One
 * object goes into the `observers` of servers, for streams also into those of clients, and into the options of the admin port.
 *
 * @example
 * const calls = new InFlightCalls();
 * ThriftModule.forRoot({ server: { port: 8888, observers: [calls] } });
 * ThriftHealthModule.forRoot({ admin: { diagnosis: { calls } } });
 */
export class InFlightCalls implements TransportObserver {
  /** In the order in which they began. */
  readonly #calls = new Map<IncomingCall, number>();
  readonly #streams = new LiveStreams();

  requestStarted(call: IncomingCall): void {
    this.#calls.set(call, performance.now());
  }

  requestFinished(call: IncomingCall, _outcome: CallOutcome): void {
    this.#calls.delete(call);
  }

  streamOpened(stream: ObservedStream): void {
    this.#streams.add(stream);
  }

  streamEnded(stream: ObservedStream): void {
    this.#streams.delete(stream);
  }

  /** The oldest streams, at most `most` of them. */
  oldestStreams(most: number): LiveStream[] {
    return this.#streams.oldest(most);
  }

  /** Streams by side, method and peer; at most `most` rows. */
  streamCounts(most: number): object[] {
    return this.#streams.counts(most);
  }

  /** The oldest ones, at most `most` of them. */
  oldest(most: number): InFlightCall[] {
    const now = performance.now();
    const oldest: InFlightCall[] = [];
    for (const [call, startedAt] of this.#calls) {
      if (oldest.length === most) {
        break;
      }
      oldest.push(describe(call, startedAt, now));
    }
    return oldest;
  }
}

function describe(call: IncomingCall, startedAt: number, now: number): InFlightCall {
  const { service, method, deadline, remoteAddress, caller } = call;
  return {
    service: service.name,
    method: method.name,
    ageMs: Math.round(now - startedAt),
    ...(deadline === Infinity ? {} : { remainingMs: Math.round(deadline - now) }),
    peer: remoteAddress,
    caller,
  };
}

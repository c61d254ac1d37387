import type { MethodDefinition, ServiceDefinition, StreamMethod } from '@nestjs-thrift/codec';
import type { MessageDirection, ObservedStream, StreamOutcome } from '@nestjs-thrift/transport';
import { isRequestMethod } from '@nestjs-thrift/transport/internal';
import { BucketCounts } from './scraped-histogram.js';

/** Upper bounds of durations, in seconds: from a short answer to a watch of an hour. */
const DURATION_BOUNDS = [0.1, 0.5, 1, 5, 10, 30, 60, 300, 600, 1800, 3600];
/** Upper bounds of the time to the first message, in seconds. */
const FIRST_MESSAGE_BOUNDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Upper bounds of messages, in bytes. */
const MESSAGE_BOUNDS = [64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304];

/** Ways a stream ends. */
export const STREAM_STATUSES = ['success', 'error', 'cancelled'] as const;
/** Ways a message goes. */
export const DIRECTIONS = ['sent', 'received'] as const;

/** What is counted of the streams of one method, on one side. */
export interface StreamMethodTotals {
  readonly labels: { readonly service: string; readonly method: string; readonly mode: string };
  readonly live: Set<ObservedStream>;
  readonly ended: Record<StreamOutcome['status'], number>;
  readonly durations: BucketCounts;
  readonly firstMessages: BucketCounts;
  /** Sizes of messages. */
  readonly messages: Readonly<Record<MessageDirection, BucketCounts>>;
}

/** Streams by method, counted in plain numbers that are read when Prometheus scrapes. */
export class StreamTotals {
  readonly #methods = new Map<MethodDefinition, StreamMethodTotals>();

  /** Counts the methods of a service that have a stream from 0. */
  expect(service: ServiceDefinition): void {
    for (const method of Object.values(service.methods)) {
      if (!isRequestMethod(method)) {
        this.of({ service, method });
      }
    }
  }

  /** Also what an observer keeps with a stream, so that a message costs no search. */
  of({
    service,
    method,
  }: {
    readonly service: ServiceDefinition;
    readonly method: StreamMethod;
  }): StreamMethodTotals {
    let totals = this.#methods.get(method);
    if (totals === undefined) {
      totals = {
        labels: { service: service.name, method: method.name, mode: method.kind },
        live: new Set(),
        ended: { success: 0, error: 0, cancelled: 0 },
        durations: new BucketCounts(DURATION_BOUNDS),
        firstMessages: new BucketCounts(FIRST_MESSAGE_BOUNDS),
        messages: {
          sent: new BucketCounts(MESSAGE_BOUNDS),
          received: new BucketCounts(MESSAGE_BOUNDS),
        },
      };
      this.#methods.set(method, totals);
    }
    return totals;
  }

  all(): Iterable<StreamMethodTotals> {
    return this.#methods.values();
  }

  reset(): void {
    this.#methods.clear();
  }
}

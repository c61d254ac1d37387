import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { CallOutcome } from '@nestjs-thrift/transport';
import { isRequestMethod } from '@nestjs-thrift/transport/internal';
import { BucketCounts } from './scraped-histogram.js';

/** What is counted of one method. */
export interface MethodTotals {
  readonly labels: { readonly service: string; readonly method: string };
  successes: number;
  errors: number;
  /** Attempts whose call another attempt decided; in no duration. */
  superseded: number;
  /** In seconds. */
  readonly durations: BucketCounts;
}

/**
 * Calls by method with their durations, in plain numbers that are read when Prometheus asks: to find the series of labels
 * costs more than a small call.
 */
export class CallTotals {
  readonly #bounds: readonly number[];
  readonly #services = new Map<ServiceDefinition, Map<MethodDefinition, MethodTotals>>();

  /** @param bounds upper bounds of the buckets in seconds, ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
  }

  /** Counts the methods of a service, those without a stream, from 0: a counter that starts with its first event has no increase. */
  expect(service: ServiceDefinition): void {
    for (const method of Object.values(service.methods).filter(isRequestMethod)) {
      if (this.#services.get(service)?.get(method) === undefined) {
        this.#add(service, method);
      }
    }
  }

  count(
    { service, method }: { readonly service: ServiceDefinition; readonly method: MethodDefinition },
    { failed, superseded }: Pick<CallOutcome, 'failed' | 'superseded'>,
    seconds: number,
  ): void {
    const totals = this.#services.get(service)?.get(method) ?? this.#add(service, method);
    if (superseded) {
      totals.superseded += 1;
      return;
    }
    if (failed) {
      totals.errors += 1;
    } else {
      totals.successes += 1;
    }
    totals.durations.add(seconds);
  }

  *all(): Iterable<MethodTotals> {
    for (const methods of this.#services.values()) {
      yield* methods.values();
    }
  }

  reset(): void {
    this.#services.clear();
  }

  #add(service: ServiceDefinition, method: MethodDefinition): MethodTotals {
    const methods = this.#services.get(service) ?? new Map<MethodDefinition, MethodTotals>();
    this.#services.set(service, methods);
    const totals: MethodTotals = {
      labels: { service: service.name, method: method.name },
      successes: 0,
      errors: 0,
      superseded: 0,
      durations: new BucketCounts(this.#bounds),
    };
    methods.set(method, totals);
    return totals;
  }
}

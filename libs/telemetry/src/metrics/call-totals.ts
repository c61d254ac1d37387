import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { CallOutcome } from '@nestjs-thrift/transport';
import { isRequestMethod } from '@nestjs-thrift/transport/internal';

/** What is counted of one method. */
export interface MethodTotals {
  readonly labels: { readonly service: string; readonly method: string };
  successes: number;
  errors: number;
  /** Attempts whose call another attempt decided; in no duration. */
  superseded: number;
  /** Of all calls together. */
  seconds: number;
  /** Calls by the first bound they kept, those beyond all bounds last. */
  readonly byBound: number[];
}

/**
 * Calls by method with their durations, in plain numbers that are read when Prometheus asks: to find the series of labels
 * costs more than a small call.
 */
export class CallTotals {
  readonly #services = new Map<ServiceDefinition, Map<MethodDefinition, MethodTotals>>();

  /** @param bounds upper bounds of the buckets in seconds, ascending. */
  constructor(readonly bounds: readonly number[]) {}

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
    totals.seconds += seconds;
    const { bounds } = this;
    let index = 0;
    while (index < bounds.length && seconds > bounds[index]!) {
      index += 1;
    }
    totals.byBound[index]! += 1;
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
      seconds: 0,
      byBound: Array.from({ length: this.bounds.length + 1 }, () => 0),
    };
    methods.set(method, totals);
    return totals;
  }
}

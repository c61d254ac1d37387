import type { OutgoingCall } from '@nestjs-thrift/transport';
import type { Counter } from 'prom-client';
import { errorType } from '../describe-error.js';
import { displayName, type ServiceNames } from '../service-names.js';
import type { BoundedValues, MetricFactory } from './metric-factory.js';

/** Calls that failed on the client itself, by the kind of refusal. */
export class LocalFailureMetrics {
  /** Policies of the application throw what they like. */
  readonly #types: BoundedValues;
  readonly #serviceNames: ServiceNames | undefined;

  readonly #totals: Counter<'service' | 'method' | 'error_type'>;

  constructor(
    factory: MetricFactory,
    types: BoundedValues,
    serviceNames: ServiceNames | undefined,
  ) {
    this.#types = types;
    this.#serviceNames = serviceNames;

    this.#totals = factory.counter({
      name: 'client_local_failures_total',
      help: 'Calls that failed on the client itself: open breakers, limits, access rules, no instance',
      labelNames: ['service', 'method', 'error_type'],
    });
  }

  count({ service, method }: OutgoingCall, error: unknown): void {
    this.#totals.inc({
      service: displayName(service, this.#serviceNames),
      method: method.name,
      error_type: this.#types.admit(errorType(error)),
    });
  }
}

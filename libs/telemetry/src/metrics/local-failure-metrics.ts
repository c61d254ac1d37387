import type { ServiceDefinition, ThriftErrorCode } from '@nestjs-thrift/codec';
import type { OutgoingCall } from '@nestjs-thrift/transport';
import type { Counter } from 'prom-client';
import { errorType } from '../describe-error.js';
import type { BoundedValues, MetricFactory } from './metric-factory.js';

const LOCAL_ERRORS: readonly ThriftErrorCode[] = ['ACCESS_DENIED', 'CIRCUIT_OPEN', 'NO_INSTANCE'];

/** Calls that failed on the client itself, by the kind of refusal. */
export class LocalFailureMetrics {
  /** Policies of the application throw what they like. */
  readonly #types: BoundedValues;

  readonly #totals: Counter<'service' | 'method' | 'error_type'>;

  constructor(factory: MetricFactory, types: BoundedValues) {
    this.#types = types;

    this.#totals = factory.counter({
      name: 'client_local_failures_total',
      help: 'Calls that failed on the client itself: open breakers, limits, access rules, no instance',
      labelNames: ['service', 'method', 'error_type'],
    });
  }

  /** Shows what a governed client may refuse itself from 0 on. */
  calls(service: ServiceDefinition): void {
    for (const method of Object.keys(service.methods)) {
      for (const error_type of LOCAL_ERRORS) {
        this.#totals.inc({ service: service.name, method, error_type }, 0);
      }
    }
  }

  count({ service, method }: OutgoingCall, error: unknown): void {
    this.#totals.inc({
      service: service.name,
      method: method.name,
      error_type: this.#types.admit(errorType(error)),
    });
  }
}

import type { GovernanceEvent } from '@nestjs-thrift/governance';
import type { BreakerSnapshot, BreakerState } from '@nestjs-thrift/governance/internal';
import type { Counter } from 'prom-client';
import { displayName, type ServiceNames } from '../service-names.js';
import type { BoundedValues, MetricFactory } from './metric-factory.js';
import type { GovernedCallSource } from './governed-calls.js';

/** Something that governs calls: a `ClientGovernance`. */
export interface GovernanceSource extends GovernedCallSource {
  readonly targetServiceName: string;
  breakers(): readonly BreakerSnapshot[];
}

type BreakerLabel = 'service' | 'scope' | 'key';

/** Order of badness, so that `max by (service)` tells the worst. */
const STATE_VALUES: Readonly<Record<BreakerState, number>> = {
  closed: 0,
  half_open: 1,
  open: 2,
};

/** Breakers, retries that were not made, instances and configuration reloads of clients. */
export class GovernanceMetrics {
  readonly #keys: BoundedValues;
  readonly #serviceNames: ServiceNames | undefined;

  readonly #sources = new Set<GovernanceSource>();
  readonly #transitions: Counter<BreakerLabel | 'to'>;
  readonly #retryStops: Counter<'service' | 'method' | 'reason'>;
  readonly #reloads: Counter<'service' | 'result'>;
  readonly #resolveFailures: Counter<'service'>;

  constructor(factory: MetricFactory, keys: BoundedValues, serviceNames: ServiceNames | undefined) {
    this.#keys = keys;
    this.#serviceNames = serviceNames;

    const breakerLabels: BreakerLabel[] = ['service', 'scope', 'key'];
    const states = factory.gauge({
      name: 'breaker_state',
      help: 'Circuit breakers: 0 closed, 1 half-open, 2 open',
      labelNames: breakerLabels,
      collect: () => {
        states.reset();
        this.#eachBreaker((labels, { state }) => states.set(labels, STATE_VALUES[state]));
      },
    });
    this.#transitions = factory.counter({
      name: 'breaker_transitions_total',
      help: 'Changes of state of circuit breakers',
      labelNames: [...breakerLabels, 'to'],
    });
    this.#retryStops = factory.counter({
      name: 'retry_stops_total',
      help: 'Calls that were not tried again although there was cause, by reason',
      labelNames: ['service', 'method', 'reason'],
    });
    this.#reloads = factory.counter({
      name: 'config_reloads_total',
      help: 'Governance configurations that were applied or refused',
      labelNames: ['service', 'result'],
    });
    this.#resolveFailures = factory.counter({
      name: 'resolve_failures_total',
      help: 'Look-ups of instances that failed',
      labelNames: ['service'],
    });
  }

  watch(source: GovernanceSource): void {
    if (this.#sources.has(source)) {
      return;
    }
    this.#sources.add(source);
    // A counter that is born with its first event has no increase to alert on.
    for (const result of ['applied', 'rejected']) {
      this.#reloads.inc({ service: source.targetServiceName, result }, 0);
    }
    source.onEvent((event) => this.#count(source.targetServiceName, event));
  }

  #count(service: string, event: GovernanceEvent): void {
    switch (event.type) {
      case 'breaker': {
        const { scope, key, to } = event;
        this.#transitions.inc({ service, scope, key: this.#keys.admit(key), to });
        return;
      }
      case 'retry_stop': {
        const { call, reason } = event;
        const name = displayName(call.service, this.#serviceNames);
        this.#retryStops.inc({ service: name, method: call.method.name, reason });
        return;
      }
      case 'config_applied':
        this.#reloads.inc({ service, result: 'applied' });
        return;
      case 'config_rejected':
        this.#reloads.inc({ service, result: 'rejected' });
        return;
      case 'resolve_failed':
        this.#resolveFailures.inc({ service });
        return;
      default:
      // Retries are counted by their outcome, which the transport knows; instances are nobody's metric yet.
    }
  }

  #eachBreaker(
    visit: (labels: Record<BreakerLabel, string>, snapshot: BreakerSnapshot) => void,
  ): void {
    for (const source of this.#sources) {
      for (const snapshot of source.breakers()) {
        const { scope, key } = snapshot;
        visit({ service: source.targetServiceName, scope, key: this.#keys.admit(key) }, snapshot);
      }
    }
  }
}

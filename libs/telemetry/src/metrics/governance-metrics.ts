import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { GovernanceConfigSource, GovernanceEvent } from '@nestjs-thrift/governance';
import type { BreakerSnapshot, BreakerState } from '@nestjs-thrift/governance/internal';
import type { Counter } from 'prom-client';
import type { BoundedValues, MetricFactory } from './metric-factory.js';
import type { GovernedCallSource } from './governed-calls.js';

/** Something that governs calls: a `ClientGovernance`. */
export interface GovernanceSource extends GovernedCallSource {
  readonly service: ServiceDefinition;
  readonly targetServiceName: string;
  breakers(): readonly BreakerSnapshot[];
}

/** Metrics of the versions of a configuration. */
export type ConfigSource = Pick<GovernanceConfigSource, 'onChange' | 'onRejected'>;

type ServiceLabel = 'service' | 'target_service';
type BreakerLabel = ServiceLabel | 'scope' | 'key';

/** Order of badness, so that `max by (service)` tells the worst. */
const STATE_VALUES: Readonly<Record<BreakerState, number>> = {
  closed: 0,
  half_open: 1,
  open: 2,
};

const RESULTS = ['applied', 'rejected'];

/** Breakers, retries that were not made, instances and configuration reloads of clients. */
export class GovernanceMetrics {
  readonly #keys: BoundedValues;

  readonly #sources = new Set<GovernanceSource>();
  readonly #configs = new WeakSet<ConfigSource>();
  readonly #transitions: Counter<BreakerLabel | 'to'>;
  readonly #retryStops: Counter<'service' | 'method' | 'reason'>;
  readonly #reloads: Counter<ServiceLabel | 'scope' | 'result'>;
  readonly #resolveFailures: Counter<ServiceLabel>;

  constructor(factory: MetricFactory, keys: BoundedValues) {
    this.#keys = keys;

    const serviceLabels: ServiceLabel[] = ['service', 'target_service'];
    const breakerLabels: BreakerLabel[] = [...serviceLabels, 'scope', 'key'];
    const states = factory.gauge({
      name: 'breaker_state',
      help: 'Circuit breakers: 0 closed, 1 half-open, 2 open',
      labelNames: breakerLabels,
      collect: () => {
        states.reset();
        for (const { labels, value } of this.#worstStates()) {
          states.set(labels, value);
        }
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
      labelNames: ['scope', ...serviceLabels, 'result'],
    });
    this.#resolveFailures = factory.counter({
      name: 'resolve_failures_total',
      help: 'Look-ups of instances that failed',
      labelNames: serviceLabels,
    });
  }

  watch(source: GovernanceSource): void {
    if (this.#sources.has(source)) {
      return;
    }
    this.#sources.add(source);
    // A counter that is born with its first event has no increase to alert on.
    const labels = labelsOf(source);
    for (const result of RESULTS) {
      this.#reloads.inc({ scope: 'client', ...labels, result }, 0);
    }
    this.#resolveFailures.inc(labels, 0);
    source.onEvent((event) => this.#count(labels, event));
  }

  /** Counts what the application itself reads, which a server without clients follows, too. */
  watchConfig(source: ConfigSource): void {
    if (this.#configs.has(source)) {
      return;
    }
    this.#configs.add(source);
    const labels = { scope: 'application', service: '', target_service: '' };
    for (const result of RESULTS) {
      this.#reloads.inc({ ...labels, result }, 0);
    }
    source.onChange(() => this.#reloads.inc({ ...labels, result: 'applied' }));
    source.onRejected(() => this.#reloads.inc({ ...labels, result: 'rejected' }));
  }

  #count(labels: Record<ServiceLabel, string>, event: GovernanceEvent): void {
    switch (event.type) {
      case 'breaker': {
        const { scope, key, to } = event;
        this.#transitions.inc({ ...labels, scope, key: this.#keys.admit(key), to });
        return;
      }
      case 'retry_stop': {
        const { call, reason } = event;
        this.#retryStops.inc({ service: call.service.name, method: call.method.name, reason });
        return;
      }
      case 'config_applied':
        this.#reloads.inc({ scope: 'client', ...labels, result: 'applied' });
        return;
      case 'config_rejected':
        this.#reloads.inc({ scope: 'client', ...labels, result: 'rejected' });
        return;
      case 'resolve_failed':
        this.#resolveFailures.inc(labels);
        return;
      default:
      // Retries are counted by their outcome, which the transport knows; instances are nobody's metric yet.
    }
  }

  /** By their labels: two clients of one service have breakers of the same key, and all keys beyond the bound are one. */
  #worstStates(): Iterable<{ labels: Record<BreakerLabel, string>; value: number }> {
    const worst = new Map<string, { labels: Record<BreakerLabel, string>; value: number }>();
    for (const source of this.#sources) {
      for (const { scope, key, state } of source.breakers()) {
        const labels = { ...labelsOf(source), scope, key: this.#keys.admit(key) };
        const id = Object.values(labels).join('\n');
        const value = Math.max(STATE_VALUES[state], worst.get(id)?.value ?? 0);
        worst.set(id, { labels, value });
      }
    }
    return worst.values();
  }
}

function labelsOf({ service, targetServiceName }: GovernanceSource): Record<ServiceLabel, string> {
  return { service: service.name, target_service: targetServiceName };
}

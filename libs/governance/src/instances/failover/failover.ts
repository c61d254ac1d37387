import { ConnectError, type Middleware } from '@nestjs-thrift/transport';
import type { Instance } from '../discovery/instance.js';
import type { InstanceListener, InstanceWatch, Resolver } from '../discovery/resolver.js';
import { watchResolver } from '../discovery/watch-resolver.js';
import { Emitter, type Subscribe } from '../../support/emitter.js';
import { requireMilliseconds } from '../../stages/timeout/timeouts.js';
import { connectCheck, type HealthCheck } from './connect-check.js';
import { HealthMonitor } from './health-monitor.js';

/** Which group of instances is called. */
export type FailoverState = 'primary' | 'backup';

/** Two groups of instances and how the first one is checked. */
export interface FailoverOptions {
  readonly primary: Resolver;
  /** Called while no instance of the primary group is well. */
  readonly backup: Resolver;
  /** Default: a connection is accepted. */
  readonly check?: HealthCheck;
  /** Wait between checks of the primary group, in milliseconds. Default 10,000. */
  readonly intervalMs?: number;
  /** A check that takes longer has failed, in milliseconds. Default 1,000. */
  readonly timeoutMs?: number;
  /** Failed checks in a row that take an instance out. Default 1. */
  readonly failuresToLeave?: number;
  /** Good checks in a row that bring it back. Default 2. */
  readonly successesToReturn?: number;
}

/**
 * Calls a primary group of instances, without those that fail their checks, and a backup group while none of the primary is
 * left; returns when an instance of the primary has recovered. With its middleware in the chain a failure to connect leads to a
 * check at once instead of at the next interval.
 *
 * @example
 * const failover = new Failover({ primary: etcdResolver(etcd), backup: staticResolver(['10.9.0.1:8888']) });
 * new ClientGovernance({ service, resolver: failover.resolver, middlewares: [failover.middleware] });
 */
export class Failover {
  readonly #options: FailoverOptions;
  readonly #changes = new Emitter<FailoverState>();
  readonly #watches = new Set<FailoverWatch>();

  /** The group called has changed. */
  readonly onChange: Subscribe<FailoverState> = this.#changes.event;

  /** @throws RangeError for times out of range. */
  constructor(options: FailoverOptions) {
    requireMilliseconds('intervalMs', options.intervalMs ?? 10_000, 1);
    requireMilliseconds('timeoutMs', options.timeoutMs ?? 1_000, 1);
    this.#options = options;
  }

  /** Finds the instances of the group in charge. */
  readonly resolver: Resolver = {
    name: 'failover',
    watch: (service, listener) => {
      const watch = new FailoverWatch(this.#options, service, listener, (state) =>
        this.#changes.emit(state),
      );
      this.#watches.add(watch);
      return {
        close: () => {
          this.#watches.delete(watch);
          watch.close();
        },
      };
    },
  };

  /** Has the primary group checked as soon as a call cannot connect. */
  readonly middleware: Middleware = (next) => async (call) => {
    try {
      return await next(call);
    } catch (error) {
      if (error instanceof ConnectError) {
        this.#watches.forEach((watch) => watch.suspect());
      }
      throw error;
    }
  };
}

class FailoverWatch {
  readonly #listener: InstanceListener;
  readonly #changed: (state: FailoverState) => void;
  readonly #monitor: HealthMonitor;
  readonly #primary: InstanceWatch;
  readonly #backup: InstanceWatch;
  #spare: readonly Instance[] = [];
  #state: FailoverState = 'primary';

  constructor(
    options: FailoverOptions,
    service: string,
    listener: InstanceListener,
    changed: (state: FailoverState) => void,
  ) {
    this.#listener = listener;
    this.#changed = changed;
    this.#monitor = new HealthMonitor(
      {
        check: options.check ?? connectCheck,
        intervalMs: options.intervalMs ?? 10_000,
        timeoutMs: options.timeoutMs ?? 1_000,
        failuresToLeave: options.failuresToLeave ?? 1,
        successesToReturn: options.successesToReturn ?? 2,
      },
      () => this.#tell(),
    );
    const fail = (error: Error): void => listener.fail(error);
    this.#backup = watchResolver(options.backup, service, {
      update: (instances) => {
        this.#spare = instances;
        if (this.#state === 'backup') {
          this.#tell();
        }
      },
      fail,
    });
    try {
      this.#primary = watchResolver(options.primary, service, {
        update: (instances) => {
          this.#monitor.watch(instances);
          this.#tell();
        },
        fail,
      });
    } catch (error) {
      this.#backup.close();
      this.#monitor.close();
      throw error;
    }
  }

  suspect(): void {
    void this.#monitor.checkAll();
  }

  close(): void {
    this.#monitor.close();
    this.#primary.close();
    this.#backup.close();
  }

  #tell(): void {
    const { well } = this.#monitor;
    const state = well.length > 0 ? 'primary' : 'backup';
    const before = this.#state;
    this.#state = state;
    this.#listener.update(state === 'primary' ? well : this.#spare);
    if (state !== before) {
      this.#changed(state);
    }
  }
}

import type { Instance } from '../discovery/instance.js';
import type { InstanceListener, InstanceWatch, Resolver } from '../discovery/resolver.js';
import { watchResolver } from '../discovery/watch-resolver.js';
import { HealthMonitor, type HealthMonitorOptions } from './health-monitor.js';

/** Which group of instances is called. */
export type FailoverState = 'primary' | 'backup';

/** The two groups of a failover. */
interface Groups {
  readonly primary: Resolver;
  readonly backup: Resolver;
}

/** Follows both groups for one client, and gives it the instances of the one in charge. */
export class FailoverWatch {
  readonly #listener: InstanceListener;
  readonly #changed: (state: FailoverState) => void;
  readonly #monitor: HealthMonitor;
  readonly #primary: InstanceWatch;
  readonly #backup: InstanceWatch;
  #spare: readonly Instance[] = [];
  #state: FailoverState = 'primary';

  constructor(
    groups: Groups,
    checks: HealthMonitorOptions,
    service: string,
    listener: InstanceListener,
    changed: (state: FailoverState) => void,
  ) {
    this.#listener = listener;
    this.#changed = changed;
    this.#monitor = new HealthMonitor(checks, () => this.#tell());
    this.#backup = watchResolver(groups.backup, service, {
      update: (instances) => {
        this.#spare = instances;
        if (this.#state === 'backup') {
          this.#tell();
        }
      },
      fail: (error) => listener.fail(error),
    });
    try {
      this.#primary = watchResolver(groups.primary, service, {
        update: (instances) => {
          this.#monitor.watch(instances);
          this.#tell();
        },
        fail: (error) => this.#discoveryFailed(error),
      });
    } catch (error) {
      this.#backup.close();
      this.#monitor.close();
      throw error;
    }
  }

  /**
   * Calls found these instances dead; without any, discovery found none.
   *
   * @returns whether the call may go elsewhere now.
   */
  leave(addresses: readonly string[]): boolean {
    this.#monitor.failed(addresses);
    if (this.#monitor.well.length === 0 && this.#state === 'primary') {
      this.#tell();
    }
    const left =
      addresses.length === 0 || addresses.some((address) => this.#monitor.isIll(address));
    return left && (this.#state === 'primary' || this.#spare.length > 0);
  }

  close(): void {
    this.#monitor.close();
    this.#primary.close();
    this.#backup.close();
  }

  /** Known instances of the primary stay in use; without any the backup is called. */
  #discoveryFailed(error: Error): void {
    this.#listener.fail(error);
    if (this.#monitor.well.length === 0) {
      this.#tell();
    }
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

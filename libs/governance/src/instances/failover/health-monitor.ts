import type { Instance } from '../discovery/instance.js';
import type { HealthCheck } from './connect-check.js';

/** How instances are checked; see the options of a failover for the fields. */
export interface HealthMonitorOptions {
  readonly check: HealthCheck;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly failuresToLeave: number;
  readonly successesToReturn: number;
}

interface Health {
  well: boolean;
  /** Checks in a row that said the opposite of `well`. */
  against: number;
}

/** Checks instances again and again and tells when one falls ill or recovers. Instances count as well until checked. */
export class HealthMonitor {
  readonly #options: HealthMonitorOptions;
  readonly #changed: () => void;
  readonly #health = new Map<string, Health>();
  /** Checks under way, by what ends them. */
  readonly #underWay = new Set<AbortController>();
  #instances: readonly Instance[] = [];
  #timer: NodeJS.Timeout | undefined;
  #checking = false;
  #closed = false;

  constructor(options: HealthMonitorOptions, changed: () => void) {
    this.#options = options;
    this.#changed = changed;
    this.#schedule();
  }

  /** Those instances of the list that are well. */
  get well(): readonly Instance[] {
    return this.#instances.filter(({ address }) => this.#health.get(address)?.well);
  }

  watch(instances: readonly Instance[]): void {
    this.#instances = instances;
    const known = new Set(instances.map(({ address }) => address));
    for (const address of this.#health.keys()) {
      if (!known.has(address)) {
        this.#health.delete(address);
      }
    }
    for (const { address } of instances) {
      if (!this.#health.has(address)) {
        this.#health.set(address, { well: true, against: 0 });
      }
    }
  }

  /** Calls found these instances dead: each counts as a failed check. */
  failed(addresses: readonly string[]): void {
    let changed = false;
    for (const address of addresses) {
      const health = this.#health.get(address);
      if (health?.well) {
        health.against += 1;
        health.well = health.against < this.#options.failuresToLeave;
        health.against = health.well ? health.against : 0;
        changed ||= !health.well;
      }
    }
    if (changed) {
      this.#changed();
    }
  }

  /** Whether this is an instance that is not well. */
  isIll(address: string): boolean {
    return this.#health.get(address)?.well === false;
  }

  /** Checks all instances now, unless a check is under way. */
  async checkAll(): Promise<void> {
    if (this.#checking || this.#closed) {
      return;
    }
    this.#checking = true;
    clearTimeout(this.#timer);
    const changes = await Promise.all(this.#instances.map((instance) => this.#check(instance)));
    this.#checking = false;
    if (this.#closed) {
      return;
    }
    this.#schedule();
    if (changes.some(Boolean)) {
      this.#changed();
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const controller of this.#underWay) {
      controller.abort();
    }
  }

  /** @returns whether the instance fell ill or recovered. */
  async #check(instance: Instance): Promise<boolean> {
    const well = await this.#passes(instance);
    const health = this.#health.get(instance.address);
    if (health === undefined || health.well === well) {
      if (health !== undefined) {
        health.against = 0;
      }
      return false;
    }
    health.against += 1;
    const { failuresToLeave, successesToReturn } = this.#options;
    if (health.against < (well ? successesToReturn : failuresToLeave)) {
      return false;
    }
    health.well = well;
    health.against = 0;
    return true;
  }

  async #passes(instance: Instance): Promise<boolean> {
    const { check, timeoutMs } = this.#options;
    const controller = new AbortController();
    this.#underWay.add(controller);
    const timer = setTimeout(() => controller.abort(), timeoutMs).unref();
    // A check that does not look at its signal must not keep all others waiting.
    const givenUp = new Promise<never>((_, reject) => {
      controller.signal.addEventListener('abort', () => reject(controller.signal.reason as Error));
    });
    try {
      await Promise.race([check(instance, controller.signal), givenUp]);
      return true;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
      this.#underWay.delete(controller);
    }
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.checkAll(), this.#options.intervalMs).unref();
  }
}

import {
  integer,
  milliseconds,
  type OptionsOf,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import type { Instance } from './instance.js';
import type { InstanceListener, InstanceWatch, Resolver } from './resolver.js';
import { monotonicClock } from '../../support/clock.js';
import { watchResolver } from './watch-resolver.js';

/** Options of a slow start. */
export const SLOW_START_OPTIONS = {
  /** Time until an instance gets its whole share, in milliseconds. */
  durationMs: milliseconds({ min: 1, default: 30_000 }),
  /** Its share grows in this many equal steps, the first one at once. */
  steps: integer({ min: 1, max: 1_000, default: 10 }),
};

/** How the share of a new instance grows. */
export interface SlowStartOptions extends OptionsOf<typeof SLOW_START_OPTIONS> {}

/**
 * Gives instances that appear later a growing share of the calls, so that caches and compilers warm up before the full load
 * comes. Those of the first answer get all at once: no other instance could take their calls. Needs a balancer by weight.
 * Kitex: the WarmUp of a registered instance.
 *
 * @throws TypeError that names each wrong option.
 */
export function slowStart(resolver: Resolver, options: SlowStartOptions = {}): Resolver {
  const { durationMs, steps } = resolveOptions('slowStart', SLOW_START_OPTIONS, options);
  return {
    name: resolver.name,
    watch: (service, listener) =>
      new SlowStartWatch(resolver, service, listener, durationMs, steps),
  };
}

class SlowStartWatch implements InstanceWatch {
  readonly #listener: InstanceListener;
  readonly #durationMs: number;
  readonly #steps: number;
  readonly #watch: InstanceWatch;
  #instances: readonly Instance[] = [];
  /** When each instance appeared; those of the first answer long ago. */
  #since = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    resolver: Resolver,
    service: string,
    listener: InstanceListener,
    durationMs: number,
    steps: number,
  ) {
    this.#listener = listener;
    this.#durationMs = durationMs;
    this.#steps = steps;
    this.#watch = watchResolver(resolver, service, {
      update: (instances) => this.#update(instances),
      fail: (error) => listener.fail(error),
    });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watch.close();
  }

  #update(instances: readonly Instance[]): void {
    const appeared = this.#since.size === 0 ? -Infinity : monotonicClock();
    this.#since = new Map(
      instances.map(({ address }) => [address, this.#since.get(address) ?? appeared]),
    );
    this.#instances = instances;
    this.#tell();
  }

  #tell(): void {
    clearTimeout(this.#timer);
    const shares = this.#instances.map(({ address }) => this.#share(address));
    this.#listener.update(
      this.#instances.map((instance, i) =>
        shares[i] === 1 || instance.weight <= 0
          ? instance
          : { ...instance, weight: Math.max(1, Math.round(instance.weight * shares[i]!)) },
      ),
    );
    if (shares.some((share) => share < 1)) {
      const stepMs = this.#durationMs / this.#steps;
      this.#timer = setTimeout(() => this.#tell(), stepMs).unref();
    }
  }

  #share(address: string): number {
    const age = monotonicClock() - (this.#since.get(address) ?? -Infinity);
    const step = Math.floor((age / this.#durationMs) * this.#steps) + 1;
    return Math.min(1, step / this.#steps);
  }
}

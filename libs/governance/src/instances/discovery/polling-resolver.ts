import { milliseconds, type OptionsOf, resolveOptions } from '@nestjs-thrift/transport/internal';
import type { Instance } from './instance.js';
import type { InstanceListener, InstanceWatch, Resolver } from './resolver.js';

/** Options of a resolver that polls. */
export const POLLING_OPTIONS = {
  /** Wait between an answer and the next question, in milliseconds. Kitex: RefreshInterval of its balancer cache. */
  intervalMs: milliseconds({ min: 1, default: 5_000 }),
};

/** How a source that can only be asked is asked. */
export interface PollingOptions extends OptionsOf<typeof POLLING_OPTIONS> {}

/**
 * Makes a resolver of a function that looks a service up once; it is called again after each interval. A failure keeps
 * the last good list.
 *
 * @param find gives the whole list; an empty one counts as a failure.
 * @throws TypeError that names each wrong option.
 * @example
 * pollingResolver('consul', async (service) => (await consul.healthy(service)).map(toInstance));
 */
export function pollingResolver(
  name: string,
  find: (service: string) => Promise<readonly Instance[]>,
  options: PollingOptions = {},
): Resolver {
  const { intervalMs } = resolveOptions('pollingResolver', POLLING_OPTIONS, options);
  return {
    name,
    watch: (service, listener) => new PolledService(() => find(service), listener, intervalMs),
  };
}

/** Asks for the instances of one service again and again, and tells only what changed. */
export class PolledService implements InstanceWatch {
  readonly #find: () => Promise<readonly Instance[]>;
  readonly #listener: InstanceListener;
  readonly #intervalMs: number;
  #told = '';
  #asking = false;
  #askAgain = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    find: () => Promise<readonly Instance[]>,
    listener: InstanceListener,
    intervalMs: number,
  ) {
    this.#find = find;
    this.#listener = listener;
    this.#intervalMs = intervalMs;
    void this.refresh();
  }

  /** Polls now; during a poll, again after it. */
  async refresh(): Promise<void> {
    if (this.#closed) {
      return;
    }
    if (this.#asking) {
      this.#askAgain = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#asking = true;
    this.#askAgain = false;
    try {
      this.#tell(await this.#find());
    } catch (error) {
      if (!this.#closed) {
        this.#listener.fail(error as Error);
      }
    }
    this.#asking = false;
    if (this.#askAgain) {
      await this.refresh();
    } else if (!this.#closed) {
      // A process that only waits for news of its services may end.
      this.#timer = setTimeout(() => void this.refresh(), this.#intervalMs).unref();
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #tell(instances: readonly Instance[]): void {
    const sorted = instances.toSorted((a, b) => (a.address < b.address ? -1 : 1));
    const now = JSON.stringify(sorted);
    if (!this.#closed && (now !== this.#told || instances.length === 0)) {
      this.#told = now;
      this.#listener.update(sorted);
    }
  }
}

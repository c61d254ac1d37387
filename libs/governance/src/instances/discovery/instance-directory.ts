import { callbackError, plainAnswer } from '@nestjs-thrift/transport/internal';
import type { Balancer, Picker } from '../balancing/balancer.js';
import { NoInstanceError } from '../../errors/errors.js';
import { Emitter, type Subscribe } from '../../support/emitter.js';
import { monotonicClock, type Clock } from '../../support/clock.js';
import type { Instance } from './instance.js';
import type { InstanceWatch, Resolver } from './resolver.js';
import { watchResolver } from './watch-resolver.js';

/** How the instances of a service changed. Kitex: the events `discovery_change` and `discovery_delete`. */
export interface InstanceChange {
  readonly service: string;
  readonly instances: readonly Instance[];
  readonly added: readonly Instance[];
  /** Gone from discovery: their connections and breakers may be dropped. */
  readonly removed: readonly Instance[];
}

/** What a directory needs. */
export interface InstanceDirectoryOptions {
  /** Registry name of the service to look up. */
  readonly service: string;
  readonly resolver: Resolver;
  readonly balancer: Balancer;
  /** Longest wait of a call for the very first answer of the resolver, in milliseconds. Default 3,000. */
  readonly firstAnswerTimeoutMs?: number;
  readonly clock?: Clock;
}

/** Holds the instances of one service and the picker that spreads calls over them; replaces both whole on a change. */
export class InstanceDirectory {
  readonly service: string;
  readonly #changes = new Emitter<InstanceChange>();
  readonly #failures = new Emitter<Error>();
  readonly #waiting = new Set<() => void>();
  #balancer: Balancer;
  readonly #firstAnswerTimeoutMs: number;
  readonly #clock: Clock;
  readonly #watch: InstanceWatch;
  #instances: readonly Instance[] = [];
  #picker: Picker | undefined;
  #lastError: Error | undefined;
  #closed = false;

  /** A change of the instances; the first answer of the resolver counts as one. */
  readonly onChange: Subscribe<InstanceChange> = this.#changes.event;
  /** A look-up failed; calls go on with the last good list. */
  readonly onFailure: Subscribe<Error> = this.#failures.event;

  constructor(options: InstanceDirectoryOptions) {
    this.service = options.service;
    this.#balancer = options.balancer;
    this.#firstAnswerTimeoutMs = options.firstAnswerTimeoutMs ?? 3_000;
    this.#clock = options.clock ?? monotonicClock;
    this.#watch = watchResolver(options.resolver, options.service, {
      update: (instances) => this.#update(instances),
      fail: (error) => this.#fail(error),
    });
  }

  /** Spreads calls over the present instances; `undefined` before the resolver's first answer. */
  get picker(): Picker | undefined {
    return this.#picker;
  }

  get instances(): readonly Instance[] {
    return this.#instances;
  }

  /**
   * Spreads calls another way from the next one on.
   *
   * @throws CallbackError when the balancer cannot make a picker; the one before stays then.
   */
  balanceBy(balancer: Balancer): void {
    if (balancer === this.#balancer) {
      return;
    }
    if (this.#picker !== undefined) {
      this.#picker = this.#newPicker(balancer, this.#instances);
    }
    this.#balancer = balancer;
  }

  /**
   * The picker, waiting for the resolver's first answer if there was none yet.
   *
   * @param deadline when the call ends, on the clock of `performance.now()`.
   * @throws NoInstanceError if the look-up failed or took too long.
   */
  async ready(deadline: number): Promise<Picker> {
    if (this.#picker === undefined && this.#lastError === undefined && !this.#closed) {
      await this.#firstAnswer(Math.min(this.#firstAnswerTimeoutMs, deadline - this.#clock()));
    }
    if (this.#picker !== undefined) {
      return this.#picker;
    }
    throw new NoInstanceError(this.service, this.#whyNone(), { cause: this.#lastError });
  }

  /**
   * Waits for the first instances, also past look-ups that fail; for the start of a process.
   *
   * @param timeoutMs 0 for no limit.
   * @throws NoInstanceError if there were none in time, with the last failure as its cause.
   */
  async firstInstances(timeoutMs: number): Promise<readonly Instance[]> {
    const until = this.#clock() + (timeoutMs || Infinity);
    for (
      let left = timeoutMs || Infinity;
      this.#picker === undefined;
      left = until - this.#clock()
    ) {
      if (left <= 0 || this.#closed) {
        throw new NoInstanceError(this.service, this.#whyNone(), { cause: this.#lastError });
      }
      await this.#firstAnswer(left);
    }
    return this.#instances;
  }

  /** Ends the look-up; the instances known stay usable for calls in flight. */
  close(): void {
    this.#closed = true;
    this.#watch.close();
    this.#wake();
  }

  #firstAnswer(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = waitMs === Infinity ? undefined : setTimeout(done, Math.max(0, waitMs));
      this.#waiting.add(done);
    });
  }

  #whyNone(): string {
    if (this.#lastError !== undefined) {
      return `no instance of ${this.service} is known: ${this.#lastError.message}`;
    }
    return this.#closed
      ? `no instance of ${this.service} is known: its client is closed`
      : `no instance of ${this.service} is known: discovery has not answered yet`;
  }

  #update(instances: readonly Instance[]): void {
    if (this.#closed) {
      return;
    }
    if (instances.length === 0) {
      this.#fail(
        new NoInstanceError(this.service, `discovery found no instance of ${this.service}`),
      );
      return;
    }
    const picker = this.#newPicker(this.#balancer, instances);
    const before = this.#instances;
    this.#instances = instances;
    this.#picker = picker;
    this.#lastError = undefined;
    this.#wake();
    if (this.#changes.hasListeners) {
      this.#changes.emit({
        service: this.service,
        instances,
        added: without(instances, before),
        removed: without(before, instances),
      });
    }
  }

  #newPicker(balancer: Balancer, instances: readonly Instance[]): Picker {
    try {
      return plainAnswer(balancer.createPicker(instances));
    } catch (error) {
      throw callbackError('balancer.createPicker', this.service, error);
    }
  }

  #fail(error: Error): void {
    if (this.#closed) {
      return;
    }
    this.#lastError = error;
    this.#wake();
    this.#failures.emit(error);
  }

  #wake(): void {
    for (const done of this.#waiting) {
      done();
    }
  }
}

function without(list: readonly Instance[], other: readonly Instance[]): readonly Instance[] {
  const addresses = new Set(other.map((instance) => instance.address));
  return list.filter((instance) => !addresses.has(instance.address));
}

import type { Instance } from '../src/instances/discovery/instance.js';
import type { InstanceListener } from '../src/instances/discovery/resolver.js';

/** Remembers what a resolver tells, and lets a test wait for it. */
export class RecordingListener implements InstanceListener {
  readonly updates: (readonly Instance[])[] = [];
  readonly failures: Error[] = [];
  readonly #waiting: (() => void)[] = [];

  update(instances: readonly Instance[]): void {
    this.updates.push(instances);
    this.#wake();
  }

  fail(error: Error): void {
    this.failures.push(error);
    this.#wake();
  }

  /** Addresses of the last update. */
  get addresses(): readonly string[] {
    return (this.updates.at(-1) ?? []).map(({ address }) => address);
  }

  /** Resolves once the condition holds after a notification. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((told) => this.#waiting.push(told));
    }
  }

  #wake(): void {
    this.#waiting.splice(0).forEach((told) => told());
  }
}

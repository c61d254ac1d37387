import type { Instance } from './instance.js';

/** Receives what a resolver finds out. */
export interface InstanceListener {
  /** The whole list of instances, each time. An empty one is taken as a failure: the last good list stays in use. */
  update(instances: readonly Instance[]): void;
  /** The instances could not be found out just now; the last good list stays in use. */
  fail(error: Error): void;
}

/** A running look-up; `close` ends it and everything it holds open. */
export interface InstanceWatch {
  close(): void;
}

/**
 * Finds the instances of services and keeps watching them. Kitex: discovery.Resolver, which is asked again every five
 * seconds; one of ours reports changes by itself, see `pollingResolver` for sources that can only be asked.
 */
export interface Resolver {
  /** Short name for diagnosis, such as `static` or `dns`. */
  readonly name: string;
  /** Looks the service up, reports the result, and reports every change until the watch is closed. */
  watch(service: string, listener: InstanceListener): InstanceWatch;
}

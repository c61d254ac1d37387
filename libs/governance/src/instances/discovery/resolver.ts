import { listOf, resolveOption } from '@nestjs-thrift/transport/internal';
import { INSTANCE, toInstance, type InstanceLike, type Instance } from './instance.js';

const INSTANCES = listOf(INSTANCE, { min: 1 });

/**
 * Always finds the same instances. Kitex: client.WithHostPorts.
 *
 * @example
 * staticResolver(['10.0.0.1:8888', { address: '10.0.0.2:8888', weight: 20 }]);
 * @throws TypeError if the list is empty; one that names each wrong instance.
 */
export function staticResolver(endpoints: readonly InstanceLike[]): Resolver {
  resolveOption('staticResolver', INSTANCES, endpoints);
  const instances = endpoints.map(toInstance);
  return {
    name: 'static',
    watch(_service, listener) {
      listener.update(instances);
      return { close() {} };
    },
  };
}

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
 * seconds; here it reports changes by itself, see `pollingResolver` for sources that can only be asked.
 */
export interface Resolver {
  /** Short name for diagnosis, such as `static` or `dns`. */
  readonly name: string;
  /** Looks the service up, reports the result, and reports every change until the watch is closed. */
  watch(service: string, listener: InstanceListener): InstanceWatch;
}

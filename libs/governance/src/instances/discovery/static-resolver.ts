import { toInstance, type InstanceLike } from './instance.js';
import type { Resolver } from './resolver.js';

/**
 * Always finds the same instances. Kitex: client.WithHostPorts.
 *
 * @example
 * staticResolver(['10.0.0.1:8888', { address: '10.0.0.2:8888', weight: 20 }]);
 * @throws TypeError if the list is empty or an address is malformed.
 */
export function staticResolver(endpoints: readonly InstanceLike[]): Resolver {
  if (endpoints.length === 0) {
    throw new TypeError('a static resolver needs at least one endpoint');
  }
  const instances = endpoints.map(toInstance);
  return {
    name: 'static',
    watch(_service, listener) {
      listener.update(instances);
      return { close() {} };
    },
  };
}

import { CallbackReport, errorText } from '@nestjs-thrift/transport/internal';
import type { Instance } from './instance.js';
import type { InstanceListener, InstanceWatch, Resolver } from './resolver.js';

/**
 * Watches a service with a resolver that may be one of the application: a list that cannot be used becomes a failure of discovery instead
 * of an error within the resolver, and what its `close` throws is reported.
 *
 * @throws what `resolver.watch` throws: a client that cannot look its service up is not made.
 */
export function watchResolver(
  resolver: Resolver,
  service: string,
  listener: InstanceListener,
): InstanceWatch {
  const watch = resolver.watch(service, {
    update: (instances) => {
      try {
        listener.update(checked(resolver, instances));
      } catch (error) {
        listener.fail(toError(error));
      }
    },
    fail: (error) => listener.fail(toError(error)),
  });
  return {
    close: () =>
      new CallbackReport(`close of the resolver ${resolver.name}`).run(() => watch.close()),
  };
}

function checked(resolver: Resolver, instances: readonly Instance[]): readonly Instance[] {
  const known: unknown = instances;
  if (!Array.isArray(known) || !known.every(hasAddress)) {
    throw new TypeError(
      `the resolver ${resolver.name} must report a list of instances as { address, weight, tags }`,
    );
  }
  return instances;
}

function hasAddress(instance: unknown): boolean {
  const { address, weight } = (instance ?? {}) as Partial<Instance>;
  return typeof address === 'string' && typeof weight === 'number';
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(errorText(error));
}

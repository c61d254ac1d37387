import type { ModulesContainer } from '@nestjs/core';
import { getThriftClientToken } from '../client/thrift-client-options.js';

const roots = new WeakSet<ModulesContainer>();

/**
 * @throws Error for the second global `forRoot` of an application: which of both a client would follow depends on the order of
 *   imports.
 */
export function requireSingleRoot(application: ModulesContainer): void {
  if (roots.has(application)) {
    throw new Error(
      'ThriftModule.forRoot is called twice in one application: keep the one of the root module, or give each { isGlobal: false } and ' +
        'import it where it is used',
    );
  }
  roots.add(application);
}

/** @throws TypeError if a module imports two clients of a name: which of both it would get depends on the order of imports. */
export function requireSingleName(application: ModulesContainer, name: string): void {
  const token = getThriftClientToken(name);
  for (const { imports, metatype } of application.values()) {
    const registering = [...imports].filter(({ providers }) => providers.has(token));
    if (registering.length > 1) {
      throw new TypeError(
        `${metatype.name} imports two clients that are called "${name}": give each its own name`,
      );
    }
  }
}

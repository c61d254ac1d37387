import type { ModulesContainer } from '@nestjs/core';

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

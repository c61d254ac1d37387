import type { ObserverGroup } from '../observer/observer-group.js';
import type { MethodRouter } from './method-router.js';
import type { ResolvedServerOptions } from './resolved-options.js';

/** What all connections of a server share. */
export interface ServerContext {
  readonly options: ResolvedServerOptions;
  readonly router: MethodRouter;
  /** `undefined` when nobody watches: nothing is measured then. */
  readonly observers: ObserverGroup | undefined;
  /** Requests whose handler has not finished, of connections that are gone too. */
  inFlight: number;
  /** Called when a connection closed or the last handler finished. */
  changed(): void;
}

import { type Protocol, PROTOCOLS } from '@nestjs-thrift/codec/wire';
import { ObserverGroup } from '../observer/observer-group.js';
import type { Resolved } from '../options/option.js';
import { resolveOptions } from '../options/resolve-options.js';
import { FRAMINGS, type Framing } from '../wire/framing/framing.js';
import {
  CLIENT_OPTIONS,
  type ClientTransportOptions,
  LONG_POOL_OPTIONS,
  MUX_POOL_OPTIONS,
} from './client-options.js';

/** A long pool with all its numbers. */
export interface ResolvedLongPool extends Resolved<typeof LONG_POOL_OPTIONS> {
  readonly mode: 'long';
  readonly maxIdleGlobal: number;
}

/** A multiplexed pool with all its numbers. */
export interface ResolvedMuxPool extends Resolved<typeof MUX_POOL_OPTIONS> {
  readonly mode: 'mux';
}

/** The options of a client, checked and complete. */
export interface ResolvedClientOptions extends Omit<
  Resolved<typeof CLIENT_OPTIONS>,
  'transport' | 'protocol' | 'connection' | 'observers'
> {
  readonly framing: Framing;
  readonly protocol: Protocol;
  readonly connection: ResolvedLongPool | ResolvedMuxPool | { readonly mode: 'short' };
  readonly observers: ObserverGroup;
}

/**
 * Checks options and fills in defaults.
 *
 * @throws TypeError that names each wrong option, its value and what is allowed.
 */
export function resolveClientOptions(given: ClientTransportOptions): ResolvedClientOptions {
  const { transport, protocol, connection, observers, ...rest } = resolveOptions(
    'client',
    CLIENT_OPTIONS,
    given,
  );
  return {
    ...rest,
    framing: FRAMINGS[transport],
    protocol: PROTOCOLS[protocol],
    connection: connection.mode === 'long' ? resolveLongPool(connection) : connection,
    observers: new ObserverGroup(observers),
  };
}

/** @throws TypeError for numbers that contradict each other; Kitex changes them silently. */
function resolveLongPool(
  pool: Resolved<typeof LONG_POOL_OPTIONS> & { readonly mode: 'long' },
): ResolvedLongPool {
  const { minIdlePerAddress, maxIdlePerAddress } = pool;
  const { maxIdleGlobal = Math.max(DEFAULT_MAX_IDLE_GLOBAL, maxIdlePerAddress) } = pool;
  if (minIdlePerAddress > maxIdlePerAddress) {
    throw new TypeError(
      `client.connection.minIdlePerAddress must be at most maxIdlePerAddress (${maxIdlePerAddress}); got ${minIdlePerAddress}`,
    );
  }
  if (maxIdleGlobal < maxIdlePerAddress) {
    throw new TypeError(
      `client.connection.maxIdleGlobal must be at least maxIdlePerAddress (${maxIdlePerAddress}); got ${maxIdleGlobal}`,
    );
  }
  return { ...pool, maxIdleGlobal };
}

/** Idle connections over all instances, where no instance may have more. */
const DEFAULT_MAX_IDLE_GLOBAL = 100;

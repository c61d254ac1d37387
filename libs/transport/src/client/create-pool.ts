import type { AddressPool, PoolContext } from '../pool/address-pool.js';
import { LongPool } from '../pool/long-pool.js';
import { MuxPool } from '../pool/mux-pool.js';
import { ShortPool } from '../pool/short-pool.js';

/** The kind of pool the settings ask for. */
export function createPool(address: string, context: PoolContext): AddressPool {
  const { connection } = context.settings;
  switch (connection.mode) {
    case 'long':
      return new LongPool(address, context, connection);
    case 'mux':
      return new MuxPool(address, context, connection);
    case 'short':
      return new ShortPool(address, context);
  }
}

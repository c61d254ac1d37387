import { connect } from 'node:net';
import type { Instance } from '../discovery/instance.js';

/** Finds out whether an instance is well: resolves if it is, rejects if not or when the signal fires. */
export type HealthCheck = (instance: Instance, signal: AbortSignal) => Promise<void>;

/** An instance is well when it accepts a connection. For more, call a method of the service from a check of your own. */
export const connectCheck: HealthCheck = (instance, signal) =>
  new Promise((resolve, reject) => {
    const socket = connect({ ...target(instance.address), signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });

function target(address: string): { path: string } | { host: string; port: number } {
  if (address.startsWith('unix:')) {
    return { path: address.slice('unix:'.length) };
  }
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(address.slice(colon + 1)) };
}

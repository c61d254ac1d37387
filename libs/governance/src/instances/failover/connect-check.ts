import { connect } from 'node:net';
import { parseEndpoint } from '@nestjs-thrift/transport/internal';
import type { Instance } from '../discovery/instance.js';

/** Finds out whether an instance is well: resolves if it is, rejects if not or when the signal fires. */
export type HealthCheck = (instance: Instance, signal: AbortSignal) => Promise<void>;

/** An instance is well when it accepts a connection. For more, call a method of the service from a check of your own. */
export const connectCheck: HealthCheck = (instance, signal) =>
  new Promise((resolve, reject) => {
    const socket = connect({ ...parseEndpoint(instance.address), signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });

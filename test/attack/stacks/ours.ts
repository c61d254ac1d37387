import {
  ClientTransport,
  createClient,
  type ServerTransportOptions,
} from '@nestjs-thrift/transport';
import * as plainServer from '../victims/plain-server.js';
import { Target } from '../victims/target.js';
import type { StackClient } from './stack.js';

export async function serve(options: ServerTransportOptions = {}): Promise<number> {
  const address = await plainServer.serve(options);
  return Number(address.slice(address.lastIndexOf(':') + 1));
}

/**
 * Calls over a pooled Framed connection, and while that is in use over a multiplexed one, all options at their defaults. More
 * than one pooled call at once would make the number of connections a matter of chance.
 */
export async function connect(host: string, port: number): Promise<StackClient> {
  const endpoints = [`${host}:${port}`];
  const pool = new ClientTransport({ transport: 'Framed' });
  const multiplexed = new ClientTransport({ connection: { mode: 'mux' } });
  const pooled = createClient(Target, { transport: pool, endpoints });
  const shared = createClient(Target, { transport: multiplexed, endpoints });
  let isPoolBusy = false;
  return {
    echo: async (text, timeoutMs) => {
      const options = timeoutMs === undefined ? {} : { timeoutMs };
      if (isPoolBusy) {
        return await shared.echo(text, options);
      }
      isPoolBusy = true;
      try {
        return await pooled.echo(text, options);
      } finally {
        isPoolBusy = false;
      }
    },
    note: (payload, timeoutMs) => pooled.note(payload, { timeoutMs }),
    close: async () => {
      await Promise.all([pool.close(), multiplexed.close()]);
    },
  };
}

import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { Pool } from 'undici';
import { large, medium, small, type PayloadName } from '../../payloads.js';
import { expectSame, type Peer } from '../peer.js';

/** 64-bit integers travel as decimals: JSON has no others that are safe. */
const bodies = {
  small: small(String),
  medium: medium(String),
  large: large(String),
};

/** HTTP/1.1 with JSON, the way most Node services call each other. */
export const fastifyUndici: Peer = {
  async startServer() {
    const app = fastify({ bodyLimit: 16 << 20 });
    for (const payload of Object.keys(bodies)) {
      app.post(`/${payload}`, async (request) => request.body);
    }
    await app.listen({ port: 0, host: '127.0.0.1' });
    return {
      port: (app.server.address() as AddressInfo).port,
      close: () => app.close(),
    };
  },

  async connect(port, kind, connections) {
    const pool = new Pool(`http://127.0.0.1:${port}`, {
      connections: kind === 'shared' ? 1 : connections,
      pipelining: kind === 'shared' ? 1000 : 1,
    });
    const call = async (payload: PayloadName): Promise<unknown> => {
      const { body } = await pool.request({
        path: `/${payload}`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(bodies[payload]),
        idempotent: true,
      });
      return body.json();
    };
    return {
      verify: async (payload) => expectSame(await call(payload), bodies[payload]),
      call,
      close: () => pool.destroy(),
    };
  },
};

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';
import { serverCertificate } from '#test/certificates.js';
import { type Attack, hold } from '../arena/attack.js';
import { plainServerOf } from '../arena/stage.js';
import { Target } from '../victims/target.js';
import { targetHandlers } from '../victims/target-handlers.js';
import { HostileServer } from '../wire/hostile-server.js';

const HANDSHAKES = 20;
const MAX_CLOSE_MS = 1_500;
/** How a handshake begins: a record of 512 bytes, of which these are the first. */
const HELLO = Buffer.from('16030102000100', 'hex');
const services = [{ definition: Target, handlers: targetHandlers }];

let tlsServer: ServerTransport;

/** Runs in the server: closes another server before it listens. */
export async function closeWhileListening(port: number): Promise<string> {
  const server = new ServerTransport(services, { host: '127.0.0.1', port });
  const listening = server.listen().catch(() => undefined);
  await server.close();
  await listening;
  return server.state;
}

/** Runs in the server: starts another one with TLS; returns the port. */
export async function serveTls(): Promise<number> {
  const options = { host: '127.0.0.1', port: 0, tls: serverCertificate };
  tlsServer = new ServerTransport(services, options);
  await tlsServer.listen();
  return Number(tlsServer.address.split(':')[1]);
}

/** Runs in the server: closes it; returns how long that took. */
export async function closeTls(): Promise<number> {
  const startedAt = performance.now();
  await tlsServer.close();
  return performance.now() - startedAt;
}

/** Runs in the server: calls an address that a server has said is its own. */
export async function echoOver(address: string): Promise<string> {
  const transport = new ClientTransport();
  const client = createClient(Target, { transport, endpoints: [address] });
  const echoed = await client.echo('hello');
  await transport.close();
  return echoed;
}

/** Servers that begin and end. */
export const lifecycle: readonly Attack[] = [
  {
    name: 'close-during-listen',
    kind: 'D18',
    does: 'closes a server while it starts to listen',
    holds: 'nothing listens afterwards',
    victim: 'server',
    module: import.meta.url,
    async carryOut({ victim }) {
      const reserved = await HostileServer.start(() => undefined);
      const { port } = reserved;
      reserved.close();
      const state = await victim
        .module<typeof import('./lifecycle.js')>(import.meta.url)
        .closeWhileListening(port);
      const accepts = await connects(port);
      hold(!accepts, `the server is ${state} and accepts connections`);
      return `the server is ${state}`;
    },
  },
  {
    name: 'handshakes-during-drain',
    kind: 'D18',
    does: 'closes a server while 20 TLS handshakes are under way, half of them begun with some bytes',
    holds: 'it is closed within 1.5 s',
    victim: 'server',
    module: import.meta.url,
    async carryOut({ victim, defer }) {
      const server = victim.module<typeof import('./lifecycle.js')>(import.meta.url);
      const port = await server.serveTls();
      for (let count = 0; count < HANDSHAKES; count++) {
        const socket = connect(port, '127.0.0.1');
        socket.on('error', () => undefined);
        defer(() => socket.destroy());
        await once(socket, 'connect');
        if (count % 2 === 0) {
          socket.write(HELLO);
        }
      }
      const took = Math.round(await server.closeTls());
      hold(took <= MAX_CLOSE_MS, `closed after ${took} ms`);
      return `closed after ${took} ms`;
    },
  },
  {
    name: 'stale-unix-socket',
    kind: 'D18',
    does: 'kills a server on a Unix socket and starts it again, then starts another one on the same path',
    holds:
      'it serves again at the address that it names; the other socket is rejected and takes nothing away',
    victim: 'server',
    module: import.meta.url,
    limits: { durationMs: 60_000 },
    async carryOut({ victim, spawn, defer }) {
      const folder = await mkdtemp(path.join(tmpdir(), 'attack-'));
      defer(() => rm(folder, { recursive: true }));
      const options = { path: path.join(folder, 'thrift.sock') };
      const [first, second, third] = await Promise.all([spawn(), spawn(), spawn()]);
      await plainServerOf(first).serve(options);
      await first.kill();
      const address = await plainServerOf(second).serve(options);
      const stolen = await plainServerOf(third)
        .serve(options)
        .then(
          () => true,
          () => false,
        );
      hold(!stolen, 'a second server took the socket of one that lives');
      const echoed = await victim
        .module<typeof import('./lifecycle.js')>(import.meta.url)
        .echoOver(address);
      hold(echoed === 'hello', `got ${echoed} from ${address}`);
      return 'serves again';
    },
  },
];

async function connects(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect, type ListenOptions, type Server } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { ThriftRpcError } from '@nestjs-thrift/codec';
import type { ResolvedServerOptions } from './server-options.js';

/** As many connections as wait at most, Node's default backlog: those after them have arrived since. */
const MAX_WAITING = 511;

/** Whether this version of Node.js can share a port between processes: from 22.12 and from 23.1 on. */
export function supportsReusePort(nodeVersion: string): boolean {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  if (major === 22) {
    return minor >= 12;
  }
  if (major === 23) {
    return minor >= 1;
  }
  return major > 23;
}

/**
 * Listens where the options say. The file of a Unix socket that a killed process left behind is removed: nothing accepts
 * on it. A file on which a process listens stays.
 *
 * @throws ThriftRpcError `LISTEN_FAILED` when the address cannot be used, `NOT_SUPPORTED` when `reusePort` is asked of a
 *   Node.js that has none.
 */
export async function listen(server: Server, options: ResolvedServerOptions): Promise<void> {
  const { path, port, host, reusePort, socketMode } = options;
  if (reusePort && !supportsReusePort(process.versions.node)) {
    throw new ThriftRpcError(
      'NOT_SUPPORTED',
      `server option reusePort needs Node.js 22.12 or later, this is ${process.versions.node}; run one process per port, or node:cluster`,
    );
  }
  const where: ListenOptions & { reusePort?: boolean } =
    path === undefined ? { port, host, reusePort } : { path };
  try {
    await listenOnce(server, where).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' || path === undefined || !(await isStale(path))) {
        throw error;
      }
      await unlink(path);
      await listenOnce(server, where);
    });
    if (path !== undefined && socketMode !== undefined) {
      await chmod(path, socketMode);
    }
  } catch (error) {
    server.close();
    const address = path === undefined ? `${host ?? '*'}:${port}` : `unix:${path}`;
    throw new ThriftRpcError(
      'LISTEN_FAILED',
      `cannot listen on ${address}: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

/**
 * Accepts the connections that the kernel has already made. A listening socket that closes resets them, and with them the requests
 * that their callers have sent. Callers that come back at once keep some waiting.
 *
 * @param mayGoOn whether there is time for another one.
 */
export async function acceptWaiting(server: Server, mayGoOn: () => boolean): Promise<void> {
  let accepted = 0;
  const count = (): void => void accepted++;
  server.on('connection', count);
  let before: number;
  do {
    before = accepted;
    // libuv accepts one connection in a turn; a turn that has begun may be past that.
    await turn();
    await turn();
  } while (accepted > before && accepted < MAX_WAITING && mayGoOn());
  server.off('connection', count);
}

function listenOnce(server: Server, where: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Whether a file is a Unix socket on which no process accepts. Any other answer than a refusal leaves it alone. */
async function isStale(path: string): Promise<boolean> {
  // Connecting to an ordinary file is refused too.
  if (!(await lstat(path)).isSocket()) {
    return false;
  }
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.on('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
}

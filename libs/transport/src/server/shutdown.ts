import type { Socket } from 'node:net';
import { ThriftRpcError } from '@nestjs-thrift/codec';
import { CallbackReport } from '../errors/callback-report.js';
import { ApplicationExceptionType } from '../errors/remote.error.js';
import type { AbortedCalls } from './method-router.js';
import type { ServerContext } from './served-call.js';
import type { ServerConnection } from './server-connection.js';
import type { StreamingSide } from './streaming-side.js';

/** Time callers have to leave once they were asked to, before connections with nothing to do are closed; Kitex's. */
const LEAVE_GRACE_MS = 100;
/** Time for handlers to end their streams once they are cancelled, in milliseconds. */
const CANCELLED_HANDLER_MS = 500;
/** Time for callers to take the trailers of streams, in milliseconds. */
const TRAILER_MS = 500;
/** What callers get of a stream that is aborted. Its text differs from that of a rejected stream, which may be opened elsewhere. */
const CUT_OFF = {
  type: ApplicationExceptionType.INTERNAL_ERROR,
  message: 'server is shutting down: the stream was not over in time',
};

/** How long a server that accepts no more connections waits, and what it reports. */
export interface ShutdownOptions {
  /** Longest wait for calls in flight. */
  readonly drainTimeoutMs: number;
  /** Longest wait for open streams. */
  readonly streamDrainMs: number;
  readonly onAbort: ((calls: readonly AbortedCalls[]) => void) | undefined;
}

/** Ends the connections of a server: calls and streams each in their own time. */
export class Shutdown {
  readonly #context: ServerContext;
  readonly #connections: ReadonlyMap<Socket, ServerConnection>;
  readonly #sockets: ReadonlySet<Socket>;
  readonly #waits = new Set<() => void>();

  /** @param sockets all sockets, those in a TLS handshake included. */
  constructor(
    context: ServerContext,
    connections: ReadonlyMap<Socket, ServerConnection>,
    sockets: ReadonlySet<Socket>,
  ) {
    this.#context = context;
    this.#connections = connections;
    this.#sockets = sockets;
  }

  /** A handler or a connection has ended. Runs for each of them, so what it looks at are numbers, not the connections. */
  check(): void {
    for (const check of this.#waits) {
      check();
    }
  }

  /** Lets calls and streams finish, and ends what does not. */
  async run({ drainTimeoutMs, streamDrainMs, onAbort }: ShutdownOptions): Promise<void> {
    const graceMs = Math.min(LEAVE_GRACE_MS, drainTimeoutMs, streamDrainMs);
    // A turn later, so that requests that arrived while the process did something else are read first.
    const grace = setTimeout(() => setImmediate(() => this.#leave()), graceMs);
    await Promise.all([
      this.#endCalls(drainTimeoutMs, onAbort),
      this.#endStreams(streamDrainMs, onAbort),
    ]);
    clearTimeout(grace);
    await Promise.all(Array.from(this.#sockets, destroyed));
  }

  #leave(): void {
    for (const socket of this.#sockets) {
      const connection = this.#connections.get(socket);
      // Without a connection it is in a TLS handshake, or refused.
      if (connection === undefined) {
        socket.destroy();
      } else {
        connection.leave();
      }
    }
  }

  async #endCalls(timeoutMs: number, onAbort: ShutdownOptions['onAbort']): Promise<void> {
    const context = this.#context;
    await this.#wait(timeoutMs, () => {
      const hasCalls = context.inFlight > context.openStreams;
      return !hasCalls && this.#sockets.size <= context.streamingConnections;
    });
    // Reported before their connections go: a handler that is notified of it may end at once.
    this.#report('calls', onAbort);
    const sockets = [...this.#connections]
      .filter(([, { streaming }]) => streaming === undefined)
      .map(([socket]) => socket);
    await Promise.all(sockets.map(destroyed));
    for (const call of context.unwatched) {
      call.abort(new ThriftRpcError('CLOSED', 'the server is closed'));
    }
  }

  /** Each stream ends by its trailer: a connection that just closes looks like a crash to its callers. */
  async #endStreams(timeoutMs: number, onAbort: ShutdownOptions['onAbort']): Promise<void> {
    const context = this.#context;
    const areClosed = (): boolean => context.streamingConnections === 0;
    await this.#wait(timeoutMs, () => context.openStreams === 0 && areClosed());
    this.#report('streams', onAbort);
    const reason = new ThriftRpcError('CLOSED', CUT_OFF.message);
    this.#streamingSides().forEach((side) => side.cancelAll(reason, CUT_OFF));
    await this.#wait(CANCELLED_HANDLER_MS, () => context.openStreams === 0);
    this.#streamingSides().forEach((side) => side.endAll());
    await this.#wait(TRAILER_MS, areClosed);
  }

  #streamingSides(): StreamingSide[] {
    return [...this.#connections.values()].flatMap(({ streaming }) => streaming ?? []);
  }

  /** A listener that throws must not keep the connections open. */
  #report(kind: 'calls' | 'streams', listener: ShutdownOptions['onAbort']): void {
    const unfinished = this.#context.router.unfinished(kind);
    if (unfinished.length > 0) {
      new CallbackReport('onAbort').run(() => listener?.(unfinished));
    }
  }

  /** Resolves when it is done, or the time is over. */
  #wait(timeoutMs: number, isDone: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timeout);
        this.#waits.delete(check);
        resolve();
      };
      const check = (): void => {
        if (isDone()) {
          end();
        }
      };
      const timeout = setTimeout(end, timeoutMs);
      this.#waits.add(check);
      check();
    });
  }
}

/** Destroys a socket; resolves when it is closed. */
function destroyed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.destroy();
  });
}

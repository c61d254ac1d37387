import type { Socket } from 'node:net';
import { AsyncResource } from 'node:async_hooks';
import type { OutgoingCall } from '../call/outgoing-call.js';
import { type Dial, dial } from '../connection/dial.js';
import type { ResolvedClientOptions } from '../connection/resolved-client-options.js';
import { ClientClosedError, ConnectError, PoolExhaustedError } from '../errors/errors.js';
import { timerWheel } from '../timer/timer-wheel.js';
import type { OutgoingStream } from '../stream/outgoing-stream.js';
import { StreamConnection, type StreamConnectionOwner } from '../connection/stream-connection.js';

/** How long a connection may wait for the next stream, in milliseconds. */
const IDLE_MS = 60_000;

interface Opening {
  readonly stream: OutgoingStream;
  readonly call: OutgoingCall;
}

/** The connections of a client to one address that carry streams: one for each stream, or a few for all. */
export class StreamPool implements StreamConnectionOwner {
  readonly #address: string;
  readonly #settings: ResolvedClientOptions;
  readonly #scope: AsyncResource;
  readonly #connections = new Set<StreamConnection>();
  /** The one used last is at the end and is taken first. */
  readonly #idle: StreamConnection[] = [];
  readonly #dials = new Map<Dial, Opening[]>();
  readonly #timer = timerWheel.timer((now) => this.#evict(now));
  #draining = false;
  #emptied: (() => void) | undefined;

  constructor(address: string, settings: ResolvedClientOptions, scope: AsyncResource) {
    this.#address = address;
    this.#settings = settings;
    this.#scope = scope;
  }

  /** Opens a stream on a connection that is there, or on a new one. */
  open(stream: OutgoingStream, call: OutgoingCall): void {
    const connection = this.#take();
    if (connection !== undefined) {
      this.#carry(connection, [{ stream, call }]);
      return;
    }
    const { streams } = this.#settings;
    if (streams.mode === 'mux') {
      // One that its server is leaving takes no further stream: it neither counts nor serves.
      const usable = [...this.#connections].filter((each) => each.usable);
      if (usable.length + this.#dials.size < streams.connectionsPerAddress) {
        this.#dial({ stream, call });
      } else if (usable.length > 0) {
        leastLoaded(usable).open(stream, call);
      } else {
        const [waiting] = this.#dials.values();
        waiting?.push({ stream, call });
      }
    } else if (this.#connections.size + this.#dials.size < streams.maxPerAddress) {
      this.#dial({ stream, call });
    } else {
      const message = `${stream.label} to ${this.#address}: ${streams.maxPerAddress} streams are open; raise streams.maxPerAddress, or use streams.mode "mux"`;
      stream.fail(new PoolExhaustedError(this.#address, message));
    }
  }

  /** Lets open streams end; resolves when nothing is left. */
  drain(): Promise<void> {
    this.#draining = true;
    for (const connection of this.#connections) {
      connection.retire();
    }
    return new Promise((resolve) => {
      this.#emptied = resolve;
      this.#checkEmpty();
    });
  }

  /** Closes everything at once. */
  destroy(cause?: Error): void {
    this.#draining = true;
    const errorOf = ({ label }: OutgoingStream): ClientClosedError =>
      closedError(`${label} to ${this.#address}: the client was closed`, cause);
    for (const [attempt, openings] of this.#dials) {
      attempt.cancel();
      for (const { stream } of openings) {
        stream.fail(errorOf(stream));
      }
    }
    this.#dials.clear();
    for (const connection of this.#connections) {
      connection.destroy(errorOf);
    }
    this.#checkEmpty();
  }

  streamEnded(connection: StreamConnection): void {
    if (!connection.usable || this.#draining) {
      connection.retire();
    } else if (connection.live === 0) {
      connection.idleSince = performance.now();
      this.#idle.push(connection);
      this.#timer.arm(connection.idleSince + IDLE_MS);
    }
  }

  connectionClosed(connection: StreamConnection): void {
    this.#connections.delete(connection);
    this.#removeIdle(connection);
    this.#checkEmpty();
  }

  #take(): StreamConnection | undefined {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (connection.usable) {
        return connection;
      }
      connection.retire();
    }
    return undefined;
  }

  #dial(opening: Opening): void {
    const openings = [opening];
    const { connectTimeoutMs = this.#settings.connectTimeoutMs } = opening.call;
    const attempt: Dial = this.#scope.runInAsyncScope(
      dial,
      undefined,
      this.#address,
      { ...this.#settings, connectTimeoutMs },
      (socket: Socket) => {
        this.#dials.delete(attempt);
        this.#connected(socket, openings);
      },
      (error: ConnectError) => {
        this.#dials.delete(attempt);
        const { observers } = this.#settings;
        observers.connectionFailed({ side: 'client', address: this.#address }, error);
        for (const { stream } of openings) {
          const message = `${stream.label}: ${error.message}`;
          stream.fail(new ConnectError(this.#address, message, { cause: error.cause }));
        }
        this.#checkEmpty();
      },
    );
    this.#dials.set(attempt, openings);
  }

  #connected(socket: Socket, openings: readonly Opening[]): void {
    const connection = new StreamConnection(socket, this.#address, this.#settings, this);
    this.#connections.add(connection);
    // Streams may have been given up meanwhile.
    this.#carry(
      connection,
      openings.filter(({ stream }) => !stream.isDone),
    );
  }

  /** Opens streams on a connection that carries none; it waits for others when none could be opened. */
  #carry(connection: StreamConnection, openings: readonly Opening[]): void {
    for (const { stream, call } of openings) {
      connection.open(stream, call);
    }
    if (connection.live === 0) {
      this.streamEnded(connection);
    }
  }

  /** Closes what was idle for too long; returns when to look again. */
  #evict(now: number): number {
    for (const connection of this.#idle.filter(({ idleSince }) => idleSince + IDLE_MS <= now)) {
      connection.retire();
    }
    const [oldest] = this.#idle;
    return oldest === undefined ? Infinity : oldest.idleSince + IDLE_MS;
  }

  #removeIdle(connection: StreamConnection): void {
    const index = this.#idle.indexOf(connection);
    if (index !== -1) {
      this.#idle.splice(index, 1);
    }
  }

  #checkEmpty(): void {
    if (this.#connections.size === 0 && this.#dials.size === 0) {
      this.#emptied?.();
    }
  }
}

function leastLoaded(connections: readonly StreamConnection[]): StreamConnection {
  return connections.reduce((least, each) => (each.live < least.live ? each : least));
}

function closedError(message: string, cause: Error | undefined): ClientClosedError {
  const error = new ClientClosedError(message);
  if (cause !== undefined) {
    error.cause = cause;
  }
  return error;
}

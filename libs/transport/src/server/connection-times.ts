import type { SocketWriter } from '../wire/socket-writer.js';
import { WriteProgress } from '../wire/write-progress.js';
import type { ResolvedServerOptions } from './server-options.js';

/**
 * How long a peer that ended its side still gets replies, in milliseconds. It has most likely closed: which of the two it
 * is shows only when something is written. As long as a call has by default.
 */
const HALF_CLOSED_MS = 3_000;

/** Longest wait for a peer to take the last bytes of a connection that closes, in milliseconds. */
const CLOSE_MS = 5_000;

/** What must be done about a connection: destroy it, refuse its unfinished message, or close it for being idle. */
export type Due = 'destroy' | 'refuse' | 'close' | undefined;

/** The times of one connection of a server, on the clock of `performance.now()`, and what is due when. */
export class ConnectionTimes {
  readonly #options: ResolvedServerOptions;
  readonly #writer: SocketWriter;
  readonly #progress: WriteProgress;
  /** Whether the peer may take no bytes for as long as it likes: it slows down the streams it does not read. */
  mayStall = false;
  /** When the peer last sent something, or a request of it was being served. */
  lastActivity = performance.now();
  /** When the message that has not come in full began; `Infinity` if there is none. */
  partialSince = Infinity;
  /** When the peer ended its side. */
  peerEndedAt = Infinity;
  /** When a socket that is to close is destroyed if its peer does not take the last bytes. */
  destroyAt = Infinity;

  constructor(options: ResolvedServerOptions, writer: SocketWriter) {
    this.#options = options;
    this.#writer = writer;
    this.#progress = new WriteProgress(writer, options.writeTimeoutMs);
  }

  /** When the connection has been idle for too long. */
  get idleAt(): number {
    const { idleTimeoutMs } = this.#options;
    return idleTimeoutMs === 0 ? Infinity : this.lastActivity + idleTimeoutMs;
  }

  /** When the rest of a message is not waited for any longer. */
  get readAt(): number {
    return this.partialSince + (this.#options.readTimeoutMs || Infinity);
  }

  /** The socket is to close once its peer has taken the last bytes. */
  closes(now: number): void {
    this.destroyAt = now + Math.min(this.#options.readTimeoutMs || CLOSE_MS, CLOSE_MS);
  }

  /** When the peer has stalled if it takes no reply until then. */
  stalledAt(now: number): number {
    return this.mayStall ? Infinity : this.#progress.stalledAt(now);
  }

  /**
   * When the connection of a peer that ended its side is destroyed though handlers still run. Not while the peer has
   * replies to take: whether it takes them is looked after elsewhere.
   */
  halfClosedUntil(now: number): number {
    const { idleTimeoutMs } = this.#options;
    const since = this.#writer.unsentBytes > 0 ? now : 0;
    const graceMs = Math.min(HALF_CLOSED_MS, idleTimeoutMs || HALF_CLOSED_MS);
    return Math.max(this.peerEndedAt, since) + graceMs;
  }

  due(now: number): Due {
    if (this.destroyAt !== Infinity) {
      return now >= this.destroyAt ? 'destroy' : undefined;
    }
    if (now >= this.halfClosedUntil(now) || now >= this.stalledAt(now)) {
      return 'destroy';
    }
    if (now >= this.readAt) {
      return 'refuse';
    }
    return now >= this.idleAt ? 'close' : undefined;
  }

  /** When to look again, after what was due has been done. */
  next(now: number): number {
    return this.destroyAt === Infinity
      ? Math.min(this.readAt, this.stalledAt(now), this.idleAt, this.halfClosedUntil(now))
      : this.destroyAt;
  }
}

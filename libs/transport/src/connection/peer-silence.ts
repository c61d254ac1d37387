import type { Batch } from '../wire/socket-writer.js';
import type { ClientCall } from './client-call.js';
import type { ResolvedClientOptions } from './resolved-client-options.js';

/** Longest silence of a peer in milliseconds, unless an option says otherwise. */
const DEFAULT_SILENCE_MS = 2000;

/** How long the peer of a connection has been silent, and how long it may be. */
export class PeerSilence {
  readonly #settings: ResolvedClientOptions;
  /** When the peer last showed life: sent something, or took all that had been written. */
  #heardAt = performance.now();
  /** When it last sent something. */
  #receivedAt = -Infinity;
  /** What was sent when it began to owe an answer, be it to a call given up. */
  #asked: Batch = { handedOverAt: Infinity };

  constructor(settings: ResolvedClientOptions) {
    this.#settings = settings;
  }

  /** How long the peer may take no bytes, in milliseconds; 0 for no limit. */
  get writeLimitMs(): number {
    return this.#settings.writeTimeoutMs;
  }

  /** How long the peer may take for the rest of a reply, in milliseconds; 0 for no limit. */
  get readLimitMs(): number {
    return this.#settings.readTimeoutMs ?? DEFAULT_SILENCE_MS;
  }

  /** The peer sent something. */
  heard(now: number): void {
    this.#heardAt = now;
    this.#receivedAt = now;
  }

  /** The peer took all that had been written. */
  took(now: number): void {
    this.#heardAt = now;
  }

  /** A call was written. @param unanswered calls that the peer owes an answer now, this one included. */
  asked(batch: Batch, unanswered: number): void {
    if (unanswered === 1) {
      this.#asked = batch;
    }
  }

  /** How long the peer may be silent while a call waits, in milliseconds. */
  limitFor({ request, timeoutMs }: ClientCall): number {
    const limitMs = request.readTimeoutMs ?? this.#settings.readTimeoutMs;
    return limitMs === undefined ? Math.max(DEFAULT_SILENCE_MS, timeoutMs) : limitMs || Infinity;
  }

  /** When a call has waited long enough: at its deadline, or after the silence it allows. */
  dueAt(call: ClientCall, now: number): number {
    const silentSince = Math.max(sentAt(call.batch!, now), this.#heardAt);
    return Math.min(call.deadline, silentSince + this.limitFor(call));
  }

  /** Whether nothing was received for so long that the peer may have vanished silently. */
  maybeGone(call: ClientCall, now: number): boolean {
    const silentSince = Math.max(sentAt(this.#asked, now), this.#receivedAt);
    return now - silentSince >= Math.min(this.limitFor(call), DEFAULT_SILENCE_MS);
  }
}

/** A peer owes no answer to what still waits to be handed over. */
function sentAt({ handedOverAt }: Batch, now: number): number {
  return Math.min(handedOverAt, now);
}

import type { IncomingCall } from '../call/incoming-call.js';
import type { OutgoingCall } from '../call/outgoing-call.js';
import type { Batch } from '../wire/socket-writer.js';
import type { CallObservation } from '../observer/call-observation.js';
import { cancelled } from './call-errors.js';
import type { MethodTemplate } from './method-template.js';
import { signalListeners } from '../call/signal-listeners.js';

/** The owner of a call that has not ended: a connection it was sent on, or a pool it waits in. */
export interface CallHolder {
  /** Forgets the call, because it was cancelled. */
  giveUp(call: ClientCall): void;
}

/** One call from its promise to its end. It settles once; what comes later is ignored. */
export class ClientCall {
  readonly #resolve: (result: unknown) => void;
  readonly #reject: (error: unknown) => void;

  /** Id under which a connection holds it; 0 before it was sent. */
  sequenceId = 0;
  holder: CallHolder | undefined;
  /** The messages among which it is sent; absent before it was handed to a connection. */
  batch: Batch | undefined;
  /** When it stops waiting for a connection. */
  waitsUntil = Infinity;
  sentBytes = 0;
  /** Number of its message among those of the connection it was written to. */
  messageNumber = 0;
  /** It was written to a connection that broke before any byte left, and given to another one. */
  moved = false;
  #settled = false;

  constructor(
    readonly request: OutgoingCall,
    readonly template: MethodTemplate,
    /** The request being served when the call was made. Taken at once: the call may be written from another context. */
    readonly incoming: IncomingCall | undefined,
    /** Persistent values in force when the call was made, those of `incoming` among them; absent where only those are. */
    readonly inherited: ReadonlyMap<string, string> | undefined,
    /** When it must have ended: the nearest of the deadlines of the call, its attempt and that of the request being served. */
    readonly deadline: number,
    /** The limit of the attempt that its own deadline came from, in milliseconds; 0 for none. */
    readonly timeoutMs: number,
    readonly observation: CallObservation | undefined,
    resolve: (result: unknown) => void,
    reject: (error: unknown) => void,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;

    if (request.signal !== undefined) {
      signalListeners.add(request.signal, this);
    }
  }

  succeed(result: unknown, receivedBytes: number): void {
    if (this.#settled) {
      return;
    }
    this.#end();
    this.observation?.finish(undefined, this.sentBytes, receivedBytes);
    this.#resolve(result);
  }

  fail(error: unknown, receivedBytes = 0): void {
    if (this.#settled) {
      return;
    }
    this.#end();
    this.observation?.finish(error, this.sentBytes, receivedBytes);
    this.#reject(error);
  }

  /** The signal of the caller fired. */
  cancel(): void {
    const { holder } = this;
    this.fail(cancelled(this));
    holder?.giveUp(this);
  }

  #end(): void {
    this.#settled = true;
    this.holder = undefined;
    if (this.request.signal !== undefined) {
      signalListeners.remove(this.request.signal, this);
    }
  }
}

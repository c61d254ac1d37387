import { ConnectionLostError } from '../errors/errors.js';
import type { ServedCall } from './served-call.js';

/** Aborts the calls of a connection whose signal a handler has asked for, once their caller is gone. */
export class CallerWatch {
  readonly #calls = new Set<ServedCall>();
  readonly #unwatched: Set<ServedCall>;
  readonly #address: string;
  #gone = false;

  /** @param unwatched where calls go whose signal does not follow the connection. */
  constructor(address: string, unwatched: Set<ServedCall>) {
    this.#address = address;
    this.#unwatched = unwatched;
  }

  /** Whether the peer sends nothing more, or is gone. */
  get gone(): boolean {
    return this.#gone;
  }

  add(call: ServedCall): void {
    if (call.method.kind === 'oneway') {
      // Its caller may close at once, as Kitex does, and still expects it to be carried out.
      this.#unwatched.add(call);
    } else if (this.#gone) {
      call.abort(this.error());
    } else {
      this.#calls.add(call);
    }
  }

  delete(call: ServedCall): void {
    this.#calls.delete(call);
    this.#unwatched.delete(call);
  }

  /** The peer ended its side, or the connection broke. */
  peerWent(): void {
    if (this.#gone) {
      return;
    }
    this.#gone = true;
    for (const call of this.#calls) {
      call.abort(this.error());
    }
    this.#calls.clear();
  }

  error(): ConnectionLostError {
    return new ConnectionLostError(this.#address, `the caller ${this.#address} went away`);
  }
}

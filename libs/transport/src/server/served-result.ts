import type { ResultListener } from './handler-result.js';
import type { ServedCall } from './served-call.js';

/** Ends calls with the results of their handlers. */
export interface ResultOwner {
  settled(call: ServedCall, value: unknown, failed: boolean): void;
}

/** Listens for the result of the handler of one call. */
export class ServedResult implements ResultListener {
  readonly #owner: ResultOwner;
  readonly #call: ServedCall;

  constructor(owner: ResultOwner, call: ServedCall) {
    this.#owner = owner;
    this.#call = call;
  }

  resolved(value: unknown): void {
    this.#owner.settled(this.#call, value, false);
  }

  rejected(error: unknown): void {
    this.#owner.settled(this.#call, error, true);
  }
}

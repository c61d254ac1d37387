/** What a signal cancels. */
export interface Cancellable {
  cancel(): void;
}

/**
 * Calls by the signal that cancels them. However many calls share a signal, as in a fan-out with `ctx.signal`, it gets one
 * listener: with one per call Node warns of a leak at the eleventh.
 */
class SignalListeners {
  readonly #calls = new WeakMap<AbortSignal, Set<Cancellable>>();

  /** Cancels the call when the signal fires, until it is removed. */
  add(signal: AbortSignal, call: Cancellable): void {
    let calls = this.#calls.get(signal);
    if (calls === undefined) {
      calls = new Set();
      this.#calls.set(signal, calls);
    }
    if (calls.size === 0) {
      signal.addEventListener('abort', this);
    }
    calls.add(call);
  }

  remove(signal: AbortSignal, call: Cancellable): void {
    const calls = this.#calls.get(signal);
    if (calls?.delete(call) && calls.size === 0) {
      signal.removeEventListener('abort', this);
    }
  }

  /** A signal fired. */
  handleEvent({ target }: Event): void {
    const calls = this.#calls.get(target as AbortSignal);
    for (const call of calls ?? []) {
      call.cancel();
    }
  }
}

/** Those of this process. */
export const signalListeners = new SignalListeners();

/**
 * Runs a call that a controller cancels, and the signal through it. Not AbortSignal.any: what it derives from a signal that lives long is
 * never freed on Node 20.
 */
export async function relayAbort<T>(
  signal: AbortSignal,
  controller: AbortController,
  run: () => Promise<T>,
): Promise<T> {
  const call = { cancel: () => controller.abort(signal.reason) };
  if (signal.aborted) {
    call.cancel();
  }
  signalListeners.add(signal, call);
  try {
    return await run();
  } finally {
    signalListeners.remove(signal, call);
  }
}

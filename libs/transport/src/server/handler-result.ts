import { isThenable } from '../errors/callback.error.js';

/** Takes what a handler resulted in. */
export interface ResultListener {
  resolved(value: unknown): void;
  rejected(error: unknown): void;
}

/** What remains to be done with what the promise of a handler settled to, before it is the result of the call. */
export interface ResultConverter<C> {
  /** Makes the result, or a promise of it; throws what the call fails with. */
  value(value: unknown, context: C): unknown;
  /** Makes a result of an error, or throws what the call fails with. */
  error(error: unknown, context: C): unknown;
}

/**
 * The result of a handler once its promise has settled and been converted. A server listens to it instead of chaining a
 * promise, because each promise of a call costs as much as decoding a small message; `await` works as on a promise.
 *
 * Converters run in the asynchronous context in which the result was made, and so do listeners.
 */
export class HandlerResult<C> implements PromiseLike<unknown> {
  readonly #converter: ResultConverter<C>;
  readonly #context: C;
  #listener: ResultListener | undefined;
  #settled: { readonly failed: boolean; readonly value: unknown } | undefined;

  /** @param context is passed to the converter. */
  constructor(promise: Promise<unknown>, converter: ResultConverter<C>, context: C) {
    this.#converter = converter;
    this.#context = context;
    promise.then(
      (value) => this.#convert(value, false),
      (error: unknown) => this.#convert(error, true),
    );
  }

  /** Tells one listener the result, once it is there. */
  listen(listener: ResultListener): void {
    this.#listener = listener;
    if (this.#settled !== undefined) {
      this.#settle(this.#settled.value, this.#settled.failed);
    }
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it stands for a promise wherever handlers are awaited
  then<A = unknown, B = never>(
    onValue?: ((value: unknown) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return new Promise<unknown>((resolved, rejected) => this.listen({ resolved, rejected })).then(
      onValue,
      onError,
    );
  }

  #convert(settled: unknown, failed: boolean): void {
    let value: unknown;
    try {
      value = failed
        ? this.#converter.error(settled, this.#context)
        : this.#converter.value(settled, this.#context);
    } catch (error) {
      return this.#settle(error, true);
    }
    if (isThenable(value)) {
      value.then(
        (result) => this.#settle(result, false),
        (error: unknown) => this.#settle(error, true),
      );
    } else {
      this.#settle(value, false);
    }
  }

  #settle(value: unknown, failed: boolean): void {
    const listener = this.#listener;
    if (listener === undefined) {
      this.#settled = { failed, value };
    } else if (failed) {
      listener.rejected(value);
    } else {
      listener.resolved(value);
    }
  }
}

/**
 * The promise of a handler. What only behaves like one, such as the query of a database, may settle twice or throw: it is awaited by
 * a promise of our own.
 */
export function promiseOf(result: unknown): Promise<unknown> | undefined {
  if (result instanceof Promise) {
    return result;
  }
  return isThenable(result) ? Promise.resolve(result) : undefined;
}

/** A source that pushes, such as an Observable of rxjs; it cannot be slowed down. */
export interface Subscribable<T> {
  subscribe(observer: { next(value: T): void; error(error: unknown): void; complete(): void }): {
    unsubscribe(): void;
  };
}

/** Values that a pushing source may be ahead of its consumer. */
const MAX_AHEAD = 1_024;

/** Notified of what the consumer of a source does. */
export interface PullListener {
  /** It waits for a value. */
  ask(): void;
  /** It has one. */
  satisfy(): void;
}

/**
 * Makes a pushing source one that is pulled. Nothing can slow it down, so one that is {@link MAX_AHEAD} values ahead ends with a
 * RangeError.
 *
 * @param tooFarAhead text of that error.
 */
export function pulled<T>(
  source: Subscribable<T>,
  tooFarAhead: (values: number) => string,
  listener?: PullListener,
): AsyncIterator<T, undefined> {
  const values: T[] = [];
  let end: { readonly error?: { readonly cause: unknown } } | undefined;
  let wake: (() => void) | undefined;
  let subscription: { unsubscribe(): void } | undefined = undefined;
  const changed = (): void => {
    wake?.();
    wake = undefined;
  };
  const finish = (result: NonNullable<typeof end>): void => {
    end ??= result;
    subscription?.unsubscribe();
    changed();
  };
  subscription = source.subscribe({
    next: (value) => {
      if (end !== undefined) {
        return;
      }
      if (values.length >= MAX_AHEAD) {
        finish({ error: { cause: new RangeError(tooFarAhead(MAX_AHEAD)) } });
        return;
      }
      listener?.satisfy();
      values.push(value);
      changed();
    },
    error: (cause) => finish({ error: { cause } }),
    complete: () => finish({}),
  });
  if (end !== undefined) {
    subscription.unsubscribe();
  }
  return {
    async next() {
      while (values.length === 0 && end === undefined) {
        const changes = new Promise<void>((resolve) => (wake = resolve));
        listener?.ask();
        await changes;
      }
      if (values.length > 0) {
        return { done: false, value: values.shift()! };
      }
      if (end?.error !== undefined) {
        throw end.error.cause;
      }
      return { done: true, value: undefined };
    },
    async return() {
      values.length = 0;
      finish({});
      return { done: true, value: undefined };
    },
  };
}

import { LimitExceededError } from '../errors/errors.js';
import { roughBytes } from './rough-bytes.js';

/** A source that pushes, such as an Observable of rxjs; it cannot be slowed down. */
export interface Subscribable<T> {
  subscribe(observer: { next(value: T): void; error(error: unknown): void; complete(): void }): {
    unsubscribe(): void;
  };
}

/** Values that a pushing source may be ahead of its consumer. */
const MAX_AHEAD = 1_024;
/** Bytes of memory, by an estimate, that values may take that wait for the consumer. One value may always wait. */
const MAX_AHEAD_BYTES = 4 * 1024 * 1024;

/** Notified of what the consumer of a source does. */
export interface PullListener {
  /** It waits for a value. */
  ask(): void;
  /** It has one. */
  satisfy(): void;
}

/**
 * Makes a pushing source one that is pulled. Nothing can slow it down, so one that is {@link MAX_AHEAD} values or
 * {@link MAX_AHEAD_BYTES} ahead ends with a LimitExceededError, after the values before it.
 *
 * @param tooFarAhead text of that error, by how far it is ahead.
 */
export function pulled<T>(
  source: Subscribable<T>,
  tooFarAhead: (ahead: string) => string,
  listener?: PullListener,
): AsyncIterator<T, undefined> {
  const values: T[] = [];
  const sizes: number[] = [];
  let bytes = 0;
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
      const size = roughBytes(value, MAX_AHEAD_BYTES);
      const ahead = overLimit(values.length, bytes + size);
      if (ahead !== undefined) {
        finish({ error: { cause: new LimitExceededError(tooFarAhead(ahead)) } });
        return;
      }
      listener?.satisfy();
      values.push(value);
      sizes.push(size);
      bytes += size;
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
        bytes -= sizes.shift()!;
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

/** How far a source is ahead with one more value, if that is too far. */
function overLimit(values: number, bytes: number): string | undefined {
  if (values >= MAX_AHEAD) {
    return `${MAX_AHEAD} messages`;
  }
  return values > 0 && bytes > MAX_AHEAD_BYTES ? `${MAX_AHEAD_BYTES} bytes` : undefined;
}

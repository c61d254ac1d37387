/** Longest wait for a reply of etcd, in milliseconds: over a connection that vanished silently it would never end. */
export const ANSWER_TIMEOUT_MS = 5_000;
/** The deadline of a request ends it first, with a better text; but not while etcd3 still authenticates. */
const GRACE_MS = 1_000;

/** Options of a request that ends within {@link ANSWER_TIMEOUT_MS}. */
export function withDeadline(): { readonly deadline: number } {
  return { deadline: Date.now() + ANSWER_TIMEOUT_MS };
}

/** The answer to a request {@link withDeadline}. @throws Error when it does not come in time. */
export function inTime<T>(answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`etcd did not answer within ${ANSWER_TIMEOUT_MS} ms`)),
      ANSWER_TIMEOUT_MS + GRACE_MS,
    ).unref();
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

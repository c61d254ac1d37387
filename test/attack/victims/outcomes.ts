/** The outcome of a call that returns a result. */
export const SUCCEEDED = 'succeeded';

/** How a call ended: {@link SUCCEEDED}, or the code of its error, or the message of one without a code. */
export function outcomeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => SUCCEEDED,
    (error: Error & { readonly code?: string }) => error.code ?? error.message,
  );
}

/** Like {@link outcomeOf}, with the message as well as the code. */
export function messageOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => SUCCEEDED,
    (error: Error & { readonly code?: string }) => `${error.code ?? error.name}: ${error.message}`,
  );
}

/** How often each of the outcomes came. */
export function countsOf(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** The counts in words. */
export function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
}

/**
 * A metadata key as it is compared: lower case, with dashes. Proxies and environments that carry keys as variables turn
 * `traceparent` into `TRACEPARENT` and `request-id` into `REQUEST_ID`. Kitex compares its own propagation keys so.
 */
export function comparableKey(key: string): string {
  return key.toLowerCase().replaceAll('_', '-');
}

/** The value of the first of `names` that is there; `names` are given in their comparable form. */
export function findValue(
  values: ReadonlyMap<string, string>,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const value = values.get(name);
    if (value !== undefined) return value;
  }
  for (const [key, value] of values) {
    if (names.includes(comparableKey(key))) return value;
  }
  return undefined;
}

/** Key under which this project sends request ids. */
export const REQUEST_ID_KEY = 'request-id';

const REQUEST_ID_KEYS = [REQUEST_ID_KEY, 'x-request-id', 'requestid'];

/**
 * A metadata key as it is compared: lower case, with dashes. Proxies and environments that carry keys as variables turn
 * `traceparent` into `TRACEPARENT` and `request-id` into `REQUEST_ID`. Kitex compares its own propagation keys so.
 */
export function comparableKey(key: string): string {
  return key.toLowerCase().replaceAll('_', '-');
}

/** Returns the value of the first of `names` that is present; `names` are given in their comparable form. */
export function findValue(
  values: ReadonlyMap<string, string>,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const value = values.get(name);
    if (value !== undefined) {
      return value;
    }
  }
  for (const [key, value] of values) {
    if (names.includes(comparableKey(key))) {
      return value;
    }
  }
  return undefined;
}

/** Returns the id of a request in metadata: `request-id`, `x-request-id` or `requestid`, in any case. */
export function findRequestId(values: ReadonlyMap<string, string>): string | undefined {
  return values.size === 0 ? undefined : findValue(values, REQUEST_ID_KEYS);
}

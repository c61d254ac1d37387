import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';

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

/**
 * Reads what a caller propagates out of its transient metadata (`RPC_TRANSIT_traceparent` and the like, without the
 * prefix). Keys may come in any case and with underscores.
 */
export const metadataGetter: TextMapGetter<ReadonlyMap<string, string>> = {
  keys: (metadata) => [...metadata.keys()].map(comparableKey),
  get: (metadata, name) => {
    const value = metadata.get(name);
    if (value !== undefined) {
      return value;
    }
    const wanted = comparableKey(name);
    for (const [key, other] of metadata) {
      if (comparableKey(key) === wanted) {
        return other;
      }
    }
    return undefined;
  },
};

/** Writes what is propagated as transient metadata, under the lower-case keys of the propagators. */
export const metadataSetter: TextMapSetter<Map<string, string>> = {
  set: (metadata, key, value) => {
    metadata.set(key, value);
  },
};

import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import { comparableKey } from '@nestjs-thrift/transport/internal';

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

import { comparableKey } from '../tracing/metadata-key.js';

const REDACTED = '[redacted]';

/** Names that nobody wants in a log, in their comparable form. */
const DEFAULT_REDACTED = ['authorization', 'cookie', 'gdpr-token', 'password', 'secret', 'token'];

/** Hides the values of fields by their names, which are compared without regard to case, dashes and underscores. */
export class Redaction {
  private readonly names: ReadonlySet<string>;

  constructor(names: readonly string[] = []) {
    this.names = new Set([...DEFAULT_REDACTED, ...names].map(comparableKey));
  }

  /** The values as an object, with those of redacted names hidden. */
  apply(values: Iterable<readonly [string, string]>): Record<string, string> {
    const entries = Array.from(
      values,
      ([key, value]) => [key, this.names.has(comparableKey(key)) ? REDACTED : value] as const,
    );
    return Object.fromEntries(entries);
  }
}

import type { LoggerService } from '@nestjs/common';
import { comparableKey } from '@nestjs-thrift/transport/internal';
import type { ServiceNames } from '../service-names.js';

const REDACTED = '[redacted]';

/** Names whose values must not be logged, in their comparable form. */
const DEFAULT_REDACTED = ['authorization', 'cookie', 'gdpr-token', 'password', 'secret', 'token'];

/** Hides the values of fields by their names, which are compared without regard to case, dashes and underscores. */
export class Redaction {
  readonly #names: ReadonlySet<string>;

  constructor(names: readonly string[] = []) {
    this.#names = new Set([...DEFAULT_REDACTED, ...names].map(comparableKey));
  }

  /** The values as an object, with those of redacted names hidden. */
  apply(values: Iterable<readonly [string, string]>): Record<string, string> {
    const entries = Array.from(
      values,
      ([key, value]) => [key, this.#names.has(comparableKey(key)) ? REDACTED : value] as const,
    );
    return Object.fromEntries(entries);
  }
}

/** A level of Nest's logger. */
export type CallLogLevel = 'verbose' | 'debug' | 'log' | 'warn' | 'error';

/** Levels by how a call ended. */
export interface CallLogLevels {
  /** A result. Default `log`. */
  readonly success: CallLogLevel;
  /** A declared exception or a business status. Default `log`. */
  readonly business: CallLogLevel;
  /** Anything of the above that took `slowMs` or longer. Default `warn`. */
  readonly slow: CallLogLevel;
  /** Another attempt decided the call. Default `debug`. */
  readonly superseded: CallLogLevel;
  /** The call failed as a call. Default `error`. */
  readonly failure: CallLogLevel;
}

/** What is logged of calls, and how much of it. */
export interface ThriftCallLogOptions {
  /** Where lines go. Default: Nest's logger with the context `ThriftCall`. */
  readonly logger?: LoggerService;
  readonly levels?: Partial<CallLogLevels>;
  /** Part of the calls that went well and fast to be logged, 0 to 1. The others are always logged. Default 1. */
  readonly sampleRate?: number;
  /** A call that takes this long is slow, in milliseconds. Default 1,000. */
  readonly slowMs?: number;
  /** Adds the metadata a request came with. Default false. */
  readonly includeMetadata?: boolean;
  /**
   * Names of metadata whose values are hidden, in addition to `authorization`, `cookie`, `gdpr-token`, `password`, `secret` and
   * `token`. Compared without regard to case.
   */
  readonly redact?: readonly string[];
  /**
   * Registry name of this process, the `caller` of the calls it makes.
   *
   * @defaultValue the `serviceName` of `ThriftModule.forRoot` in Nest, else none
   */
  readonly serviceName?: string;
  /** Registry names by IDL names. Default: the IDL names. */
  readonly serviceNames?: ServiceNames;
}

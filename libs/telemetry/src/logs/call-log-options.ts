import type { LoggerService } from '@nestjs/common';
import {
  comparableKey,
  flag,
  group,
  listOf,
  milliseconds,
  number,
  object,
  oneOf,
  type OptionsOf,
  type Resolved,
  text,
} from '@nestjs-thrift/transport/internal';
import { SERVICE_NAMES } from '../service-names.js';

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

const LEVELS = ['verbose', 'debug', 'log', 'warn', 'error'] as const;

/** A level of Nest's logger. */
export type CallLogLevel = (typeof LEVELS)[number];

/** Options of the levels, by how a call ended. */
export const CALL_LOG_LEVELS = {
  /** A result. */
  success: oneOf(LEVELS, { default: 'log' }),
  /** A declared exception or a business status. */
  business: oneOf(LEVELS, { default: 'log' }),
  /** Anything of the above that took `slowMs` or longer; not for streams. */
  slow: oneOf(LEVELS, { default: 'warn' }),
  /** Another attempt decided the call. */
  superseded: oneOf(LEVELS, { default: 'debug' }),
  /** A stream was opened. */
  opened: oneOf(LEVELS, { default: 'debug' }),
  /** A stream was cancelled by its caller. */
  cancelled: oneOf(LEVELS, { default: 'log' }),
  /** The call failed as a call. */
  failure: oneOf(LEVELS, { default: 'error' }),
};

/** Levels by how a call ended. */
export interface CallLogLevels extends Resolved<typeof CALL_LOG_LEVELS> {}

/** Options of the log of calls. */
export const CALL_LOG_OPTIONS = {
  /** Where lines go. @defaultValue Nest's logger with the context `ThriftCall` */
  logger: object<LoggerService>('a logger'),
  /** Levels by how a call ended. */
  levels: group(CALL_LOG_LEVELS, {}),
  /** Part of the calls that went well and fast to be logged. The others are always logged. */
  sampleRate: number({ min: 0, max: 1, default: 1 }),
  /** A call that takes this long is slow, in milliseconds; 0 for none. */
  slowMs: milliseconds({ default: 1_000 }),
  /** Adds the metadata a request came with. */
  includeMetadata: flag({ default: false }),
  /**
   * Names of metadata whose values are hidden, in addition to `authorization`, `cookie`, `gdpr-token`, `password`, `secret` and
   * `token`. Compared without regard to case.
   */
  redact: listOf(text()),
  /**
   * Registry name of this process, the `caller` of the calls it makes.
   *
   * @defaultValue the `serviceName` of `ThriftModule.forRoot` in Nest, else none
   */
  serviceName: text(),
  /** Registry names by IDL names. @defaultValue the IDL names */
  serviceNames: SERVICE_NAMES,
};

/** What is logged of calls, and how much of it. */
export interface ThriftCallLogOptions extends OptionsOf<typeof CALL_LOG_OPTIONS> {}

import type { LoggerService } from '@nestjs/common';
import type { ServiceNames } from '../service-names.js';

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
   * Names of metadata whose values are hidden, beside `authorization`, `cookie`, `gdpr-token`, `password`, `secret` and
   * `token`. Compared without regard to case.
   */
  readonly redact?: readonly string[];
  /** Registry names by IDL names. Default: the IDL names. */
  readonly serviceNames?: ServiceNames;
}

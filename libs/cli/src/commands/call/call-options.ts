import type { ConnectionOptions } from '../../connection/connection-options.js';

/** What the options of `call` say. */
export interface CallCommandOptions extends ConnectionOptions {
  readonly idl: string;
  readonly include: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly persistent: Readonly<Record<string, string>>;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

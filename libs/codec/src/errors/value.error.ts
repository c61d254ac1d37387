import { EncodeError } from './encode.error.js';
import type { ProtocolErrorReason } from './protocol.error.js';

/**
 * A value that cannot be written, with the place of the culprit. Every struct it passes through on its way out puts
 * its own part in front, so the place is known without any bookkeeping while values are fine.
 */
export class ValueError extends EncodeError {
  /** Struct, fields, indices and keys that lead to the value: `GetUserRequest.user.tags[3]`. */
  readonly path: string;
  /** What is wrong there: `expected string, got number`. */
  readonly problem: string;

  constructor(reason: ProtocolErrorReason, path: string, problem: string) {
    super(reason, `${path}: ${problem}`);
    this.path = path;
    this.problem = problem;
  }
}

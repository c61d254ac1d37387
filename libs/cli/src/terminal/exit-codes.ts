/** Ends a command with an exit code, after a message for people on standard error. */
export class CommandFailure extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
    this.name = 'CommandFailure';
  }
}

/** What the exit code of a command says. */
export const EXIT_CODES = {
  /** Done. */
  OK: 0,
  /** The command ran and its answer is no, as when `gen --check` finds a difference. */
  NEGATIVE: 1,
  /** The command line is wrong. */
  USAGE: 2,
  /** What the command was given to read or write cannot be used, such as IDL with errors. */
  INPUT: 3,
  /** A call failed: no connection, no answer in time, or an error of the server. */
  FAILED: 4,
  /** A method threw an exception that the IDL declares. */
  EXCEPTION: 5,
  /** A server answered with a business status. */
  BUSINESS_STATUS: 6,
  /** A fault of the command itself; `EX_SOFTWARE` of sysexits. */
  INTERNAL: 70,
  /** Ctrl-C, or SIGINT from elsewhere, ended the command: 128 and the number of the signal. */
  INTERRUPTED: 130,
  /** SIGTERM ended the command: 128 and the number of the signal. */
  TERMINATED: 143,
} as const;

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
} as const;

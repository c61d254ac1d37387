/** One library on one payload: how it writes and reads a message. */
export interface Contestant {
  /** Name in the report. */
  readonly name: string;
  /** Writes the message; what it returns is only looked at once, before measuring. */
  readonly encode: () => unknown;
  /** Reads a message written before measuring. */
  readonly decode: () => unknown;
  /** Throws unless what was decoded is what was encoded. */
  readonly verify: () => void;
}

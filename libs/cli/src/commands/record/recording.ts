import { plural } from '../bench/format-summary.js';

/** Why a call passed through and was not recorded. */
export type Omission =
  | 'of methods that the IDL does not have'
  | 'that could not be decoded'
  | 'larger than --max-message-bytes'
  | 'without a reply'
  | 'because the output is slower than the traffic';

/** Why the rest of a connection passed through and was not recorded. */
export type Blindness =
  | 'streams'
  | 'bytes that are not Thrift'
  | 'more memory than there is room for'
  | 'an error of nestjs-thrift itself';

/** Memory for what has not been written: parts of messages, and calls that wait for their reply. */
const MAX_HELD_BYTES = 128 * 2 ** 20;

/** What all connections of a recording have in common: its lines, what was left out, and the memory that it may take. */
export class Recording {
  readonly #write: (line: string) => boolean;
  readonly #onCall: (recorded: number) => void;
  readonly #omissions = new Map<Omission, number>();
  readonly #blindness = new Map<Blindness, number>();
  #heldBytes = 0;
  #recorded = 0;

  /** @param write returns whether the line was taken */
  constructor(write: (line: string) => boolean, onCall: (recorded: number) => void) {
    this.#write = write;
    this.#onCall = onCall;
  }

  get recorded(): number {
    return this.#recorded;
  }

  add(line: string): void {
    if (!this.#write(line)) {
      return this.omit('because the output is slower than the traffic');
    }
    this.#recorded += 1;
    this.#onCall(this.#recorded);
  }

  omit(reason: Omission, calls = 1): void {
    if (calls > 0) {
      this.#omissions.set(reason, (this.#omissions.get(reason) ?? 0) + calls);
    }
  }

  /** The rest of a connection is not recorded. */
  blind(reason: Blindness): void {
    this.#blindness.set(reason, (this.#blindness.get(reason) ?? 0) + 1);
  }

  /** Takes memory, or gives back a negative number of bytes. @returns whether there is room */
  hold(bytes: number): boolean {
    this.#heldBytes += bytes;
    return this.#heldBytes <= MAX_HELD_BYTES;
  }

  /** What was left out, a line each. */
  get gaps(): string[] {
    return [
      ...Array.from(
        this.#omissions,
        ([reason, count]) => `not recorded: ${plural(count, 'call')} ${reason}`,
      ),
      ...Array.from(
        this.#blindness,
        ([reason, count]) =>
          `not recorded: the rest of ${plural(count, 'connection')} with ${reason}`,
      ),
    ];
  }
}

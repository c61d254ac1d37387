import type { Peer, Request } from '../wire/peer.js';

/** How messages of a stack look, for those who do not use its client. */
export interface Dialect {
  /** Opens a connection. */
  open(port: number): Promise<Peer>;
  echo(text: string): Request;
  /** Asks for a result of so many bytes. */
  fill(bytes: number): Request;
  /** Asks for something that never ends. */
  hang(): Request;
  /** Sends a map, or what the stack has for one, with these keys. */
  intMap(keys: readonly number[]): Request;
  /** Sends so many structs without a field, or the smallest things that the stack can put into a list. */
  emptyElements(count: number): Request;
  /** Calls a method that does not exist, by a name of so many characters. */
  unknownMethod(nameLength: number): Request;
  /** A request of so many bytes, without its last kilobyte. */
  unfinished(bytes: number): Request;
}

/** What is missing of an unfinished message. */
export const MISSING_BYTES = 1024;

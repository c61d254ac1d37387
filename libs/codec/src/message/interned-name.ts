import type { ReadBuffer } from '../buffer/read-buffer.js';

/** A method name encoded once, so that no call has to. */
export class MessageName {
  readonly text: string;
  readonly bytes: Uint8Array;

  constructor(text: string) {
    this.text = text;
    this.bytes = Buffer.from(text, 'utf8');
  }
}

const SLOTS = 256;
const MAX_INTERNED_LENGTH = 64;
const slots: (string | undefined)[] = Array.from({ length: SLOTS });

/** Reads `length` bytes, which the caller has checked to be there, as a name. */
export function readName(input: ReadBuffer, length: number): string {
  const { bytes, position } = input;
  input.position = position + length;
  return internedName(bytes, position, length);
}

/**
 * Decodes the name in `length` bytes at `position`. Peers send the same few names over and over, so a name that was seen before comes
 * back as the same string: comparing bytes is cheaper than making a string, and a string that is looked up in a Map
 * keeps its hash. The table is small and fixed; other names only overwrite each other's slots.
 */
export function internedName(bytes: Buffer, position: number, length: number): string {
  if (length === 0) {
    return '';
  }
  if (length > MAX_INTERNED_LENGTH) {
    return bytes.toString('utf8', position, position + length);
  }
  const middle = bytes[position + (length >> 1)]!;
  const slot =
    (length * 31 + bytes[position]! * 7 + middle * 5 + bytes[position + length - 1]!) & (SLOTS - 1);
  const known = slots[slot];
  if (known !== undefined && isSame(known, bytes, position, length)) {
    return known;
  }
  const name = bytes.toString('utf8', position, position + length);
  slots[slot] = name;
  return name;
}

/** A name with characters beyond ASCII never compares equal and is simply decoded again. */
function isSame(name: string, bytes: Buffer, position: number, length: number): boolean {
  if (name.length !== length) {
    return false;
  }
  for (let index = 0; index < length; index++) {
    const code = name.charCodeAt(index);
    if (code !== bytes[position + index] || code > 0x7f) {
      return false;
    }
  }
  return true;
}

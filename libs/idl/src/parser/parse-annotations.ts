import type { Annotations } from '../schema/schema.js';
import type { TokenCursor } from './token-cursor.js';

const NONE: Annotations = Object.freeze({});

/** `( key = "value", key = "another", flag )`, if it stands there. */
export function parseAnnotations(cursor: TokenCursor): Annotations {
  if (!cursor.acceptSymbol('(')) {
    return NONE;
  }
  const values = new Map<string, string[]>();
  while (!cursor.acceptSymbol(')')) {
    const key = cursor.expectIdentifier('an annotation such as key = "value", or ")"').text;
    const value = cursor.acceptSymbol('=') ? cursor.expectString('a string').text : '1';
    const known = values.get(key);
    if (known === undefined) {
      values.set(key, [value]);
    } else {
      known.push(value);
    }
    cursor.skipSeparators();
  }
  // Unlike assignment, this makes a key named __proto__ a property like any other.
  return Object.fromEntries(values);
}

/** Several annotation lists of one definition as one. */
export function joinAnnotations(first: Annotations, second: Annotations): Annotations {
  const values = new Map<string, readonly string[]>(Object.entries(first));
  for (const [key, added] of Object.entries(second)) {
    values.set(key, [...(values.get(key) ?? []), ...added]);
  }
  return Object.fromEntries(values);
}

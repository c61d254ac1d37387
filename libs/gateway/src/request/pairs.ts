/** Texts of a request by name, in the order they came. */
export type TextsByName = ReadonlyMap<string, readonly string[]>;

/** What cannot be read as pairs of names and values; the message never repeats the text. */
export class PairsError extends Error {}

const MAX_QUERY_LENGTH = 16 * 1024;
const MAX_PAIRS = 1_000;

/** The pairs of the query of a request target. @throws PairsError for more than the limits and for text that is not UTF-8. */
export function queryOf(target: string): TextsByName {
  const mark = target.indexOf('?');
  const query = mark < 0 ? '' : target.slice(mark + 1);
  if (query.length > MAX_QUERY_LENGTH) {
    throw new PairsError(`longer than ${MAX_QUERY_LENGTH} bytes`);
  }
  return pairsOf(query);
}

/** The pairs of a query or of an urlencoded body. @throws PairsError as {@link queryOf} does. */
export function pairsOf(text: string): TextsByName {
  const texts = new Map<string, string[]>();
  if (text === '') {
    return texts;
  }
  const pairs = text.split('&', MAX_PAIRS + 1);
  if (pairs.length > MAX_PAIRS) {
    throw new PairsError(`more than ${MAX_PAIRS} pairs`);
  }
  for (const pair of pairs) {
    if (pair === '') {
      continue;
    }
    const sign = pair.indexOf('=');
    const name = decoded(sign < 0 ? pair : pair.slice(0, sign));
    const value = sign < 0 ? '' : decoded(pair.slice(sign + 1));
    addText(texts, name, value);
  }
  return texts;
}

/** Adds a value to those of a name. */
export function addText<T>(texts: Map<string, T[]>, name: string, value: T): void {
  const known = texts.get(name);
  if (known === undefined) {
    texts.set(name, [value]);
  } else {
    known.push(value);
  }
}

/**
 * The text of bytes that Node hands over as latin1: targets and headers.
 *
 * @throws PairsError if they are not UTF-8.
 */
export function textOfLatin1(latin1: string): string {
  // oxlint-disable-next-line no-control-regex
  return /^[\u0000-\u007f]*$/.test(latin1) ? latin1 : textOfBytes(Buffer.from(latin1, 'latin1'));
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The text of bytes. @throws PairsError if they are not UTF-8. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw new PairsError('UTF-8 expected');
  }
}

function decoded(encoded: string): string {
  const text = textOfLatin1(encoded).replaceAll('+', ' ');
  if (!text.includes('%')) {
    return text;
  }
  if (/%(?![0-9a-fA-F]{2})/.test(text)) {
    throw new PairsError('bad escape');
  }
  try {
    return decodeURIComponent(text);
  } catch {
    throw new PairsError('UTF-8 expected');
  }
}

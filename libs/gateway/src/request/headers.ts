import { textOfLatin1 } from './pairs.js';

/**
 * All values of a header, in the order they came; Node joins them or keeps one, depending on the header.
 *
 * @param rawHeaders names and values in turn, as `IncomingMessage` has them
 * @param name in lower case
 * @throws PairsError for a value that is not UTF-8.
 */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const header = rawHeaders[index] ?? '';
    if (header.length === name.length && header.toLowerCase() === name) {
      values.push(textOfLatin1(rawHeaders[index + 1] ?? ''));
    }
  }
  return values;
}

/** The value of a cookie: the first one of the name, without the quotes around it; escapes stay as they are. */
export function cookieValue(rawHeaders: readonly string[], name: string): string | undefined {
  for (const header of headerValues(rawHeaders, 'cookie')) {
    for (const pair of header.split(';')) {
      const sign = pair.indexOf('=');
      if (sign >= 0 && pair.slice(0, sign).trim() === name) {
        return unquoted(pair.slice(sign + 1).trim());
      }
    }
  }
  return undefined;
}

function unquoted(value: string): string {
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return isQuoted ? value.slice(1, -1) : value;
}

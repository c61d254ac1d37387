import { unescapeValue } from '../lexer/unescape-value.js';
import type { EntrySyntax, ValueSyntax } from './syntax.js';
import type { TokenCursor } from './token-cursor.js';

/** Digits of any 64-bit number in any notation, with room for leading zeros; longer ones need no arithmetic to refuse. */
const MAX_INTEGER_LENGTH = 128;

const VALUE_ESCAPES =
  '\\n, \\r, \\t, \\", \\\', \\\\, \\xNN below 80, \\uNNNN or another escape of Go; \\\\ for a backslash';

export function parseValue(cursor: TokenCursor): ValueSyntax {
  const { kind, text, start: offset } = cursor.token;
  switch (kind) {
    case 'integer':
      return { kind, value: parseInteger(cursor), offset };
    case 'double':
      return { kind, value: parseDouble(cursor), offset };
    case 'string':
      return { kind, value: parseSingleLine(cursor), offset };
    case 'identifier':
      cursor.advance();
      return { kind: 'name', name: text, offset };
    default:
      if (cursor.isSymbol('[')) {
        return { kind: 'list', values: parseList(cursor), offset };
      }
      if (cursor.isSymbol('{')) {
        return { kind: 'map', entries: parseEntries(cursor), offset };
      }
      return cursor.failExpecting('a value');
  }
}

/** The integer that comes next, exact; whether it fits is for those to say who know its type. */
export function parseInteger(cursor: TokenCursor): bigint {
  const token = cursor.advance();
  const { text } = token;
  if (text.length > MAX_INTEGER_LENGTH) {
    cursor.fail(token, `${text.slice(0, 40)}… does not fit 64 bits`);
  }
  const negative = text.startsWith('-');
  const magnitude = BigInt(negative || text.startsWith('+') ? text.slice(1) : text);
  return negative ? -magnitude : magnitude;
}

function parseDouble(cursor: TokenCursor): number {
  const token = cursor.advance();
  const value = Number(token.text);
  if (!Number.isFinite(value)) {
    cursor.fail(token, `${token.text} does not fit a double`);
  }
  return value;
}

/** thriftgo's line breaks in strings are welcome in annotations; in a value they are a quote forgotten. */
function parseSingleLine(cursor: TokenCursor): string {
  const token = cursor.advance();
  if (token.multiline) {
    cursor.fail(token, 'the string goes over the end of its line', 'a quote');
  }
  const { diagnostics, source } = cursor;
  const start = token.start + 1;
  return unescapeValue(source.text.slice(start, token.end - 1), (index, message) =>
    diagnostics.report(source, start + index, message, VALUE_ESCAPES),
  );
}

function parseList(cursor: TokenCursor): ValueSyntax[] {
  return cursor.nested(() => {
    cursor.advance();
    const values: ValueSyntax[] = [];
    while (!cursor.acceptSymbol(']')) {
      if (cursor.atEnd) {
        cursor.failExpecting('a value or "]"');
      }
      values.push(parseValue(cursor));
      cursor.skipSeparators();
    }
    return values;
  });
}

function parseEntries(cursor: TokenCursor): EntrySyntax[] {
  return cursor.nested(() => {
    cursor.advance();
    const entries: EntrySyntax[] = [];
    while (!cursor.acceptSymbol('}')) {
      if (cursor.atEnd) {
        cursor.failExpecting('a key or "}"');
      }
      const key = parseValue(cursor);
      cursor.expectSymbol(':', 'between key and value');
      entries.push({ key, value: parseValue(cursor) });
      cursor.skipSeparators();
    }
    return entries;
  });
}

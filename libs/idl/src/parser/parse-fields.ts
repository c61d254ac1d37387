import type { Requiredness } from '../schema/schema.js';
import { parseAnnotations } from './parse-annotations.js';
import { parseType } from './parse-type.js';
import { parseInteger, parseValue } from './parse-value.js';
import type { FieldSyntax } from './syntax.js';
import type { TokenCursor } from './token-cursor.js';

/** Fields up to `close`, which is read too: of a struct, of a parameter list, of a throws clause. */
export function parseFields(cursor: TokenCursor, close: '}' | ')'): FieldSyntax[] {
  const fields: FieldSyntax[] = [];
  while (!cursor.acceptSymbol(close)) {
    fields.push(parseField(cursor, close));
  }
  return fields;
}

function parseField(cursor: TokenCursor, close: string): FieldSyntax {
  const first = cursor.token;
  const expected = `a field such as "1: i32 count", or "${close}"`;
  const id = parseFieldId(cursor);
  const requiredness = parseRequiredness(cursor);
  const type = parseType(cursor, id === undefined ? expected : 'a type');
  // A hint to C++ that the field is held by pointer.
  cursor.acceptSymbol('&');
  const { text: name, start: offset } = cursor.expectName('a field name');
  const defaultValue = cursor.acceptSymbol('=') ? parseValue(cursor) : undefined;
  skipXsdWords(cursor);
  const annotations = parseAnnotations(cursor);
  cursor.skipSeparators();
  const doc = cursor.docOf(first);
  return { name, offset, doc, annotations, id, requiredness, type, defaultValue };
}

function parseFieldId(cursor: TokenCursor): bigint | undefined {
  if (cursor.token.kind !== 'integer') {
    return undefined;
  }
  const id = parseInteger(cursor);
  cursor.expectSymbol(':', 'after the field id');
  return id;
}

function parseRequiredness(cursor: TokenCursor): Requiredness {
  if (cursor.acceptWord('required')) {
    return 'required';
  }
  return cursor.acceptWord('optional') ? 'optional' : 'default';
}

/** Marks for an XML schema generator of long ago. */
function skipXsdWords(cursor: TokenCursor): void {
  cursor.acceptWord('xsd_optional');
  cursor.acceptWord('xsd_nillable');
  if (!cursor.acceptWord('xsd_attrs')) {
    return;
  }
  cursor.expectSymbol('{', 'after "xsd_attrs"');
  cursor.nested(() => parseFields(cursor, '}'));
}

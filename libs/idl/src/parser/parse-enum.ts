import { parseAnnotations } from './parse-annotations.js';
import { parseInteger } from './parse-value.js';
import type { EnumMemberSyntax, EnumSyntax, TypedefSyntax } from './syntax.js';
import type { TokenCursor } from './token-cursor.js';

/** An enum from behind its keyword on; `doc` is up to the caller. */
export function parseEnum(cursor: TokenCursor): EnumSyntax {
  const { text: name, start: offset } = cursor.expectName('an enum name');
  cursor.expectSymbol('{', 'to begin the enum');
  const members: EnumMemberSyntax[] = [];
  while (!cursor.acceptSymbol('}')) {
    members.push(parseMember(cursor));
  }
  return { name, offset, annotations: parseAnnotations(cursor), members };
}

function parseMember(cursor: TokenCursor): EnumMemberSyntax {
  const first = cursor.token;
  const { text: name, start: offset } = cursor.expectName('an enum member or "}"');
  const value = cursor.acceptSymbol('=') ? parseMemberValue(cursor) : undefined;
  const annotations = parseAnnotations(cursor);
  cursor.skipSeparators();
  return { name, offset, doc: cursor.docOf(first), annotations, value };
}

function parseMemberValue(cursor: TokenCursor): bigint {
  if (cursor.token.kind !== 'integer') {
    cursor.failExpecting('an integer');
  }
  return parseInteger(cursor);
}

/** `senum Name { "a", "b" }`: long deprecated, and always a string with good intentions. */
export function parseStringEnum(cursor: TokenCursor): TypedefSyntax {
  const { text: name, start: offset } = cursor.expectName('a senum name');
  cursor.expectSymbol('{', 'to begin the senum');
  while (!cursor.acceptSymbol('}')) {
    cursor.expectString('a string or "}"');
    cursor.skipSeparators();
  }
  const annotations = parseAnnotations(cursor);
  return { name, offset, annotations, type: { kind: 'named', name: 'string', offset } };
}

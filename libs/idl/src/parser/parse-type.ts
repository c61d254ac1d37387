import { rejectForeignType } from './fbthrift.js';
import { parseAnnotations } from './parse-annotations.js';
import type { TypeSyntax } from './syntax.js';
import type { TokenCursor } from './token-cursor.js';

/** Words that begin a definition; none of them is a type, so a brace forgotten before one is found at once. */
export const DEFINITION_WORDS: ReadonlySet<string> = new Set([
  'include',
  'cpp_include',
  'namespace',
  'typedef',
  'const',
  'enum',
  'senum',
  'struct',
  'union',
  'exception',
  'service',
]);

export function parseType(cursor: TokenCursor, what: string): TypeSyntax {
  return cursor.nested(() => {
    const bare = parseBareType(cursor, what);
    if (!cursor.isSymbol('(')) {
      return bare;
    }
    return { ...bare, annotations: parseAnnotations(cursor) };
  });
}

function parseBareType(cursor: TokenCursor, what: string): TypeSyntax {
  if (DEFINITION_WORDS.has(cursor.token.text)) {
    cursor.failExpecting(what);
  }
  const word = cursor.expectIdentifier(what);
  rejectForeignType(cursor, word);
  const { text: name, start: offset } = word;
  switch (name) {
    case 'list':
    case 'set':
      return { kind: name, element: parseElement(cursor, name), offset };
    case 'map':
      return { kind: name, ...parseEntryTypes(cursor), offset };
    default:
      return { kind: 'named', name, offset };
  }
}

function parseElement(cursor: TokenCursor, container: string): TypeSyntax {
  skipCppType(cursor);
  cursor.expectSymbol('<', `after "${container}"`);
  const element = parseType(cursor, 'a type of elements');
  cursor.expectSymbol('>', `to close the ${container} type`);
  skipCppType(cursor);
  return element;
}

function parseEntryTypes(cursor: TokenCursor): { key: TypeSyntax; value: TypeSyntax } {
  skipCppType(cursor);
  cursor.expectSymbol('<', 'after "map"');
  const key = parseType(cursor, 'a type of keys');
  cursor.expectSymbol(',', 'between the types of keys and values');
  const value = parseType(cursor, 'a type of values');
  cursor.expectSymbol('>', 'to close the map type');
  return { key, value };
}

/** C++ users may name their container class; it has no meaning for other languages. */
function skipCppType(cursor: TokenCursor): void {
  if (cursor.acceptWord('cpp_type')) {
    cursor.expectString('the C++ type as a string');
  }
}

import { rejectPerforms } from './fbthrift.js';
import { joinAnnotations, parseAnnotations } from './parse-annotations.js';
import { parseFields } from './parse-fields.js';
import { parseType } from './parse-type.js';
import type { MethodSyntax, NameSyntax, ServiceSyntax } from './syntax.js';
import type { TokenCursor } from './token-cursor.js';

/** A service from behind its keyword on; `doc` is up to the caller. */
export function parseService(cursor: TokenCursor): ServiceSyntax {
  const { text: name, start: offset } = cursor.expectName('a service name');
  const base = cursor.acceptWord('extends') ? parseBase(cursor) : undefined;
  // thriftgo has annotations here, Apache only behind the body.
  const before = parseAnnotations(cursor);
  cursor.expectSymbol('{', 'to begin the service');
  const methods: MethodSyntax[] = [];
  while (!cursor.acceptSymbol('}')) {
    methods.push(parseMethod(cursor));
  }
  const annotations = joinAnnotations(before, parseAnnotations(cursor));
  return { name, offset, annotations, extends: base, methods };
}

function parseBase(cursor: TokenCursor): NameSyntax {
  const { text: name, start: offset } = cursor.expectIdentifier('the name of a service');
  return { name, offset };
}

function parseMethod(cursor: TokenCursor): MethodSyntax {
  const first = cursor.token;
  const oneway = cursor.acceptWord('oneway') || cursor.acceptWord('async');
  const returns = cursor.acceptWord('void')
    ? undefined
    : parseType(cursor, 'a method such as "void ping()", or "}"');
  const { text: name, start: offset } = cursor.expectName('a method name');
  rejectPerforms(cursor, first);
  cursor.expectSymbol('(', 'to begin the parameters');
  const parameters = parseFields(cursor, ')');
  const exceptions = cursor.acceptWord('throws') ? parseThrows(cursor) : [];
  const annotations = parseAnnotations(cursor);
  cursor.skipSeparators();
  const doc = cursor.docOf(first);
  return { name, offset, doc, annotations, oneway, returns, parameters, exceptions };
}

function parseThrows(cursor: TokenCursor): MethodSyntax['exceptions'] {
  cursor.expectSymbol('(', 'after "throws"');
  return parseFields(cursor, ')');
}

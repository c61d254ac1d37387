import type { SourceText } from '../source/source-text.js';
import type {
  ConstantSyntax,
  DocumentSyntax,
  EnumSyntax,
  IncludeSyntax,
  ServiceSyntax,
  StructSyntax,
  TypedefSyntax,
} from './syntax.js';
import { parseAnnotations } from './parse-annotations.js';
import type { TokenCursor } from './token-cursor.js';

/** A document while it is being read. */
export class DocumentBuilder implements DocumentSyntax {
  doc?: string;
  readonly namespaces = new Map<string, string>();
  readonly includes: IncludeSyntax[] = [];
  readonly typedefs: TypedefSyntax[] = [];
  readonly constants: ConstantSyntax[] = [];
  readonly enums: EnumSyntax[] = [];
  readonly structs: StructSyntax[] = [];
  readonly services: ServiceSyntax[] = [];

  constructor(readonly source: SourceText) {}
}

/** `include "shared.thrift"`, from behind the keyword on. */
export function parseInclude(cursor: TokenCursor, document: DocumentBuilder): void {
  const { text: path, start: offset } = cursor.expectString('the path of a file as a string');
  if (path === '' || path.includes('\0')) {
    cursor.diagnostics.report(cursor.source, offset, 'the include names no file');
    return;
  }
  document.includes.push({ path, offset });
}

/** `namespace go example.user`, from behind the keyword on. */
export function parseNamespace(cursor: TokenCursor, document: DocumentBuilder): void {
  const scope = cursor.acceptSymbol('*')
    ? '*'
    : cursor.expectIdentifier('a language such as "go", or "*"').text;
  document.namespaces.set(scope, parseNamespaceName(cursor));
  parseAnnotations(cursor);
}

/** Dashes and slashes are not part of names elsewhere, so the words that touch each other are put together here. */
function parseNamespaceName(cursor: TokenCursor): string {
  if (cursor.token.kind === 'string') {
    return cursor.advance().text;
  }
  const first = cursor.expectIdentifier('a namespace');
  let end = first.end;
  while (cursor.token.start === end && isNamespacePart(cursor)) {
    end = cursor.advance().end;
  }
  return cursor.source.text.slice(first.start, end);
}

function isNamespacePart({ token }: TokenCursor): boolean {
  switch (token.kind) {
    case 'identifier':
    case 'integer':
    case 'double':
      return true;
    default:
      return token.kind === 'symbol' && (token.text === '-' || token.text === '/');
  }
}

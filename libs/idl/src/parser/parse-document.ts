import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import { cleanDocComment } from '../lexer/doc-comment.js';
import type { SourceText } from '../source/source-text.js';
import { DocumentBuilder, parseInclude, parseNamespace } from './parse-header.js';
import { rejectForeignDefinition } from './fbthrift.js';
import { parseAnnotations } from './parse-annotations.js';
import { parseEnum, parseStringEnum } from './parse-enum.js';
import { parseFields } from './parse-fields.js';
import { parseService } from './parse-service.js';
import { DEFINITION_WORDS, parseType } from './parse-type.js';
import { parseValue } from './parse-value.js';
import type { ConstantSyntax, DocumentSyntax, StructSyntax, TypedefSyntax } from './syntax.js';
import { SyntaxFailure, TokenCursor } from './token-cursor.js';

/**
 * Reads one file. Faults go to the collector; after one, reading goes on at the next definition, so that a file with
 * several problems reports all of them.
 */
export function parseDocument(
  source: SourceText,
  diagnostics: DiagnosticCollector,
): DocumentSyntax {
  const cursor = new TokenCursor(source, diagnostics);
  const document = new DocumentBuilder(source);
  readFileComment(cursor, document);
  cursor.skipSeparators();
  while (!cursor.atEnd) {
    const { start } = cursor.token;
    try {
      parseDefinition(cursor, document);
    } catch (error) {
      if (!(error instanceof SyntaxFailure)) {
        throw error;
      }
      recover(cursor, start);
    }
    cursor.skipSeparators();
  }
  return document;
}

/** The first comment is the file's if a header or another comment follows, for those document nothing. */
function readFileComment(cursor: TokenCursor, document: DocumentBuilder): void {
  const { comments, text } = cursor.token;
  const beforeHeader = text === 'include' || text === 'namespace' || text === 'cpp_include';
  const raw = comments.detached ?? (beforeHeader || cursor.atEnd ? comments.leading : undefined);
  const doc = raw === undefined ? undefined : cleanDocComment(raw);
  if (doc !== undefined) {
    document.doc = doc;
  }
}

function parseDefinition(cursor: TokenCursor, document: DocumentBuilder): void {
  const first = cursor.token;
  if (first.kind !== 'identifier' || !DEFINITION_WORDS.has(first.text)) {
    rejectForeignDefinition(cursor);
    cursor.failExpecting('a definition such as "struct" or "service"');
  }
  cursor.advance();
  switch (first.text) {
    case 'include':
      return parseInclude(cursor, document);
    case 'cpp_include':
      cursor.expectString('the path of a C++ header as a string');
      return;
    case 'namespace':
      return parseNamespace(cursor, document);
    case 'typedef':
      return add(document.typedefs, parseTypedef(cursor));
    case 'const':
      return add(document.constants, parseConstant(cursor));
    case 'enum':
      return add(document.enums, parseEnum(cursor));
    case 'senum':
      return add(document.typedefs, parseStringEnum(cursor));
    case 'service':
      return add(document.services, parseService(cursor));
    default:
      return add(document.structs, parseStruct(cursor, first.text as StructSyntax['kind']));
  }

  function add<T extends object>(list: T[], definition: T): void {
    cursor.skipSeparators();
    list.push({ ...definition, doc: cursor.docOf(first) });
  }
}

function parseTypedef(cursor: TokenCursor): TypedefSyntax {
  const type = parseType(cursor, 'the type to give a name to');
  const { text: name, start: offset } = cursor.expectName('a name for the type');
  return { name, offset, annotations: parseAnnotations(cursor), type };
}

function parseConstant(cursor: TokenCursor): ConstantSyntax {
  const type = parseType(cursor, 'the type of the constant');
  const { text: name, start: offset } = cursor.expectName('a name for the constant');
  cursor.expectSymbol('=', 'before the value');
  const value = parseValue(cursor);
  return { name, offset, annotations: parseAnnotations(cursor), type, value };
}

function parseStruct(cursor: TokenCursor, kind: StructSyntax['kind']): StructSyntax {
  const { text: name, start: offset } = cursor.expectName(`a name for the ${kind}`);
  cursor.acceptWord('xsd_all');
  cursor.expectSymbol('{', `to begin the ${kind}`);
  const fields = parseFields(cursor, '}');
  return { name, offset, annotations: parseAnnotations(cursor), kind, fields };
}

/** Goes to the next definition that begins a line, and at least one token on. */
function recover(cursor: TokenCursor, start: number): void {
  if (cursor.token.start === start) {
    cursor.advance();
  }
  while (!cursor.atEnd && !beginsDefinition(cursor)) {
    cursor.advance();
  }
}

function beginsDefinition({ token }: TokenCursor): boolean {
  return token.startsLine && token.kind === 'identifier' && DEFINITION_WORDS.has(token.text);
}

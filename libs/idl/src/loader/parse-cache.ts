import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import { parseDocument } from '../parser/parse-document.js';
import type { DocumentSyntax } from '../parser/syntax.js';
import type { SourceText } from '../source/source-text.js';

/** Keeps what was parsed, so that loading again parses those files only whose text has changed since. */
export class ParseCache {
  private readonly documents = new Map<string, DocumentSyntax>();

  /** @internal */
  parse(source: SourceText, diagnostics: DiagnosticCollector): DocumentSyntax {
    const known = this.documents.get(source.file);
    if (known?.source.text === source.text) return known;
    const faultsBefore = diagnostics.count;
    const document = parseDocument(source, diagnostics);
    // What is faulty is parsed again, as its faults have to be reported again.
    if (diagnostics.count === faultsBefore) this.documents.set(source.file, document);
    return document;
  }
}

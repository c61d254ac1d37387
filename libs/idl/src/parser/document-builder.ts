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

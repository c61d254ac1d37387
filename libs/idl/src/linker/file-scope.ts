import type {
  DefinitionSyntax,
  ConstantSyntax,
  EnumSyntax,
  ServiceSyntax,
  StructSyntax,
  TypedefSyntax,
} from '../parser/syntax.js';
import type { DefinitionSchema, DefinitionReference, SourcePosition } from '../schema/schema.js';
import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { SourceText } from '../source/source-text.js';
import type { LoadedFile } from '../parser/syntax.js';

/** What every definition carries into the schema. */
export function describeDefinition(scope: FileScope, syntax: DefinitionSyntax): DefinitionSchema {
  const { name, doc, annotations, offset } = syntax;
  const position = scope.source.positionAt(offset);
  return doc === undefined ? { name, annotations, position } : { name, doc, annotations, position };
}

const MAX_NODES = 1_000_000;

/**
 * Bounds what typedefs and constants that refer to each other may unfold to: a few lines can double a value with
 * each of them.
 */
export class LinkBudget {
  readonly #diagnostics: DiagnosticCollector;

  #left = MAX_NODES;

  constructor(diagnostics: DiagnosticCollector) {
    this.#diagnostics = diagnostics;
  }

  spend(nodes: number, source: SourceText, at: number | SourcePosition): void {
    this.#left -= nodes;
    if (this.#left >= 0) {
      return;
    }
    this.#diagnostics.fail(
      source,
      at,
      `types and constants unfold to more than ${MAX_NODES} parts`,
    );
  }
}

/** A definition and the file whose names it is written in. */
export interface Located<T> {
  readonly scope: FileScope;
  readonly syntax: T;
}

export type TypeDefinition =
  | ({ readonly kind: 'typedef' } & Located<TypedefSyntax>)
  | ({ readonly kind: 'enum' } & Located<EnumSyntax>)
  | ({ readonly kind: 'struct' } & Located<StructSyntax>);

/** The names of one file, and through its includes those of others. Types, constants and services live apart. */
export class FileScope {
  readonly #diagnostics: DiagnosticCollector;

  readonly source: SourceText;
  readonly #types = new Map<string, TypeDefinition>();
  readonly #constants = new Map<string, Located<ConstantSyntax>>();
  readonly #services = new Map<string, Located<ServiceSyntax>>();
  /** Two folders may each hold a file of the same name, so a prefix can stand for several. */
  readonly #prefixes = new Map<string, FileScope[]>();

  constructor(
    readonly file: LoadedFile,
    includes: readonly FileScope[],
    diagnostics: DiagnosticCollector,
  ) {
    this.#diagnostics = diagnostics;

    const { document } = file;
    this.source = document.source;
    for (const included of includes) {
      const { prefix } = included.file;
      const sharing = this.#prefixes.get(prefix);
      if (sharing === undefined) {
        this.#prefixes.set(prefix, [included]);
      } else {
        sharing.push(included);
      }
    }
    for (const syntax of document.typedefs) {
      this.#addType({ kind: 'typedef', scope: this, syntax });
    }
    for (const syntax of document.enums) {
      this.#addType({ kind: 'enum', scope: this, syntax });
    }
    for (const syntax of document.structs) {
      this.#addType({ kind: 'struct', scope: this, syntax });
    }
    for (const syntax of document.constants) {
      this.#add(this.#constants, 'constant', { scope: this, syntax });
    }
    for (const syntax of document.services) {
      this.#add(this.#services, 'service', { scope: this, syntax });
    }
  }

  /** The type that a name at an offset stands for. */
  findType(name: string, offset: number): TypeDefinition | undefined {
    return this.#find(name, offset, (scope, bare) => scope.#types.get(bare));
  }

  findConstant(name: string, offset: number): Located<ConstantSyntax> | undefined {
    return this.#find(name, offset, (scope, bare) => scope.#constants.get(bare));
  }

  findService(name: string, offset: number): Located<ServiceSyntax> | undefined {
    return this.#find(name, offset, (scope, bare) => scope.#services.get(bare));
  }

  /** The type that this file defines under a name without a prefix. */
  ownType(name: string): TypeDefinition | undefined {
    return this.#types.get(name);
  }

  /** What to add to "unknown …" so that its reader knows where to look. */
  explainUnknown(name: string): string {
    const [prefix] = splitName(name);
    if (prefix === undefined || this.#prefixes.has(prefix)) {
      return '';
    }
    return `; this file includes no "${prefix}.thrift"`;
  }

  referenceTo(name: string): DefinitionReference {
    return { file: this.file.path, name };
  }

  /** Files that share a prefix may each define something; compilers disagree on which of them a name means if several do. */
  #find<T>(
    name: string,
    offset: number,
    look: (scope: FileScope, bare: string) => T | undefined,
  ): T | undefined {
    const local = look(this, name);
    if (local !== undefined) {
      return local;
    }
    const [prefix, bare] = splitName(name);
    if (prefix === undefined) {
      return undefined;
    }
    const defining = (this.#prefixes.get(prefix) ?? []).filter(
      (scope) => look(scope, bare) !== undefined,
    );
    const [first, second] = defining;
    if (second !== undefined) {
      const files = defining.map(({ file }) => `"${file.path}"`).join(' and ');
      const message = `"${name}" is ambiguous: ${files} define it; rename one of the files, or include only one`;
      this.#diagnostics.report(this.source, offset, message);
    }
    return first && look(first, bare);
  }

  #addType(definition: TypeDefinition): void {
    this.#add<TypeDefinition>(this.#types, 'type', definition);
  }

  #add<T extends Located<DefinitionSyntax>>(
    known: Map<string, T>,
    what: string,
    definition: T,
  ): void {
    const { name, offset } = definition.syntax;
    const earlier = known.get(name);
    if (earlier === undefined) {
      known.set(name, definition);
      return;
    }
    const { line } = this.source.positionAt(earlier.syntax.offset);
    this.#diagnostics.report(
      this.source,
      offset,
      `${what} "${name}" is already defined in line ${line}`,
    );
  }
}

/** What stands before the last dot, and what behind it. */
export function splitName(name: string): [prefix: string | undefined, bare: string] {
  const dot = name.lastIndexOf('.');
  return dot === -1 ? [undefined, name] : [name.slice(0, dot), name.slice(dot + 1)];
}

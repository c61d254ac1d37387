import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { EnumSyntax, StructSyntax, TypedefSyntax, TypeSyntax } from '../parser/syntax.js';
import { FBTHRIFT } from '../lexer/lexer.js';
import { MAX_NESTING } from '../parser/token-cursor.js';
import type { BaseTypeName, DefinitionReference, TypeSchema } from '../schema/schema.js';
import type { FileScope, Located, TypeDefinition, LinkBudget } from './file-scope.js';

const BASE_TYPES: ReadonlyMap<string, BaseTypeName> = new Map([
  ['bool', 'bool'],
  ['byte', 'i8'],
  ['i8', 'i8'],
  ['i16', 'i16'],
  ['i32', 'i32'],
  ['i64', 'i64'],
  ['double', 'double'],
  ['string', 'string'],
  ['binary', 'binary'],
]);

/** Words that are types to some compilers only; a definition of that name goes first. */
const SOFT_BASE_TYPES: ReadonlyMap<string, BaseTypeName> = new Map([
  ['uuid', 'uuid'],
  ['slist', 'string'],
]);

const MAX_TYPEDEF_CHAIN = 200;

interface Extent {
  readonly nodes: number;
  readonly depth: number;
}

/** Of a type that is made of no others. */
const LEAF: Extent = { nodes: 1, depth: 1 };

/** Turns written types into resolved ones. A type at fault is reported once and is `undefined` afterwards. */
export class TypeLinker {
  /** By path of the file. */
  readonly #scopes: ReadonlyMap<string, FileScope>;
  readonly #budget: LinkBudget;
  readonly #diagnostics: DiagnosticCollector;

  readonly #linked = new Map<TypeSyntax, TypeSchema | undefined>();
  readonly #extents = new Map<TypeSchema, Extent>();
  readonly #openTypedefs: TypedefSyntax[] = [];

  constructor(
    scopes: ReadonlyMap<string, FileScope>,
    budget: LinkBudget,
    diagnostics: DiagnosticCollector,
  ) {
    this.#scopes = scopes;
    this.#budget = budget;
    this.#diagnostics = diagnostics;
  }

  /** The struct that a resolved type refers to. */
  structOf(ref: DefinitionReference): Located<StructSyntax> {
    const definition = this.#scopes.get(ref.file)?.ownType(ref.name);
    if (definition?.kind !== 'struct') {
      throw new TypeError(`${ref.name} is not a struct`);
    }
    return definition;
  }

  /** The enum that a resolved type refers to. */
  enumOf(ref: DefinitionReference): Located<EnumSyntax> {
    const definition = this.#scopes.get(ref.file)?.ownType(ref.name);
    if (definition?.kind !== 'enum') {
      throw new TypeError(`${ref.name} is not an enum`);
    }
    return definition;
  }

  link(scope: FileScope, syntax: TypeSyntax): TypeSchema | undefined {
    if (this.#linked.has(syntax)) {
      return this.#linked.get(syntax);
    }
    const type = this.#annotate(this.#resolve(scope, syntax), syntax);
    if (type !== undefined) {
      this.#measure(scope, syntax, type);
    }
    this.#linked.set(syntax, type);
    return type;
  }

  #resolve(scope: FileScope, syntax: TypeSyntax): TypeSchema | undefined {
    switch (syntax.kind) {
      case 'named':
        return this.#resolveName(scope, syntax.name, syntax.offset);
      case 'map': {
        const key = this.link(scope, syntax.key);
        const value = this.link(scope, syntax.value);
        return key && value && { kind: 'map', key, value };
      }
      default: {
        const element = this.link(scope, syntax.element);
        return element && { kind: syntax.kind, element };
      }
    }
  }

  #resolveName(scope: FileScope, name: string, offset: number): TypeSchema | undefined {
    const base = BASE_TYPES.get(name);
    if (base !== undefined) {
      return { kind: base };
    }
    const definition = scope.findType(name, offset);
    if (definition !== undefined) {
      return this.#resolveDefinition(definition, scope, offset);
    }
    const soft = SOFT_BASE_TYPES.get(name);
    if (soft !== undefined) {
      return { kind: soft };
    }
    this.#diagnostics.report(scope.source, offset, explainUnknownType(name, scope));
    return undefined;
  }

  #resolveDefinition(
    definition: TypeDefinition,
    from: FileScope,
    offset: number,
  ): TypeSchema | undefined {
    const { kind, scope, syntax } = definition;
    const ref = scope.referenceTo(syntax.name);
    if (kind !== 'typedef') {
      return { kind, ref };
    }
    const target = this.#resolveTypedef(definition, from, offset);
    return target && { ...target, alias: ref };
  }

  #resolveTypedef(
    { scope, syntax }: Located<TypedefSyntax>,
    from: FileScope,
    offset: number,
  ): TypeSchema | undefined {
    if (this.#openTypedefs.includes(syntax)) {
      this.#diagnostics.report(from.source, offset, `typedef "${syntax.name}" refers to itself`);
      return undefined;
    }
    if (this.#openTypedefs.length >= MAX_TYPEDEF_CHAIN) {
      this.#diagnostics.fail(
        from.source,
        offset,
        `more than ${MAX_TYPEDEF_CHAIN} typedefs refer to each other`,
      );
    }
    this.#openTypedefs.push(syntax);
    const target = this.link(scope, syntax.type);
    this.#openTypedefs.pop();
    return target;
  }

  /** What stands at the use of a typedef goes over what stands in it. */
  #annotate(type: TypeSchema | undefined, { annotations }: TypeSyntax): TypeSchema | undefined {
    if (type === undefined || annotations === undefined) {
      return type;
    }
    return { ...type, annotations: { ...type.annotations, ...annotations } };
  }

  #measure({ source }: FileScope, { offset }: TypeSyntax, type: TypeSchema): void {
    const extent = this.#extentOf(type);
    if (extent.depth > MAX_NESTING) {
      this.#diagnostics.fail(source, offset, `type nested more than ${MAX_NESTING} levels deep`);
    }
    this.#budget.spend(extent.nodes, source, offset);
    if (extent !== LEAF) {
      this.#extents.set(type, extent);
    }
  }

  #extentOf(type: TypeSchema): Extent {
    const known = this.#extents.get(type);
    if (known !== undefined) {
      return known;
    }
    if (type.kind === 'map') {
      const key = this.#extentOf(type.key);
      const value = this.#extentOf(type.value);
      return { nodes: 1 + key.nodes + value.nodes, depth: 1 + Math.max(key.depth, value.depth) };
    }
    if (type.kind !== 'list' && type.kind !== 'set') {
      return LEAF;
    }
    const element = this.#extentOf(type.element);
    return { nodes: 1 + element.nodes, depth: 1 + element.depth };
  }
}

function explainUnknownType(name: string, scope: FileScope): string {
  switch (name) {
    case 'void':
      return '"void" is only a result';
    case 'float':
      return `unknown type "float": it belongs to ${FBTHRIFT}; use double`;
    default:
      return `unknown type "${name}"${scope.explainUnknown(name)}`;
  }
}

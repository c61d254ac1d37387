import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { FieldSyntax, StructSyntax } from '../parser/syntax.js';
import type { FieldSchema, Requiredness } from '../schema/schema.js';
import { assignFieldIds, type ImplicitFieldIds } from './field-ids.js';
import type { FileScope } from './file-scope.js';
import type { TypeLinker } from './type-linker.js';
import type { ValueLinker } from './value-linker.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What fields are fields of. */
export type FieldOwnerKind = StructSyntax['kind'] | 'parameters' | 'throws';

export interface FieldOwner {
  readonly kind: FieldOwnerKind;
  /** As messages call it. */
  readonly title: string;
  readonly scope: FileScope;
}

export class FieldLinker {
  readonly #types: TypeLinker;
  readonly #values: ValueLinker;
  readonly #implicitFieldIds: ImplicitFieldIds | undefined;
  readonly #diagnostics: DiagnosticCollector;

  constructor(
    types: TypeLinker,
    values: ValueLinker,
    implicitFieldIds: ImplicitFieldIds | undefined,
    diagnostics: DiagnosticCollector,
  ) {
    this.#types = types;
    this.#values = values;
    this.#implicitFieldIds = implicitFieldIds;
    this.#diagnostics = diagnostics;
  }

  /** The fields in their order; those at fault are reported and left out. */
  link(owner: FieldOwner, fields: readonly FieldSyntax[]): FieldSchema[] {
    const { title, scope } = owner;
    const ids = assignFieldIds(title, scope, fields, this.#implicitFieldIds, this.#diagnostics);
    this.#checkOwner(owner, fields);
    return fields
      .map((field, index) => this.#linkField(owner, field, ids[index] ?? 0))
      .filter((field) => field !== undefined);
  }

  #linkField(owner: FieldOwner, field: FieldSyntax, id: number): FieldSchema | undefined {
    const { scope } = owner;
    const type = this.#types.link(scope, field.type);
    if (type === undefined) {
      return undefined;
    }
    if (owner.kind === 'throws') {
      this.#checkThrown(scope, field, id);
    }
    const defaultValue =
      field.defaultValue && this.#values.defaultValue(scope, field.defaultValue, type);
    // Written out, not spread from describeDefinition: most of a schema is fields, and spreading took most of linking them.
    const linked: Writable<FieldSchema> = {
      name: field.name,
      annotations: field.annotations,
      position: scope.source.positionAt(field.offset),
      id,
      type,
      requiredness: requirednessIn(owner.kind, field.requiredness),
    };
    if (field.doc !== undefined) {
      linked.doc = field.doc;
    }
    if (defaultValue !== undefined) {
      linked.defaultValue = defaultValue;
    }
    return linked;
  }

  #checkOwner({ kind, title, scope }: FieldOwner, fields: readonly FieldSyntax[]): void {
    if (kind !== 'union') {
      return;
    }
    const [, second] = fields.filter(({ defaultValue }) => defaultValue !== undefined);
    if (second === undefined) {
      return;
    }
    const message = `${title} may have one default value, "${second.name}" has another`;
    this.#diagnostics.report(scope.source, second.offset, message);
  }

  #checkThrown(scope: FileScope, field: FieldSyntax, id: number): void {
    const type = this.#types.link(scope, field.type);
    const thrown = type?.kind === 'struct' ? this.#types.structOf(type.ref).syntax : undefined;
    const { source } = scope;
    if (thrown?.kind !== 'exception') {
      this.#diagnostics.report(source, field.type.offset, 'only exceptions can be thrown');
    }
    if (id === 0) {
      this.#diagnostics.report(source, field.offset, 'id 0 belongs to the result');
    }
  }
}

function requirednessIn(kind: FieldOwnerKind, written: Requiredness): Requiredness {
  switch (kind) {
    case 'union':
    case 'throws':
      return 'optional';
    default:
      return written;
  }
}

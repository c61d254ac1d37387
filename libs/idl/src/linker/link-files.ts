import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { LoadedFile } from '../parser/syntax.js';
import type { FileSchema, Schema } from '../schema/schema.js';
import { describeDefinition, FileScope, LinkBudget } from './file-scope.js';
import { EnumLinker } from './enum-linker.js';
import type { ImplicitFieldIds } from './field-ids.js';
import { FieldLinker } from './field-linker.js';
import { LiteralExtents } from './literal-extents.js';
import { ServiceLinker } from './service-linker.js';
import { TypeLinker } from './type-linker.js';
import { ValueLinker } from './value-linker.js';

/** How names and numbers that the IDL leaves open are settled. */
export interface LinkOptions {
  /**
   * How fields without an id are numbered: as the Apache compiler does or as Kitex does. They differ, so peers would skip
   * each other's fields. @defaultValue none: such fields are faults
   */
  readonly implicitFieldIds?: ImplicitFieldIds | undefined;
}

/** Links files, included ones first, to a schema whose root is the last of them. Collects all faults before it gives up. */
export function linkFiles(
  files: readonly LoadedFile[],
  diagnostics: DiagnosticCollector,
  { implicitFieldIds }: LinkOptions = {},
): Schema {
  const scopes = new Map<string, FileScope>();
  for (const file of files) {
    const includes = file.includes.flatMap(({ path }) => scopes.get(path) ?? []);
    scopes.set(file.path, new FileScope(file, includes, diagnostics));
  }
  const budget = new LinkBudget(diagnostics);
  const linker = new FileLinker(scopes, implicitFieldIds, budget, diagnostics);
  const linked = [...scopes.values()].map((scope) => [scope, linker.link(scope)] as const);
  // What is faulty is left out of the schema, so that literals could not be followed.
  diagnostics.throwIfAny();
  const linkedFiles = linked.map(([, file]) => file);
  const extents = new LiteralExtents(linkedFiles, budget, diagnostics);
  for (const [scope, file] of linked) {
    extents.check(file, scope.source);
  }
  diagnostics.throwIfAny();
  return {
    root: files.at(-1)?.path ?? '',
    files: Object.fromEntries(linkedFiles.map((file) => [file.path, file])),
  };
}

class FileLinker {
  readonly #types: TypeLinker;
  readonly #enums: EnumLinker;
  readonly #values: ValueLinker;
  readonly #fields: FieldLinker;
  readonly #services: ServiceLinker;

  constructor(
    scopes: ReadonlyMap<string, FileScope>,
    implicitFieldIds: ImplicitFieldIds | undefined,
    budget: LinkBudget,
    diagnostics: DiagnosticCollector,
  ) {
    this.#types = new TypeLinker(scopes, budget, diagnostics);
    this.#enums = new EnumLinker(this.#types, diagnostics);
    this.#values = new ValueLinker(this.#types, this.#enums, budget, diagnostics);
    this.#fields = new FieldLinker(this.#types, this.#values, implicitFieldIds, diagnostics);
    this.#services = new ServiceLinker(this.#types, this.#fields, diagnostics);
  }

  link(scope: FileScope): FileSchema {
    const { file } = scope;
    const { doc, namespaces, typedefs, constants, enums, structs, services } = file.document;
    return {
      path: file.path,
      name: file.prefix,
      ...(doc === undefined ? {} : { doc }),
      namespaces: Object.fromEntries(namespaces),
      includes: file.includes.map(({ prefix, path }) => ({ prefix, path })),
      typedefs: typedefs.flatMap((syntax) => {
        const type = this.#types.link(scope, syntax.type);
        return type ? [{ ...describeDefinition(scope, syntax), type }] : [];
      }),
      constants: constants.flatMap((syntax) => {
        const type = this.#types.link(scope, syntax.type);
        const value = this.#values.constant({ scope, syntax });
        return type && value ? [{ ...describeDefinition(scope, syntax), type, value }] : [];
      }),
      enums: enums.map((syntax) => ({
        ...describeDefinition(scope, syntax),
        members: [...this.#enums.members({ scope, syntax }).values()],
      })),
      structs: structs.map((syntax) => {
        const owner = { kind: syntax.kind, title: `${syntax.kind} "${syntax.name}"`, scope };
        const fields = this.#fields.link(owner, syntax.fields);
        return { ...describeDefinition(scope, syntax), kind: syntax.kind, fields };
      }),
      services: services.map((syntax) => this.#services.link({ scope, syntax })),
    };
  }
}

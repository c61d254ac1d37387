import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { EnumSyntax } from '../parser/syntax.js';
import type { DefinitionReference, EnumMemberSchema } from '../schema/schema.js';
import { describeDefinition, splitName, type FileScope, type Located } from './file-scope.js';
import type { TypeLinker } from './type-linker.js';

const MIN_I32 = -(2 ** 31);
const MAX_I32 = 2 ** 31 - 1;

/** Members of an enum by name. */
type Members = ReadonlyMap<string, EnumMemberSchema>;

/** Numbers the members of enums and finds them by name. */
export class EnumLinker {
  readonly #types: TypeLinker;
  readonly #diagnostics: DiagnosticCollector;

  readonly #linked = new Map<EnumSyntax, Members>();

  constructor(types: TypeLinker, diagnostics: DiagnosticCollector) {
    this.#types = types;
    this.#diagnostics = diagnostics;
  }

  members({ scope, syntax }: Located<EnumSyntax>): Members {
    const known = this.#linked.get(syntax);
    if (known !== undefined) {
      return known;
    }
    const members = new Map<string, EnumMemberSchema>();
    const report = (offset: number, message: string): void =>
      this.#diagnostics.report(scope.source, offset, message);
    let next = 0;
    for (const member of syntax.members) {
      const value = member.value === undefined ? next : Number(member.value);
      if (members.has(member.name)) {
        report(member.offset, `enum "${syntax.name}" has "${member.name}" twice`);
      } else if (value < MIN_I32 || value > MAX_I32) {
        const shown = member.value ?? value;
        report(member.offset, `"${syntax.name}.${member.name}" = ${shown} does not fit 32 bits`);
      }
      members.set(member.name, { ...describeDefinition(scope, member), value });
      next = value + 1;
    }
    this.#linked.set(syntax, members);
    return members;
  }

  /** The member that `E.A`, `file.E.A` or, through a typedef, `Alias.A` stands for. */
  find(scope: FileScope, name: string, offset: number): EnumMemberSchema | undefined {
    const [typeName, memberName] = splitName(name);
    const definition = typeName === undefined ? undefined : scope.findType(typeName, offset);
    if (definition?.kind === 'enum') {
      return this.members(definition).get(memberName);
    }
    if (definition?.kind !== 'typedef') {
      return undefined;
    }
    const type = this.#types.link(definition.scope, definition.syntax.type);
    return type?.kind === 'enum' ? this.#membersOf(type.ref).get(memberName) : undefined;
  }

  /** The member of a known enum that the last part of a dotted name stands for. */
  memberNamed(ref: DefinitionReference, name: string): EnumMemberSchema | undefined {
    const [typeName, memberName] = splitName(name);
    return typeName === undefined ? undefined : this.#membersOf(ref).get(memberName);
  }

  #membersOf(ref: DefinitionReference): Members {
    return this.members(this.#types.enumOf(ref));
  }
}

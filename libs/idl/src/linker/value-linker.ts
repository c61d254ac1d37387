import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { ConstantSyntax, StructSyntax, ValueSyntax } from '../parser/syntax.js';
import { MAX_NESTING } from '../parser/token-cursor.js';
import type {
  ConstantEntry,
  ConstantValue,
  DefinitionReference,
  TypeSchema,
} from '../schema/schema.js';
import type { SourceText } from '../source/source-text.js';
import type { EnumLinker } from './enum-linker.js';
import type { FileScope, Located, LinkBudget } from './file-scope.js';
import { describeValue, scalarValue } from './scalar-values.js';
import type { TypeLinker } from './type-linker.js';

const MAX_DEPTH = 2 * MAX_NESTING;
const BOOLEANS: ReadonlyMap<string, bigint> = new Map([
  ['true', 1n],
  ['false', 0n],
]);

/** Where a value is written, and how it was reached. */
interface Place {
  /** Whose names the value uses. */
  readonly scope: FileScope;
  /** Constants being evaluated, each referring to the next. */
  readonly trail: readonly ConstantSyntax[];
  readonly depth: number;
  /** The reference by which a constant was reached: faults of type are its, not the constant's. */
  readonly reference?: { readonly source: SourceText; readonly offset: number };
}

type Linked = ConstantValue | undefined;

/** Checks values against their types and replaces names by what they mean. A value at fault is reported and `undefined`. */
export class ValueLinker {
  readonly #types: TypeLinker;
  readonly #enums: EnumLinker;
  readonly #budget: LinkBudget;
  readonly #diagnostics: DiagnosticCollector;

  readonly #constants = new Map<ConstantSyntax, Linked>();

  constructor(
    types: TypeLinker,
    enums: EnumLinker,
    budget: LinkBudget,
    diagnostics: DiagnosticCollector,
  ) {
    this.#types = types;
    this.#enums = enums;
    this.#budget = budget;
    this.#diagnostics = diagnostics;
  }

  /** The value of a constant. */
  constant({ scope, syntax }: Located<ConstantSyntax>): Linked {
    return this.#evaluate(scope, syntax, { scope, trail: [], depth: 0 });
  }

  /** The default value of a field. */
  defaultValue(scope: FileScope, syntax: ValueSyntax, type: TypeSchema): Linked {
    return this.#value(syntax, type, { scope, trail: [], depth: 0 });
  }

  #evaluate(scope: FileScope, syntax: ConstantSyntax, from: Place): Linked {
    if (this.#constants.has(syntax)) {
      return this.#constants.get(syntax);
    }
    const type = this.#types.link(scope, syntax.type);
    const place = { scope, trail: [...from.trail, syntax], depth: from.depth };
    const value = type && this.#value(syntax.value, type, place);
    this.#constants.set(syntax, value);
    return value;
  }

  #value(syntax: ValueSyntax, type: TypeSchema, outer: Place): Linked {
    const { scope } = outer;
    this.#budget.spend(1, scope.source, syntax.offset);
    const place = { ...outer, depth: outer.depth + 1 };
    if (place.depth > MAX_DEPTH) {
      const message = `constants refer to each other more than ${MAX_DEPTH} levels deep`;
      this.#diagnostics.fail(scope.source, syntax.offset, message);
    }
    if (syntax.kind === 'name') {
      return this.#named(syntax.name, syntax.offset, type, place);
    }
    switch (type.kind) {
      case 'list':
      case 'set':
        return this.#list(syntax, type, place);
      case 'map':
        return this.#map(syntax, type, place);
      case 'struct':
        return this.#struct(syntax, type.ref, place);
      case 'enum':
        return this.#enumNumber(syntax, type.ref, place);
      default: {
        const value = scalarValue(type.kind, syntax);
        return typeof value === 'string' ? this.#report(place, syntax.offset, value) : value;
      }
    }
  }

  #named(name: string, offset: number, type: TypeSchema, place: Place): Linked {
    const constant = place.scope.findConstant(name, offset);
    if (constant !== undefined) {
      return this.#follow(constant, offset, type, place);
    }
    const boolean = BOOLEANS.get(name);
    if (boolean !== undefined) {
      return this.#value({ kind: 'integer', value: boolean, offset }, type, place);
    }
    const found = this.#enums.find(place.scope, name, offset);
    if (type.kind === 'enum') {
      const expected = this.#enums.memberNamed(type.ref, name);
      // Apache asks no more than that the enum has a member of that name.
      if (expected !== undefined && (found === undefined || found.value === expected.value)) {
        return { kind: 'enum', value: expected.value, member: expected.name };
      }
      const example = `"${type.ref.name}.NAME"`;
      return this.#report(
        place,
        offset,
        `"${name}" is not a member of the enum, written ${example}`,
      );
    }
    if (found !== undefined) {
      return this.#value({ kind: 'integer', value: BigInt(found.value), offset }, type, place);
    }
    const hint = place.scope.explainUnknown(name);
    return this.#report(place, offset, `unknown constant "${name}"${hint}`);
  }

  /** The constant must be valid itself; then its value is converted again for the type it is used as. */
  #follow(
    { scope, syntax }: Located<ConstantSyntax>,
    offset: number,
    type: TypeSchema,
    place: Place,
  ): Linked {
    if (place.trail.includes(syntax)) {
      return this.#report(place, offset, `constant "${syntax.name}" refers to itself`);
    }
    if (this.#evaluate(scope, syntax, place) === undefined) {
      return undefined;
    }
    const reference = place.reference ?? { source: place.scope.source, offset };
    return this.#value(syntax.value, type, { ...place, scope, reference });
  }

  #list(syntax: ValueSyntax, type: TypeSchema & { element: TypeSchema }, place: Place): Linked {
    if (isEmpty(syntax)) {
      return { kind: 'list', values: [] };
    }
    if (syntax.kind !== 'list') {
      return this.#mismatch(syntax, `a ${type.kind}`, place);
    }
    const values = syntax.values.map((value) => this.#value(value, type.element, place));
    const linked = values.filter((value) => value !== undefined);
    return { kind: 'list', values: type.kind === 'set' ? distinct(linked) : linked };
  }

  #map(
    syntax: ValueSyntax,
    type: TypeSchema & { key: TypeSchema; value: TypeSchema },
    place: Place,
  ): Linked {
    if (isEmpty(syntax)) {
      return { kind: 'map', entries: [] };
    }
    if (syntax.kind !== 'map') {
      return this.#mismatch(syntax, 'a map', place);
    }
    const entries = syntax.entries.flatMap((entry) => {
      const key = this.#value(entry.key, type.key, place);
      const value = this.#value(entry.value, type.value, place);
      return key && value ? [{ key, value }] : [];
    });
    return { kind: 'map', entries: lastOfEachKey(entries) };
  }

  #struct(syntax: ValueSyntax, ref: DefinitionReference, place: Place): Linked {
    if (syntax.kind !== 'map') {
      return this.#mismatch(syntax, `a "${ref.name}"`, place);
    }
    const definition = this.#types.structOf(ref);
    const written = this.#fieldValues(syntax.entries, definition.syntax, place);
    const fields = definition.syntax.fields.flatMap((field) => {
      const value = written.get(field.name);
      const type = value && this.#types.link(definition.scope, field.type);
      const linked = type && this.#value(value, type, place);
      return linked ? [[field.name, linked] as const] : [];
    });
    if (definition.syntax.kind === 'union' && written.size > 1) {
      return this.#report(place, syntax.offset, `union "${ref.name}" holds one field only`);
    }
    if (definition.syntax.kind === 'union' && written.size === 0) {
      return this.#report(place, syntax.offset, `union "${ref.name}" needs one field`);
    }
    return { kind: 'struct', fields: Object.fromEntries(fields) };
  }

  #fieldValues(
    entries: (ValueSyntax & { kind: 'map' })['entries'],
    struct: StructSyntax,
    place: Place,
  ): Map<string, ValueSyntax> {
    const names = new Set(struct.fields.map(({ name }) => name));
    const values = new Map<string, ValueSyntax>();
    for (const { key, value } of entries) {
      const name = key.kind === 'string' ? key.value : undefined;
      if (name === undefined || !names.has(name)) {
        this.#report(place, key.offset, `"${struct.name}" has no field ${describeValue(key)}`);
      } else if (values.has(name)) {
        this.#report(place, key.offset, `field "${name}" has a value already`);
      } else {
        values.set(name, value);
      }
    }
    return values;
  }

  #enumNumber(syntax: ValueSyntax, ref: DefinitionReference, place: Place): Linked {
    if (syntax.kind !== 'integer') {
      return this.#mismatch(syntax, `a member of "${ref.name}"`, place);
    }
    if (BigInt.asIntN(32, syntax.value) === syntax.value) {
      return { kind: 'enum', value: Number(syntax.value) };
    }
    return this.#report(place, syntax.offset, `${syntax.value} does not fit an enum`);
  }

  #mismatch(syntax: ValueSyntax, what: string, place: Place): undefined {
    return this.#report(place, syntax.offset, `${describeValue(syntax)} is not ${what}`);
  }

  #report(place: Place, offset: number, message: string): undefined {
    const { source, offset: at } = place.reference ?? { source: place.scope.source, offset };
    this.#diagnostics.report(source, at, message);
  }
}

/** Both `[]` and `{}` are written for "nothing in it". */
function isEmpty(syntax: ValueSyntax): boolean {
  if (syntax.kind === 'list') {
    return syntax.values.length === 0;
  }
  return syntax.kind === 'map' && syntax.entries.length === 0;
}

/** Of entries with the same key the last one counts, as for both compilers; it takes the place of the first. */
function lastOfEachKey(entries: readonly ConstantEntry[]): ConstantEntry[] {
  return [...new Map(entries.map((entry) => [identity(entry.key), entry])).values()];
}

function distinct(values: readonly ConstantValue[]): ConstantValue[] {
  return [...new Map(values.map((value) => [identity(value), value])).values()];
}

/** One text for equal values: an enum constant equals the number that it stands for. */
function identity(value: ConstantValue): string {
  return JSON.stringify(value, (key, part: unknown) =>
    key === 'member' && typeof part === 'string' ? undefined : part,
  );
}

import type {
  ConstantSchema,
  DefinitionReference,
  Schema,
  ServiceSchema,
  SourcePosition,
  StructSchema,
} from '../schema/schema.js';
import { DefinitionPairs } from './definition-pairs.js';
import type { Incompatibility } from './compatibility-rule.js';
import { COMPATIBILITY_RULES, type CompatibilityRuleName } from './rules/index.js';
import { typeDefinitions, type TypeDefinition } from './type-definition.js';

/** A place in one of the versions. */
export interface Place {
  readonly version: 'old' | 'new';
  readonly file: string;
  readonly position?: SourcePosition;
}

const RULES = new Map(COMPATIBILITY_RULES.map((rule) => [rule.name, rule]));

/** Two versions next to each other, and what was found so far. */
export class Comparison {
  readonly types: DefinitionPairs<TypeDefinition>;
  readonly services: DefinitionPairs<ServiceSchema>;
  readonly constants: DefinitionPairs<ConstantSchema>;
  readonly found: Incompatibility[] = [];
  readonly #structs: Readonly<Record<'old' | 'new', ReadonlyMap<string, StructSchema>>>;

  constructor(
    readonly oldSchema: Schema,
    readonly newSchema: Schema,
    readonly newPathOf: (oldPath: string) => string,
  ) {
    this.#structs = { old: structsByKey(oldSchema), new: structsByKey(newSchema) };
    this.types = new DefinitionPairs(oldSchema, newSchema, newPathOf, typeDefinitions);
    this.services = new DefinitionPairs(oldSchema, newSchema, newPathOf, (file) => file.services);
    this.constants = new DefinitionPairs(oldSchema, newSchema, newPathOf, (file) => file.constants);
  }

  report(name: CompatibilityRuleName, { version, file, position }: Place, message: string): void {
    const rule = RULES.get(name);
    if (rule === undefined) {
      throw new RangeError(`there is no rule "${name}"`);
    }
    this.found.push({
      rule,
      message,
      version,
      file,
      ...(position === undefined ? {} : { position }),
    });
  }

  /** The struct that a reference of one of the versions names. */
  structOf(version: 'old' | 'new', { file, name }: DefinitionReference): StructSchema {
    const struct = this.#structs[version].get(`${file}\0${name}`);
    if (struct === undefined) {
      throw new RangeError(`there is no struct "${name}" in "${file}"`);
    }
    return struct;
  }

  /** Whether two references mean the same type in the two versions. */
  isSameType(old: DefinitionReference, now: DefinitionReference): boolean {
    const pair = this.types.newOf(old);
    return pair !== undefined && pair.file === now.file && pair.definition.name === now.name;
  }
}

/** Looking through all structs of a file for each reference takes long in large ones. */
function structsByKey({ files }: Schema): Map<string, StructSchema> {
  const structs = Object.values(files).flatMap((file) =>
    file.structs.map((struct) => [`${file.path}\0${struct.name}`, struct] as const),
  );
  return new Map(structs);
}

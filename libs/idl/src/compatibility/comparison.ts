import type {
  ConstantSchema,
  DefinitionReference,
  Schema,
  ServiceSchema,
  SourcePosition,
} from '../schema/schema.js';
import { DefinitionPairs } from './definition-pairs.js';
import type { Incompatibility } from './incompatibility.js';
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

  constructor(
    readonly oldSchema: Schema,
    readonly newSchema: Schema,
    readonly newPathOf: (oldPath: string) => string,
  ) {
    this.types = new DefinitionPairs(oldSchema, newSchema, newPathOf, typeDefinitions);
    this.services = new DefinitionPairs(oldSchema, newSchema, newPathOf, (file) => file.services);
    this.constants = new DefinitionPairs(oldSchema, newSchema, newPathOf, (file) => file.constants);
  }

  report(name: CompatibilityRuleName, { version, file, position }: Place, message: string): void {
    const rule = RULES.get(name);
    if (rule === undefined) throw new RangeError(`there is no rule "${name}"`);
    this.found.push({
      rule,
      message,
      version,
      file,
      ...(position === undefined ? {} : { position }),
    });
  }

  /** Whether two references mean the same type in the two versions. */
  isSameType(old: DefinitionReference, now: DefinitionReference): boolean {
    const pair = this.types.newOf(old);
    return pair !== undefined && pair.file === now.file && pair.definition.name === now.name;
  }
}

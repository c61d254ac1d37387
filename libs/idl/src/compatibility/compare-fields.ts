import type { FieldSchema } from '../schema/schema.js';
import { compareTypes } from './compare-types.js';
import type { Comparison, Place } from './comparison.js';
import { renderChange, renderValue } from './render-type.js';
import type { CompatibilityRuleName } from './rules/index.js';

/** What the fields of both versions are fields of. */
export interface FieldOwner {
  readonly kind: 'struct' | 'union' | 'parameters' | 'throws';
  /** As messages call it, such as `struct "User"`. */
  readonly title: string;
  readonly oldFile: string;
  readonly newFile: string;
}

/** Finds what broke between two lists of fields. */
export function compareFields(
  comparison: Comparison,
  owner: FieldOwner,
  oldFields: readonly FieldSchema[],
  newFields: readonly FieldSchema[],
): void {
  new FieldComparer(comparison, owner, oldFields, newFields).compare();
}

class FieldComparer {
  readonly #comparison: Comparison;
  readonly #owner: FieldOwner;
  readonly #oldFields: readonly FieldSchema[];
  readonly #newFields: readonly FieldSchema[];

  readonly #newById: ReadonlyMap<number, FieldSchema>;
  readonly #newByName: ReadonlyMap<string, FieldSchema>;
  readonly #oldById: ReadonlyMap<number, FieldSchema>;
  readonly #oldNames: ReadonlySet<string>;

  constructor(
    comparison: Comparison,
    owner: FieldOwner,
    oldFields: readonly FieldSchema[],
    newFields: readonly FieldSchema[],
  ) {
    this.#comparison = comparison;
    this.#owner = owner;
    this.#oldFields = oldFields;
    this.#newFields = newFields;

    this.#newById = new Map(newFields.map((field) => [field.id, field]));
    this.#newByName = new Map(newFields.map((field) => [field.name, field]));
    this.#oldById = new Map(oldFields.map((field) => [field.id, field]));
    this.#oldNames = new Set(oldFields.map(({ name }) => name));
  }

  compare(): void {
    for (const old of this.#oldFields) {
      this.#compareOld(old);
    }
    for (const now of this.#newFields) {
      if (!this.#oldById.has(now.id) && !this.#oldNames.has(now.name)) {
        this.#reportAdded(now);
      }
    }
  }

  #compareOld(old: FieldSchema): void {
    const sameId = this.#newById.get(old.id);
    if (sameId?.name === old.name) {
      return this.#compareContent(old, sameId);
    }
    const sameName = this.#newByName.get(old.name);
    if (sameName !== undefined) {
      const message = `"${old.name}" of ${this.#owner.title} has id ${sameName.id}, it was ${old.id}`;
      this.#report('field-id-changed', this.#newPlace(sameName), message);
      if (sameId !== undefined && !this.#oldNames.has(sameId.name)) {
        this.#reportReused(old, sameId);
      }
      return;
    }
    if (sameId === undefined) {
      return this.#reportRemoved(old);
    }
    // A field that was there under another id is reported as such.
    if (this.#oldNames.has(sameId.name)) {
      return this.#reportRemoved(old);
    }
    this.#compareRenamed(old, sameId);
  }

  /** Another name for the same id: a new name if the type is the same, a new field if it is not. */
  #compareRenamed(old: FieldSchema, now: FieldSchema): void {
    if (compareTypes(this.#comparison, old.type, now.type) === 'wire') {
      this.#reportReused(old, now);
      return;
    }
    if (this.#owner.kind !== 'throws') {
      const message = `field ${now.id} of ${this.#owner.title} is called "${now.name}", it was "${old.name}"`;
      this.#report('field-renamed', this.#newPlace(now), message);
    }
    this.#compareContent(old, now);
  }

  #compareContent(old: FieldSchema, now: FieldSchema): void {
    const change = compareTypes(this.#comparison, old.type, now.type);
    if (change !== 'none') {
      const rule = change === 'wire' ? 'field-type-changed' : 'declared-type-changed';
      this.#reportAt(rule, now, `changes ${renderChange(old.type, now.type)}`);
    }
    this.#compareRequiredness(old, now);
    const [before, after] = [renderValue(old.defaultValue), renderValue(now.defaultValue)];
    if (change !== 'wire' && before !== after) {
      this.#reportAt('default-changed', now, `has the default ${after}, it was ${before}`);
    }
  }

  #compareRequiredness({ requiredness: old }: FieldSchema, now: FieldSchema): void {
    const { requiredness } = now;
    if (old === requiredness) {
      return;
    }
    if (requiredness === 'required') {
      this.#reportAt('field-made-required', now, `is required, it was ${shownWord(old)}`);
    } else if (old === 'required') {
      this.#reportAt(
        'field-no-longer-required',
        now,
        `is ${shownWord(requiredness)}, it was required`,
      );
    } else {
      const message = `is ${shownWord(requiredness)}, it was ${shownWord(old)}`;
      this.#reportAt('field-requiredness-changed', now, message);
    }
  }

  #reportAdded(now: FieldSchema): void {
    const rule = ruleForAdded(this.#owner.kind, now);
    if (rule !== undefined) {
      this.#reportAt(rule, now, 'is new');
    }
  }

  #reportRemoved(old: FieldSchema): void {
    const { title, oldFile: file } = this.#owner;
    const place = { version: 'old', file, position: old.position } as const;
    this.#report(ruleForRemoved(this.#owner.kind, old), place, `"${old.name}" of ${title} is gone`);
  }

  #reportReused(old: FieldSchema, now: FieldSchema): void {
    this.#reportAt('field-id-reused', now, `has id ${now.id}, which was that of "${old.name}"`);
  }

  #reportAt(rule: CompatibilityRuleName, now: FieldSchema, what: string): void {
    this.#report(rule, this.#newPlace(now), `"${now.name}" of ${this.#owner.title} ${what}`);
  }

  #report(rule: CompatibilityRuleName, place: Place, message: string): void {
    this.#comparison.report(rule, place, message);
  }

  #newPlace({ position }: FieldSchema): Place {
    return { version: 'new', file: this.#owner.newFile, position };
  }
}

function ruleForAdded(
  kind: FieldOwner['kind'],
  { requiredness }: FieldSchema,
): CompatibilityRuleName | undefined {
  if (kind === 'union') {
    return 'union-member-added';
  }
  if (kind === 'throws') {
    return 'exception-added';
  }
  if (requiredness === 'required') {
    return 'required-field-added';
  }
  return kind === 'parameters' ? 'argument-added' : undefined;
}

function ruleForRemoved(
  kind: FieldOwner['kind'],
  { requiredness }: FieldSchema,
): CompatibilityRuleName {
  if (kind === 'union') {
    return 'union-member-removed';
  }
  if (kind === 'throws') {
    return 'exception-removed';
  }
  return requiredness === 'required' ? 'required-field-removed' : 'field-removed';
}

function shownWord(requiredness: FieldSchema['requiredness']): string {
  return requiredness === 'default' ? 'neither required nor optional' : requiredness;
}

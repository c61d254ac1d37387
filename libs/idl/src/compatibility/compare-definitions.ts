import type { StructSchema, TypedefSchema } from '../schema/schema.js';
import { compareEnums } from './compare-enums.js';
import { compareFields } from './compare-fields.js';
import { compareTypes } from './compare-types.js';
import type { Comparison } from './comparison.js';
import type { Placed } from './definition-pairs.js';
import { renderChange, renderValue } from './render-type.js';
import { oneSuch, wordFor, type TypeDefinition } from './type-definition.js';

/** Finds what broke among the types of the old version. */
export function compareTypeDefinitions(comparison: Comparison): void {
  for (const old of comparison.types.old) {
    const { name, position } = old.definition;
    const title = `${wordFor(old.definition)} "${name}"`;
    const now = comparison.types.newOf({ file: old.file, name });
    if (now === undefined) {
      comparison.report(
        'type-removed',
        { version: 'old', file: old.file, position },
        `${title} is gone`,
      );
      continue;
    }
    reportMove(comparison, title, old, now);
    comparePair(comparison, old, now);
  }
}

/** Finds what broke among the constants of the old version. */
export function compareConstants(comparison: Comparison): void {
  for (const old of comparison.constants.old) {
    const { name, position, type, value } = old.definition;
    const title = `constant "${name}"`;
    const now = comparison.constants.newOf({ file: old.file, name });
    if (now === undefined) {
      comparison.report(
        'constant-removed',
        { version: 'old', file: old.file, position },
        `${title} is gone`,
      );
      continue;
    }
    reportMove(comparison, title, old, now);
    const place = { version: 'new', file: now.file, position: now.definition.position } as const;
    if (compareTypes(comparison, type, now.definition.type) !== 'none') {
      const message = `${title} changes ${renderChange(type, now.definition.type)}`;
      comparison.report('declared-type-changed', place, message);
    }
    const [before, after] = [renderValue(value), renderValue(now.definition.value)];
    if (before !== after) {
      comparison.report('constant-changed', place, `${title} is ${after}, it was ${before}`);
    }
  }
}

/** Tells if a definition is in another file than before. */
export function reportMove(
  comparison: Comparison,
  title: string,
  old: Placed<object>,
  { file, definition }: Placed<Pick<TypeDefinition, 'position'>>,
): void {
  if (comparison.newPathOf(old.file) === file) {
    return;
  }
  const place = { version: 'new', file, position: definition.position } as const;
  comparison.report('definition-moved', place, `${title} is in ${file}, it was in ${old.file}`);
}

function comparePair(
  comparison: Comparison,
  old: Placed<TypeDefinition>,
  now: Placed<TypeDefinition>,
): void {
  const [before, after] = [old.definition, now.definition];
  if (before.sort === 'enum' && after.sort === 'enum') {
    compareEnums(comparison, { ...old, definition: before }, { ...now, definition: after });
  } else if (before.sort === 'struct' && after.sort === 'struct') {
    compareStructs(comparison, { ...old, definition: before }, { ...now, definition: after });
  } else if (before.sort === 'typedef' && after.sort === 'typedef') {
    compareTypedefs(comparison, before, { ...now, definition: after });
  } else {
    reportKind(comparison, before, now);
  }
}

function compareStructs(
  comparison: Comparison,
  old: Placed<TypeDefinition & StructSchema>,
  now: Placed<TypeDefinition & StructSchema>,
): void {
  const { kind, name, fields, position } = now.definition;
  const wasUnion = old.definition.kind === 'union';
  const isUnion = kind === 'union';
  if (wasUnion !== isUnion) {
    const place = { version: 'new', file: now.file, position } as const;
    const message = `"${name}" is ${oneSuch(now.definition)}, it was ${oneSuch(old.definition)}`;
    comparison.report('union-changed', place, message);
  } else if (kind !== old.definition.kind) {
    reportKind(comparison, old.definition, now);
  }
  const owner = {
    // What the fields of something that is a union on one side alone mean is beyond their own changes.
    kind: wasUnion && isUnion ? 'union' : 'struct',
    title: `${kind} "${name}"`,
    oldFile: old.file,
    newFile: now.file,
  } as const;
  compareFields(comparison, owner, old.definition.fields, fields);
}

function compareTypedefs(
  comparison: Comparison,
  old: TypedefSchema,
  { file, definition: now }: Placed<TypedefSchema>,
): void {
  const change = compareTypes(comparison, old.type, now.type);
  if (change === 'none') {
    return;
  }
  const rule = change === 'wire' ? 'typedef-type-changed' : 'declared-type-changed';
  const place = { version: 'new', file, position: now.position } as const;
  comparison.report(
    rule,
    place,
    `typedef "${now.name}" changes ${renderChange(old.type, now.type)}`,
  );
}

function reportKind(
  comparison: Comparison,
  old: TypeDefinition,
  { file, definition }: Placed<TypeDefinition>,
): void {
  const place = { version: 'new', file, position: definition.position } as const;
  const message = `"${definition.name}" is ${oneSuch(definition)}, it was ${oneSuch(old)}`;
  comparison.report('type-kind-changed', place, message);
}

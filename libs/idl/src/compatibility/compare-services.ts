import { allMethods } from '../schema/queries.js';
import type { MethodSchema, ServiceSchema } from '../schema/schema.js';
import { reportMove } from './compare-definitions.js';
import { compareMethods } from './compare-methods.js';
import type { Comparison } from './comparison.js';
import type { Placed } from './definition-pairs.js';
import { renderType } from './render-type.js';

/** Finds what broke among the services of the old version. */
export function compareServices(comparison: Comparison): void {
  for (const old of comparison.services.old) {
    const { name, position } = old.definition;
    const title = `service "${name}"`;
    const now = comparison.services.newOf({ file: old.file, name });
    if (now === undefined) {
      comparison.report(
        'service-removed',
        { version: 'old', file: old.file, position },
        `${title} is gone`,
      );
      continue;
    }
    reportMove(comparison, title, old, now);
    comparePair(comparison, old, now);
  }
}

function comparePair(
  comparison: Comparison,
  { file: oldFile, definition: old }: Placed<ServiceSchema>,
  { file: newFile, definition: now }: Placed<ServiceSchema>,
): void {
  const { oldSchema, newSchema } = comparison;
  const sameParent = hasSameParent(comparison, old, now);
  if (!sameParent) {
    const place = { version: 'new', file: newFile, position: now.position } as const;
    const message = `service "${now.name}" extends ${parentOf(now)}, it was ${parentOf(old)}`;
    comparison.report('service-parent-changed', place, message);
  }
  // Changes in an unchanged parent service are reported for the parent.
  const oldMethods = sameParent ? old.methods : allMethods(oldSchema, old);
  const newMethods = new Map(allMethods(newSchema, now).map((method) => [method.name, method]));
  for (const method of oldMethods) {
    const kept = newMethods.get(method.name);
    if (kept !== undefined) {
      compareMethods(comparison, method, kept, { oldFile, newFile });
      continue;
    }
    // A position inside a parent would point into another file.
    const position = old.methods.includes(method) ? method.position : old.position;
    const place = { version: 'old', file: oldFile, position } as const;
    const renamed = findRenamed(method, old, now);
    const hint = renamed === undefined ? '' : `; is it "${renamed.name}" now?`;
    comparison.report(
      'method-removed',
      place,
      `"${method.name}" of service "${now.name}" is gone${hint}`,
    );
  }
}

function hasSameParent(comparison: Comparison, old: ServiceSchema, now: ServiceSchema): boolean {
  if (old.extends === undefined || now.extends === undefined) {
    return old.extends === now.extends;
  }
  const pair = comparison.services.newOf(old.extends);
  return pair?.file === now.extends.file && pair.definition.name === now.extends.name;
}

function parentOf({ extends: parent }: ServiceSchema): string {
  return parent === undefined ? 'nothing' : `"${parent.name}"`;
}

/** The one method that is new and has the same signature. */
function findRenamed(
  method: MethodSchema,
  old: ServiceSchema,
  now: ServiceSchema,
): MethodSchema | undefined {
  const known = new Set(old.methods.map(({ name }) => name));
  const [candidate, ...others] = now.methods.filter(
    (other) => !known.has(other.name) && signatureOf(other) === signatureOf(method),
  );
  return others.length === 0 ? candidate : undefined;
}

function signatureOf({ oneway, returns, parameters }: MethodSchema): string {
  const types = parameters.map(({ id, type }) => `${id}: ${renderType(type)}`);
  return `${oneway} ${returns === undefined ? 'void' : renderType(returns)} (${types.join(', ')})`;
}

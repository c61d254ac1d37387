import type { Schema } from '../schema/schema.js';
import { compareConstants, compareTypeDefinitions } from './compare-definitions.js';
import { compareHttp } from './compare-http.js';
import { compareServices } from './compare-services.js';
import { Comparison } from './comparison.js';
import type { BreakLevel, Incompatibility } from './compatibility-rule.js';

const LEVELS: readonly BreakLevel[] = ['wire-breaking', 'source-breaking', 'behaviour'];

/** How two versions are put next to each other. */
export interface CompareOptions {
  /** New paths of files that have another path in the old version; all others keep theirs. */
  readonly renamedFiles?: Readonly<Record<string, string>>;
}

/**
 * Finds what the new version of a schema breaks for peers and code of the old one. Definitions are the same if they
 * have the same name and are in the same file, or moved to the only other one that has gained the name.
 *
 * @returns the gravest first; nothing that both versions and all code can live with.
 * @example
 * const breaks = compareSchemas(released, current).filter(({ rule }) => rule.level === 'wire-breaking');
 */
export function compareSchemas(
  oldSchema: Schema,
  newSchema: Schema,
  { renamedFiles = {} }: CompareOptions = {},
): Incompatibility[] {
  const renamed = new Map(Object.entries(renamedFiles));
  const comparison = new Comparison(oldSchema, newSchema, (path) => renamed.get(path) ?? path);
  compareNamespaces(comparison);
  compareTypeDefinitions(comparison);
  compareConstants(comparison);
  compareServices(comparison);
  compareHttp(comparison);
  return comparison.found.sort((a, b) => rank(a) - rank(b));
}

function compareNamespaces(comparison: Comparison): void {
  const { oldSchema, newSchema, newPathOf } = comparison;
  for (const { path, namespaces } of Object.values(oldSchema.files)) {
    const now = newSchema.files[newPathOf(path)];
    if (now === undefined) {
      continue;
    }
    const newNamespaces = new Map(Object.entries(now.namespaces));
    for (const [scope, before] of Object.entries(namespaces)) {
      const after = newNamespaces.get(scope);
      if (after === before) {
        continue;
      }
      const message = `namespace ${scope} is ${after ?? 'gone'}, it was ${before}`;
      comparison.report('namespace-changed', { version: 'new', file: now.path }, message);
    }
  }
}

function rank({ rule }: Incompatibility): number {
  return LEVELS.indexOf(rule.level);
}

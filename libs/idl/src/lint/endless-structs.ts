import type { DefinitionReference, Schema } from '../schema/schema.js';

/** Structs by key, each with the keys of those it requires. */
type Graph = ReadonlyMap<string, readonly string[]>;

const known = new WeakMap<Schema, ReadonlySet<string>>();

/**
 * Keys of the structs that require themselves, directly or through others, in time linear in the schema: what requires
 * nothing more is taken away until nothing is, and then what nothing requires.
 */
export function endlessStructs(schema: Schema): ReadonlySet<string> {
  const found = known.get(schema) ?? findEndless(schema);
  known.set(schema, found);
  return found;
}

/** How {@link endlessStructs} names a struct. */
export function structKey({ file, name }: DefinitionReference): string {
  return `${file}\0${name}`;
}

function findEndless(schema: Schema): ReadonlySet<string> {
  const graph = new Map<string, string[]>();
  for (const { path, structs } of Object.values(schema.files)) {
    for (const { name, fields } of structs) {
      const required = fields.flatMap(({ requiredness, type }) =>
        requiredness === 'required' && type.kind === 'struct' ? [structKey(type.ref)] : [],
      );
      graph.set(structKey({ file: path, name }), required);
    }
  }
  const holding = withoutEnds(graph);
  return new Set(withoutEnds(reversed(holding)).keys());
}

/** The graph without what leads nowhere. */
function withoutEnds(graph: Graph): Graph {
  const left = new Map(graph);
  const users = reversed(graph);
  const ways = new Map([...graph].map(([key, targets]) => [key, targets.length]));
  const ends = [...graph.keys()].filter((key) => ways.get(key) === 0);
  for (let end = ends.pop(); end !== undefined; end = ends.pop()) {
    left.delete(end);
    for (const user of users.get(end) ?? []) {
      const remaining = (ways.get(user) ?? 0) - 1;
      ways.set(user, remaining);
      if (remaining === 0) {
        ends.push(user);
      }
    }
  }
  return new Map(
    [...left].map(([key, targets]) => [key, targets.filter((target) => left.has(target))]),
  );
}

function reversed(graph: Graph): Graph {
  const users = new Map<string, string[]>([...graph.keys()].map((key) => [key, []]));
  for (const [key, targets] of graph) {
    for (const target of targets) {
      users.get(target)?.push(key);
    }
  }
  return users;
}

import type { MethodSchema } from '../../schema/schema.js';
import { defineRule } from '../lint-rule.js';

/** Two methods do not share a request or response. */
export const unsharedRequest = defineRule({
  name: 'unshared-request',
  summary: 'a Request or Response struct belongs to one method of the file',
  reason:
    'A field that one method needs would have to be explained away, and checked for, in the other.',
  severity: 'warn',
  check({ schema }, report) {
    const owners = new Map<string, MethodSchema>();
    for (const method of schema.services.flatMap(({ methods }) => methods)) {
      for (const struct of wrappersOf(method)) {
        const owner = owners.get(struct);
        if (owner === undefined) {
          owners.set(struct, method);
        } else {
          report(method.position, `"${method.name}" shares ${bare(struct)} with "${owner.name}"`);
        }
      }
    }
  },
});

/** Each wrapper once, even if a method takes what it returns. */
function wrappersOf({ parameters, returns }: MethodSchema): Set<string> {
  const used = [...parameters.map(({ type }) => type), ...(returns === undefined ? [] : [returns])];
  return new Set(
    used.flatMap((type) =>
      type.kind === 'struct' && /(?:Request|Response)$/.test(type.ref.name)
        ? [`${type.ref.file}\0${type.ref.name}`]
        : [],
    ),
  );
}

function bare(struct: string): string {
  return struct.slice(struct.indexOf('\0') + 1);
}

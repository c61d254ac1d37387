import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { FieldSyntax } from '../parser/syntax.js';
import type { FileScope } from './file-scope.js';

const MIN_I16 = -(2 ** 15);
const MAX_I16 = 2 ** 15 - 1;

/**
 * The ids of fields, in their order, checked together with the names. Fields without an id count down from -1, or
 * from the last negative id that was written.
 */
export function assignFieldIds(
  owner: string,
  scope: FileScope,
  fields: readonly FieldSyntax[],
  diagnostics: DiagnosticCollector,
): number[] {
  const names = new Set<string>();
  const users = new Map<number, string>();
  let nextMissing = -1;
  return fields.map(({ name, offset, id: written }) => {
    const id = written === undefined ? nextMissing : Number(written);
    if (id <= 0) {
      nextMissing = id - 1;
    }
    const fault = faultOf();
    if (fault !== undefined) {
      diagnostics.report(scope.source, offset, fault);
    }
    names.add(name);
    if (!users.has(id)) {
      users.set(id, name);
    }
    return id;

    function faultOf(): string | undefined {
      if (names.has(name)) {
        return `${owner} has "${name}" twice`;
      }
      if (users.has(id)) {
        return `${owner} has id ${id} twice: "${users.get(id)}" and "${name}"`;
      }
      if (id < MIN_I16 || id > MAX_I16) {
        return `id ${written ?? id} of "${name}" does not fit 16 bits`;
      }
      return undefined;
    }
  });
}

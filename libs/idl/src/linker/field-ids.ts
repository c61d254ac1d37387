import type { DiagnosticCollector } from '../errors/diagnostic-collector.js';
import type { FieldSyntax } from '../parser/syntax.js';
import type { FileScope } from './file-scope.js';

const MIN_I16 = -(2 ** 15);
const MAX_I16 = 2 ** 15 - 1;

const WITHOUT_ID =
  'Apache Thrift would number it down from -1, Kitex up from 1: write the id that your peers use, or set ' +
  'implicitFieldIds (--implicit-field-ids) to "apache" or "kitex"';

/**
 * How fields without an id are numbered. `apache`: down from -1, or from the last id of 0 or less. `kitex`: one more than
 * the field before, the first 1, as thriftgo does.
 */
export type ImplicitFieldIds = 'apache' | 'kitex';

/**
 * The ids of fields, in their order, checked together with the names. Compilers number fields without an id differently,
 * and peers skip ids that they do not know: without `implicitFieldIds` such a field is reported.
 */
export function assignFieldIds(
  owner: string,
  scope: FileScope,
  fields: readonly FieldSyntax[],
  implicitFieldIds: ImplicitFieldIds | undefined,
  diagnostics: DiagnosticCollector,
): number[] {
  const names = new Set<string>();
  const users = new Map<number, string>();
  const nextMissing = implicitFieldIds === 'kitex' ? countUp() : countDown();
  return fields.map(({ name, offset, id: written }) => {
    const id = nextMissing(written);
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
      if (written === undefined && implicitFieldIds === undefined) {
        return `"${name}" of ${owner} has no id; ${WITHOUT_ID}`;
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

/** Gives the id of each field in turn, from the one that is written, if any. */
type Numbering = (written: bigint | undefined) => number;

function countDown(): Numbering {
  let next = -1;
  return (written) => {
    const id = written === undefined ? next : Number(written);
    next = id <= 0 ? id - 1 : next;
    return id;
  };
}

function countUp(): Numbering {
  let previous = 0;
  return (written) => {
    previous = written === undefined ? previous + 1 : Number(written);
    return previous;
  };
}

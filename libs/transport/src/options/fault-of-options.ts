import { isObject, type OptionTable } from './option.js';
import { group, resolveOption } from './resolve-options.js';

/** Takes what checks find; empty unless one runs. */
const found: string[] = [];

/**
 * What is wrong with options that each call has: the error of {@link resolveOption}, `undefined` if nothing is. Defaults are not filled in,
 * and nothing is allocated for options that are right.
 */
export function faultOfOptions(
  where: string,
  table: OptionTable,
  given: object,
): TypeError | undefined {
  if (areAllowed(table, given)) {
    return undefined;
  }
  try {
    resolveOption(where, group(table), given);
    return undefined;
  } catch (error) {
    return error as TypeError;
  }
}

function areAllowed(table: OptionTable, given: object): boolean {
  if (!isObject(given)) {
    return false;
  }
  const values = given as Readonly<Record<string, unknown>>;
  for (const name in values) {
    // A name that every object has, such as `constructor`, is found too, and reads nothing.
    const declared = table[name];
    if (declared?.read === undefined) {
      return false;
    }
    const value = values[name];
    if (value !== undefined) {
      declared.read(value, '', found);
    }
  }
  const isRight = found.length === 0;
  found.length = 0;
  return isRight;
}

import { parse } from 'yaml';
import type { z } from 'zod';
import { GovernanceConfigError } from '../errors/errors.js';

/** Parses YAML or JSON. @throws GovernanceConfigError with line and column. */
export function parsed(text: string, source: string): unknown {
  try {
    // Aliases are bounded, so that a small file cannot unfold into a huge one.
    return parse(text, { maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw new GovernanceConfigError(source, [firstLine(error)], { cause: error });
  }
}

/** @throws GovernanceConfigError if the value does not fit the schema. */
export function checked<T extends z.ZodType>(
  schema: T,
  value: unknown,
  source: string,
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const issues = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'the whole'}: ${message}`,
  );
  throw new GovernanceConfigError(source, issues);
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0]!;
}

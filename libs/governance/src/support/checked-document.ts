import type { Option } from '@nestjs-thrift/transport/internal';
import { GovernanceConfigError } from '../errors/errors.js';

/** Deep enough for all that people write, and far from where recursion ends. */
const MAX_DEPTH = 64;

/** Parses YAML or JSON. @throws GovernanceConfigError with line and column. */
export type DocumentReader = (text: string, source: string) => unknown;

/** Loads the parser of YAML, which only those need who read a document. */
export async function documentReader(): Promise<DocumentReader> {
  const { parse } = await import('yaml');
  return (text, source) => {
    try {
      // Aliases are bounded, so that a small file cannot unfold into a huge one.
      return parse(text, { maxAliasCount: 100 }) as unknown;
    } catch (error) {
      throw new GovernanceConfigError(source, [firstLine(error)], { cause: error });
    }
  };
}

/** @throws GovernanceConfigError that names each wrong value with its path. */
export function checked<Read>(
  declared: Option<unknown, unknown, Read>,
  value: unknown,
  source: string,
): Read {
  const problems: string[] = [];
  const read = declared.read(value, '', problems);
  if (problems.length > 0) {
    throw new GovernanceConfigError(source, problems);
  }
  return read;
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0]!;
}

/** Whether a value is what JSON can hold: no dates, sets or classes, which YAML can make. */
export function isJsonValue(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) {
    return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
  }
  if (depth === MAX_DEPTH) {
    return false;
  }
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return plain && Object.values(value).every((member) => isJsonValue(member, depth + 1));
}

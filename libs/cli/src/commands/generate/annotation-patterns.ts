import { InvalidArgumentError } from 'commander';

/** A name as the IDL can have it, the beginning of one with `*` behind it, or `*` alone. */
const PATTERN = /^(?:[\w.]+\*?|\*)$/;

/**
 * For the option that takes names of annotations with commas between and can be repeated. A name that ends in `*` stands for all
 * that begin so.
 *
 * @throws InvalidArgumentError for what cannot be a name, and for `*` elsewhere than at the end of one.
 */
export function collectAnnotationPatterns(text: string, previous: readonly string[]): string[] {
  const patterns = text.split(',').map((pattern) => pattern.trim());
  if (patterns.every((pattern) => PATTERN.test(pattern))) {
    return [...previous, ...patterns];
  }
  throw new InvalidArgumentError(
    `Give names of annotations with commas between, such as 'api.query,go.tag'; only the end of a name can be *, as in 'api.*'.`,
  );
}

/** Whether the name of an annotation matches one of the patterns. */
export function matchesAny(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}

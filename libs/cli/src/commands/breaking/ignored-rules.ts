import { COMPATIBILITY_RULES } from '@nestjs-thrift/idl';
import { CommandFailure } from '../../terminal/command-failure.js';
import { EXIT_CODES } from '../../terminal/exit-codes.js';

/**
 * The rules that words stand for: each its own name, or the level of several.
 *
 * @throws {CommandFailure} if a word is neither.
 */
export function ignoredRules(words: readonly string[]): ReadonlySet<string> {
  const names = words.flatMap((word) => {
    const meant = COMPATIBILITY_RULES.filter(({ name, level }) => name === word || level === word);
    if (meant.length > 0) return meant.map(({ name }) => name);
    const levels = [...new Set(COMPATIBILITY_RULES.map(({ level }) => level))].join(', ');
    throw new CommandFailure(
      EXIT_CODES.USAGE,
      `--ignore ${word}: there is no such rule, and the levels are ${levels}`,
    );
  });
  return new Set(names);
}

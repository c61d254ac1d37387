import { InvalidArgumentError } from 'commander';

/** For an option that may be given several times: all its values. */
export function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

/** For an option of the form `key=value` that may be given several times. */
export function collectPair(
  text: string,
  previous: Readonly<Record<string, string>>,
): Record<string, string> {
  const equals = text.indexOf('=');
  if (equals <= 0) throw new InvalidArgumentError('Write key=value.');
  return { ...previous, [text.slice(0, equals)]: text.slice(equals + 1) };
}

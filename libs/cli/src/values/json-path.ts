import { CommandFailure } from '../terminal/command-failure.js';
import { EXIT_CODES } from '../terminal/exit-codes.js';

/** Ends the command because a value of the JSON does not fit the IDL: says where, what is wanted and what is there. */
export function misfit(path: string, wanted: string, got: unknown): CommandFailure {
  return new CommandFailure(
    EXIT_CODES.INPUT,
    `${path === '' ? 'the JSON' : path} must be ${wanted}, got ${shown(got)}`,
  );
}

/** The path of a field, an element or an entry. */
export function below(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!/^\w+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

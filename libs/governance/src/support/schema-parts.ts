import { z } from 'zod';

/** An object without other keys than these; an unknown one is answered with those allowed. */
export function strictObject<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown key ${quoted(issue.keys ?? [])}; allowed: ${quoted(Object.keys(shape))}`
        : undefined,
  });
}

/** What Go writes for a pointer that is not set, and what people leave out. */
export function optional<T extends z.ZodType>(type: T) {
  return type.nullish().transform((value) => value ?? undefined);
}

/** A number of milliseconds that a timer can hold. */
export function milliseconds(least: number) {
  return z.number().min(least).max(2_147_483_647);
}

/** The message for a value that is none of these. */
export function expectedOneOf(names: readonly string[]): { error: string } {
  return { error: `expected one of ${quoted(names)}` };
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}

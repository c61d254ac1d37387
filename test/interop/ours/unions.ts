import type { MethodHandler } from '@nestjs-thrift/transport';

/** A union as decoded: one member, or absent when no member is known. */
type Shape = Readonly<Record<string, unknown>> | undefined;

/** What Unions and LaterUnions answer to `member`. */
export function memberOf({ shape, note }: { shape?: Shape; note?: string }): string {
  const [member = 'none'] = Object.keys(shape ?? {});
  return `${member}/${note}`;
}

/** A holder whose shape has a member; none for `none`. */
export function holderOf(member: string): Record<string, unknown> {
  const shapes: Record<string, Shape> = {
    dot: { dot: { x: 1 } },
    label: { label: 'here' },
    area: { area: 5n },
  };
  return { shape: shapes[member], note: 'after' };
}

/** Serves Unions and LaterUnions. */
export const unionHandlers: Readonly<Record<string, MethodHandler>> = {
  member: ({ holder }) => memberOf(holder as { shape?: Shape }),
  give: ({ member }) => holderOf(member as string),
};

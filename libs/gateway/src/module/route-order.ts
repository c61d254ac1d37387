import type { HttpRoute, RouteSegment } from '@nestjs-thrift/idl/http';

const RANK: Readonly<Record<RouteSegment['kind'], number>> = { static: 0, parameter: 1, rest: 3 };

/** Compares routes so that `/users/me` comes before `/users/:id`, and that before `/users/*rest`. */
export function ROUTE_ORDER(a: HttpRoute, b: HttpRoute): number {
  const length = Math.max(a.segments.length, b.segments.length);
  for (let index = 0; index < length; index += 1) {
    const difference = rankOf(a.segments[index]) - rankOf(b.segments[index]);
    if (difference !== 0) {
      return difference;
    }
  }
  return 0;
}

/** A path that ends stands before one that goes on with anything; text before a parameter makes it more specific. */
function rankOf(segment: RouteSegment | undefined): number {
  if (segment === undefined) {
    return 2;
  }
  const isPrefixed = segment.kind === 'parameter' && segment.prefix !== '';
  return isPrefixed ? 0.5 : RANK[segment.kind];
}

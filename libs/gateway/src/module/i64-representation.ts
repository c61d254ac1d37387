import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { GatewayDefinition } from './gateway-definition.js';

/** What an i64 is in the arguments of a service: as generated, else as the IDL is compiled. */
export function i64RepresentationOf(
  service: ServiceDefinition | string,
  compiled: GatewayDefinition['i64'],
): GatewayDefinition['i64'] {
  if (typeof service === 'string') {
    return compiled;
  }
  const seen = new Set<unknown>();
  for (const method of Object.values(service.methods)) {
    const found = search('args' in method ? method.args : method.request, seen);
    if (found !== undefined) {
      return found;
    }
  }
  return compiled;
}

/** The first i64 below a shape; generated code has them all in one representation. */
function search(shape: unknown, seen: Set<unknown>): GatewayDefinition['i64'] | undefined {
  if (typeof shape !== 'object' || shape === null || seen.has(shape)) {
    return undefined;
  }
  seen.add(shape);
  const { kind, as, element, key, value, fields } = shape as {
    kind?: string;
    as?: GatewayDefinition['i64'];
    element?: unknown;
    key?: unknown;
    value?: unknown;
    fields?: readonly { type: unknown }[];
  };
  if (kind === 'i64') {
    return as;
  }
  const parts = [element, key, value, ...(fields ?? []).map(({ type }) => type)];
  for (const part of parts) {
    const found = search(part, seen);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

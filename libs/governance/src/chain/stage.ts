import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { CallKind } from '@nestjs-thrift/codec/internal';
import type { Invoke, Middleware } from '@nestjs-thrift/transport';

/** A policy on the way of the calls of a method, and what it serves. */
export interface Stage {
  /** Name of the policy, as options have it. */
  readonly name: string;
  /** What it does around a call: one with one request, or the opening of a stream up to its first message. */
  readonly unary: Middleware;
  /** Why it cannot serve methods of a kind, as the rest of a sentence that begins with "it is oneway, and". */
  readonly refuses?: Readonly<Partial<Record<CallKind, string>>>;
}

/** Refuses methods of all kinds that have a stream, for one reason. */
export function refusedStreams(reason: string): Pick<Record<CallKind, string>, StreamKind> {
  return { client: reason, server: reason, bidi: reason };
}

type StreamKind = Exclude<CallKind, 'unary' | 'oneway'>;

/** The method whose calls pass the stages. */
export interface StagedMethod {
  readonly service: ServiceDefinition;
  readonly method: MethodDefinition;
}

/**
 * Puts stages in front of an endpoint, the first one outermost. Done once per method, never per call.
 *
 * @throws TypeError for a stage that refuses methods of this kind; names the policy and the method, and says why.
 */
export function compose(
  { service, method }: StagedMethod,
  stages: readonly Stage[],
  endpoint: Invoke,
): Invoke {
  for (const { name, refuses } of stages) {
    const reason = refuses?.[method.kind];
    if (reason !== undefined) {
      throw new TypeError(
        `${service.name}.${method.name} cannot have the policy ${name}: it is ${method.kind}, and ${reason}; give this method ${name}: false`,
      );
    }
  }
  return stages.reduceRight<Invoke>((next, { unary }) => unary(next), endpoint);
}

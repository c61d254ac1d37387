import type { ServiceDefinition, StructCodec, UnaryMethod } from '@nestjs-thrift/codec';
import type { FieldValues, OnewayMethod } from '@nestjs-thrift/codec/internal';
import type { Invoke, OutgoingCall } from '@nestjs-thrift/transport';
import { createCall } from '@nestjs-thrift/transport/internal';

/** Policies never touch codecs: one that is used fails loudly. */
const unusedCodec: StructCodec<FieldValues> = {
  name: 'unused',
  writeBinary: unexpected,
  readBinary: unexpected,
  writeCompact: unexpected,
  readCompact: unexpected,
};

function unexpected(): never {
  throw new Error('a policy must not encode or decode');
}

/** A method definition for tests of policies. */
export function method(over: Partial<UnaryMethod> = {}): UnaryMethod {
  return {
    kind: 'unary',
    name: 'GetUser',
    returnsVoid: false,
    parameters: ['request'],
    args: unusedCodec,
    result: unusedCodec,
    exceptions: [],
    idempotent: false,
    annotations: {},
    ...over,
  };
}

/** A oneway method for tests of policies. */
export function onewayMethod(over: Partial<OnewayMethod> = {}): OnewayMethod {
  const { returnsVoid: _returnsVoid, result: _result, ...common } = method();
  return { ...common, kind: 'oneway', name: 'Note', ...over };
}

/** A service definition for tests of policies. */
export const service: ServiceDefinition = { name: 'UserService', methods: { GetUser: method() } };

/** A call for tests of policies: no deadline, no address. */
export function outgoing(over: Partial<OutgoingCall> = {}): OutgoingCall {
  return { ...createCall(service, method(), {}), timeoutMs: 0, ...over };
}

/** An `Invoke` that answers each attempt by the next function of a list, the last one for all later attempts. */
export function scripted(...answers: ((call: OutgoingCall) => unknown)[]): {
  readonly endpoint: Invoke;
  readonly calls: OutgoingCall[];
} {
  const calls: OutgoingCall[] = [];
  return {
    calls,
    endpoint: async (call) => {
      calls.push(call);
      return answers[Math.min(calls.length, answers.length) - 1]!(call);
    },
  };
}

/** An answer that fails the attempt. */
export function failing(error: unknown): () => never {
  return () => {
    throw error;
  };
}

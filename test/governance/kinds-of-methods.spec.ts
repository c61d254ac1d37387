import { bulkhead } from 'cockatiel';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import {
  ClientGovernance,
  type ClientGovernanceOptions,
  type MethodPolicies,
  staticResolver,
} from '@nestjs-thrift/governance';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { scripted } from '../../libs/governance/test/calls.js';

const service = compileSchema(
  loadSchemaFromText(`
    struct Message { 1: string text }
    service Mixed {
      Message unary(1: Message message)
      list<Message> bulk(1: list<Message> messages)
      oneway void oneway(1: Message message)
      Message client(1: Message message) (streaming.mode = "client")
      Message server(1: Message message) (streaming.mode = "server")
      Message bidi(1: Message message) (streaming.mode = "bidirectional")
    }`),
).service('Mixed');

const KINDS = ['unary', 'oneway', 'client', 'server', 'bidi'] as const;
const STREAMS = ['client', 'server', 'bidi'];
const WITHOUT_A_REPLY = ['oneway', ...STREAMS];

/** Each policy with the kinds of methods that cannot have it. */
const POLICIES: [string, MethodPolicies, readonly string[]][] = [
  ['batch', { batch: { method: 'bulk', merge: () => ({}), split: () => [] } }, WITHOUT_A_REPLY],
  ['fallback', { fallback: { answer: () => ({ text: '' }) } }, WITHOUT_A_REPLY],
  ['retry', { retry: { type: 'backup', delayMs: 10 } }, WITHOUT_A_REPLY],
  ['retry', { retry: { type: 'mixed', delayMs: 10 } }, WITHOUT_A_REPLY],
  ['retry', { retry: { type: 'failure' } }, []],
  ['circuitBreaker', { circuitBreaker: {} }, []],
  ['timeout', { timeout: { timeoutMs: 10, attemptTimeoutMs: 10, connectTimeoutMs: 10 } }, []],
  ['dynamicTimeout', { dynamicTimeout: {} }, []],
  ['accessRules', { accessRules: [() => undefined] }, []],
  ['policies', { policies: [bulkhead(1)] }, []],
];

function wrapped(kind: string, layers: Pick<ClientGovernanceOptions, 'methods' | 'policies'>) {
  const governance = new ClientGovernance({
    service,
    resolver: staticResolver(['a:1']),
    instanceBreaker: {},
    onWarning: () => undefined,
    ...layers,
  });
  return governance.wrap(service.methods[kind]!, scripted(() => undefined).endpoint);
}

describe.each(KINDS)('a method of the kind %s', (kind) => {
  const refused = POLICIES.filter(([, , kinds]) => kinds.includes(kind));
  const served = POLICIES.filter(([, , kinds]) => !kinds.includes(kind));

  it.each(served)('can have the policy %s: %j', (_, policies) => {
    expect(() => wrapped(kind, { methods: { [kind]: policies } })).not.toThrow();
  });

  it('is refused every policy that it cannot have, with the reason', () => {
    for (const [name, policies] of refused) {
      expect(() => wrapped(kind, { methods: { [kind]: policies } })).toThrow(
        new RegExp(`^Mixed.${kind} cannot have the policy ${name}: it is ${kind}, and .+; give`),
      );
    }
    expect(refused.length).toBe(kind === 'unary' ? 0 : 4);
  });

  it('goes without them where they are meant for all methods', () => {
    for (const [, policies] of refused) {
      expect(() => wrapped(kind, { policies })).not.toThrow();
    }
    expect(() => wrapped(kind, { policies: { fallback: { answer: () => ({}) } } })).not.toThrow();
  });
});

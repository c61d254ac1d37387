import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import type { CallOptions } from '../call/call-options.js';
import { createTypedClient } from './typed-client.js';

interface Client {
  none(options?: CallOptions): Promise<unknown>;
  one(req: unknown, options?: CallOptions): Promise<unknown>;
  two(action: unknown, id: unknown, options?: CallOptions): Promise<unknown>;
}

const method = (name: string, ...parameters: string[]): MethodDefinition =>
  ({ kind: 'unary', name, parameters }) as unknown as MethodDefinition;

const service: ServiceDefinition<Client> = {
  name: 'Shapes',
  methods: {
    none: method('none'),
    one: method('one', 'req'),
    two: method('two', 'action', 'id'),
  },
};

function noStream(): never {
  throw new Error('the service has no stream');
}

function clientThatRecords() {
  const calls: [string, FieldValues, CallOptions?][] = [];
  const made: string[] = [];
  const client = createTypedClient(
    service,
    ({ name }) => {
      made.push(name);
      return async (args, options) => {
        calls.push([name, args, options]);
        return name;
      };
    },
    noStream,
  );
  return { client, calls, made };
}

describe('createTypedClient', () => {
  it('puts positional arguments under their names and takes the options behind them', async () => {
    const { client, calls } = clientThatRecords();
    const options = { timeoutMs: 3 };
    await client.none();
    await client.none(options);
    await client.one({ id: 1 });
    await client.one({ id: 1 }, options);
    await client.two('login', 7n);
    await client.two('login', 7n, options);
    expect(calls).toEqual([
      ['none', {}, undefined],
      ['none', {}, options],
      ['one', { req: { id: 1 } }, undefined],
      ['one', { req: { id: 1 } }, options],
      ['two', { action: 'login', id: 7n }, undefined],
      ['two', { action: 'login', id: 7n }, options],
    ]);
  });

  it('is not a thenable for a service with the method then', async () => {
    const called: string[] = [];
    const names = ['then', 'then_', 'other', '__proto__'];
    const methods = Object.fromEntries(names.map((name) => [name, method(name)]));
    const client = createTypedClient<Record<string, () => Promise<void>>>(
      { name: 'Steps', methods },
      ({ name }) =>
        async () =>
          void called.push(name),
      noStream,
    );
    expect(await Promise.resolve(client)).toBe(client);
    expect(called).toEqual([]);
    expect(Object.keys(client)).toEqual(['then_', 'then__', 'other', '__proto__']);
    await client['then_']!();
    await client['then__']!();
    expect(called).toEqual(['then', 'then_']);
  });

  it('asks for the invoker of a method once', async () => {
    const { client, made } = clientThatRecords();
    await client.one({});
    await client.one({});
    expect(made).toEqual(['none', 'one', 'two']);
  });
});

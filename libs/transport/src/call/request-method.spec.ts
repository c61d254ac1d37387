import { NOT_SUPPORTED_TEXT, Streams } from '../../test/streams-service.js';
import { ClientTransport, createClient, ServerTransport } from '../index.js';
import { createMethodInvoker, returnsValue } from '../internal/index.js';

const { methods } = Streams;

describe('a method with a stream', () => {
  it('has the bare structs of its messages', () => {
    expect(methods['Watch']).toMatchObject({
      kind: 'server',
      parameters: ['text'],
      request: { name: 'Text' },
      response: { name: 'Text' },
    });
    expect(methods['Watch']).not.toHaveProperty('args');
  });

  it('is rejected when it is called, and leaves the other methods of a client alone', async () => {
    const transport = new ClientTransport();
    const client = createClient(Streams, { transport, endpoints: ['127.0.0.1:1'] });
    await expect(client.Watch({})).rejects.toMatchObject({
      code: 'NOT_SUPPORTED',
      message: NOT_SUPPORTED_TEXT,
    });
    await expect(client.Say('x')).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    await transport.close();
  });

  it('gets no invoker', () => {
    expect(() => createMethodInvoker(Streams, methods['Watch']!, async () => 1)).toThrow(
      NOT_SUPPORTED_TEXT,
    );
  });

  it('cannot be served', () => {
    const handlers = { Watch: () => undefined, Say: () => 'x', Note: () => undefined };
    expect(() => new ServerTransport([{ definition: Streams, handlers }], {})).toThrow(
      NOT_SUPPORTED_TEXT,
    );
  });
});

describe('returnsValue', () => {
  it.each([
    ['Say', true],
    ['Note', false],
  ])('tells methods with a result from others: %s', (name, expected) => {
    const method = methods[name]!;
    expect('args' in method && returnsValue(method)).toBe(expected);
  });
});

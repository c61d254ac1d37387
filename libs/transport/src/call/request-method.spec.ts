import { Chat } from '#test/chat-service.js';
import { createMethodInvoker, returnsValue } from '../internal/index.js';

const { methods } = Chat;

describe('a method with a stream', () => {
  it('has the bare structs of its messages', () => {
    expect(methods['Down']).toMatchObject({
      kind: 'server',
      parameters: ['req'],
      request: { name: 'Req' },
      response: { name: 'Res' },
    });
    expect(methods['Down']).not.toHaveProperty('args');
  });

  it('gets no invoker of calls with one reply', () => {
    expect(() => createMethodInvoker(Chat, methods['Down']!, async () => 1)).toThrow(
      'Chat.Down has a stream (kind server): it cannot be called with one request and one reply',
    );
  });
});

describe('returnsValue', () => {
  it('tells methods with a result from others', () => {
    const method = methods['Uni']!;
    expect('args' in method && returnsValue(method)).toBe(true);
  });
});

import type { IncomingCall } from '@nestjs-thrift/transport';
import { ThriftContext } from './thrift-context.js';

function contextOf(call: Partial<IncomingCall>): ThriftContext {
  return new ThriftContext(call as IncomingCall);
}

describe('ThriftContext', () => {
  it('names the pattern its handler is bound to', () => {
    const context = contextOf({
      service: { name: 'UserService', methods: {} },
      method: { name: 'GetUser' } as IncomingCall['method'],
    });
    expect(context.getPattern()).toBe('UserService.GetUser');
  });

  it('gives transient metadata as Nest contexts do', () => {
    expect(contextOf({ metadata: new Map([['trace', '7']]) }).getMetadata()).toEqual({
      trace: '7',
    });
  });

  it('counts the time left down to 0, and knows calls without a deadline', () => {
    expect(contextOf({ deadline: performance.now() - 1000 }).remainingMs).toBe(0);
    expect(contextOf({ deadline: Infinity }).remainingMs).toBe(Infinity);
    expect(contextOf({ deadline: performance.now() + 60_000 }).remainingMs).toBeGreaterThan(0);
  });
});

import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { MessageHandler } from '@nestjs/microservices';
import { HANDLER_BINDING } from '../decorators/handler-binding.js';
import { boundServices, checkHandlers } from './handler-catalog.js';

function service(name: string, ...methods: string[]): ServiceDefinition {
  const entries = methods.map((method) => [method, { name: method } as MethodDefinition] as const);
  return { name, methods: Object.fromEntries(entries) };
}

const users = service('Users', 'get', 'list');

function bound(definition: ServiceDefinition | string, method: string): MessageHandler {
  const handler: MessageHandler = async () => method;
  const name = typeof definition === 'string' ? definition : definition.name;
  const binding = { service: definition, method, handler: `${name}Controller.${method}` };
  handler.extras = { [HANDLER_BINDING]: binding };
  return handler;
}

const handlersOf = (...handlers: [string, MessageHandler][]) => new Map(handlers);

describe('boundServices', () => {
  it('finds each service once, and prefers the definition over the name', () => {
    const handlers = handlersOf(
      ['Users.get', bound('Users', 'get')],
      ['Users.list', bound(users, 'list')],
      ['Admin.ban', bound('Admin', 'ban')],
      ['some.event', async () => undefined],
    );
    expect(boundServices(handlers)).toEqual([users, 'Admin']);
  });
});

describe('checkHandlers', () => {
  it('is content with a handler for every method, also one declared by its pattern alone', () => {
    const handlers = handlersOf(['Users.get', bound(users, 'get')], ['Users.list', async () => []]);
    expect(() => checkHandlers([users], handlers, [])).not.toThrow();
  });

  it('names everything that is missing, doubled or unknown, at once', () => {
    const handlers = handlersOf(
      ['Users.get', bound(users, 'get')],
      ['Users.gte', bound(users, 'gte')],
    );
    const duplicates = [
      { pattern: 'Users.get', handlers: ['A.get', 'B.get'] as const },
      { pattern: 'Other.get', handlers: ['A.get', 'B.get'] as const },
    ];
    expect(() => checkHandlers([users], handlers, duplicates)).toThrow(
      'cannot serve Thrift: Users.list has no handler; Users.get has two handlers: A.get, B.get; ' +
        'UsersController.gte is decorated for Users.gte, which the IDL lacks',
    );
  });

  it('refuses two services of one name', () => {
    expect(() => checkHandlers([users, service('Users')], handlersOf(), [])).toThrow(
      'Users is served twice',
    );
  });

  it('does not mind handlers of services it does not serve', () => {
    const handlers = handlersOf(['Admin.ban', bound('Admin', 'ban')]);
    expect(() => checkHandlers([service('Empty')], handlers, [])).not.toThrow();
  });
});

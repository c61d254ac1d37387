import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { ServedService } from '../call/incoming-call.js';
import { MethodRouter } from './method-router.js';

function service(name: string, ...methods: string[]): ServedService {
  const definition = {
    name,
    methods: Object.fromEntries(methods.map((method) => [method, { kind: 'unary', name: method }])),
  } as unknown as ServiceDefinition;
  return { definition, handlers: Object.fromEntries(methods.map((method) => [method, () => 0])) };
}

describe('MethodRouter', () => {
  const services = [service('Users', 'get', 'ping'), service('Orders', 'list', 'ping')];
  const router = new MethodRouter(services, { fallbackService: 'Orders' });
  const strict = new MethodRouter(services, {
    rejectUnknownServiceName: true,
    rejectMissingServiceName: true,
  });
  const where = (name: string, serviceName?: string, from = router) => {
    const route = from.find(name, serviceName);
    return route && `${route.service.name}.${route.method.name}`;
  };

  it('finds a bare name in the only service that has it, else in the fallback service', () => {
    expect(where('get')).toBe('Users.get');
    expect(where('list', '')).toBe('Orders.list');
    expect(where('ping')).toBe('Orders.ping');
    expect(where('nothing')).toBeUndefined();
  });

  it('finds a multiplexed name, and answers with the bare one', () => {
    expect(where('Orders:ping')).toBe('Orders.ping');
    expect(router.find('Orders:ping', undefined)!).toMatchObject({ name: { text: 'ping' } });
    expect(where('Nobody:ping')).toBeUndefined();
    expect(where('constructor:ping')).toBeUndefined();
    expect(where('__proto__')).toBeUndefined();
  });

  it('looks only in a service that was named', () => {
    expect(where('ping', 'Orders')).toBe('Orders.ping');
    expect(where('get', 'Orders')).toBeUndefined();
  });

  it('serves an unknown service name when only one service has the method', () => {
    expect(where('get', 'svr.users')).toBe('Users.get');
    expect(where('ping', 'svr.users')).toBeUndefined();
  });

  it('serves nothing but known service names when unknown and missing ones are rejected', () => {
    expect(where('get', 'Users', strict)).toBe('Users.get');
    expect(where('get', 'svr.users', strict)).toBeUndefined();
    expect(where('get', undefined, strict)).toBeUndefined();
    expect(where('Users:get', undefined, strict)).toBe('Users.get');
  });

  it('rejects missing and unknown names apart from each other', () => {
    const unknown = new MethodRouter(services, {
      rejectUnknownServiceName: true,
      fallbackService: 'Users',
    });
    expect(where('ping', undefined, unknown)).toBe('Users.ping');
    expect(where('get', 'svr.users', unknown)).toBeUndefined();
    const missing = new MethodRouter(services, { rejectMissingServiceName: true });
    expect(where('get', '', missing)).toBeUndefined();
    expect(where('get', 'svr.users', missing)).toBe('Users.get');
  });

  it('is not made of services with methods of one name when no option says who serves them', () => {
    const third = service('Carts', 'ping', 'get');
    expect(() => new MethodRouter(services)).toThrow(
      'several services have methods of the same name: ping (Users, Orders); requests over Framed and Buffered name no service',
    );
    // As in Kitex: the fallback service must be one of those that have the method.
    expect(() => new MethodRouter([...services, third], { fallbackService: 'Orders' })).toThrow(
      'several services have methods of the same name: get (Users, Carts);',
    );
    expect(() => new MethodRouter(services, { fallbackService: 'Order' })).toThrow(
      'fallbackService "Order" is not served; name one of Users, Orders',
    );
  });

  it.each([
    ['nothing', undefined, router, 1, 'unknown method nothing (service Users, Orders)'],
    ['get', 'Orders', router, 1, 'unknown method get (service Orders)'],
    ['ping', 'svr.users', router, 20, 'unknown service svr.users, method ping'],
    ['Unknown:ping', undefined, router, 20, 'unknown service Unknown, method ping'],
    ['Users:nothing', undefined, router, 1, 'unknown method nothing (service Users)'],
    ['get', undefined, strict, 21, 'no service name for method get'],
  ])('explains why %s of %s is not served', (name, serviceName, from, type, message) => {
    expect(from.find(name, serviceName)).toBeUndefined();
    expect(from.explain(name, serviceName)).toEqual({ type, message });
  });

  it('refuses a method without a handler and a service served twice', () => {
    const [users] = services as [ServedService];
    expect(() => new MethodRouter([users, users])).toThrow('service Users is served twice');
    const broken = { definition: users.definition, handlers: { get: () => 0 } };
    expect(() => new MethodRouter([broken])).toThrow('method ping of service Users has no handler');
  });

  it('does not take an inherited property for a handler', () => {
    const definition = {
      name: 'S',
      methods: { toString: { kind: 'unary', name: 'toString' } as MethodDefinition },
    } as unknown as ServiceDefinition;
    expect(() => new MethodRouter([{ definition, handlers: {} }])).toThrow('no handler');
  });
});

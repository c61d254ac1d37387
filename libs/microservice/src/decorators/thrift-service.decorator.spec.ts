import { Catch, Controller, UseFilters, UseGuards } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { PublicErrorFilter } from '../errors/public-error.js';
import { THRIFT_TRANSPORT, NEST_METADATA } from './bind-method.js';
import { bindingOf } from './handler-binding.js';
import { ThriftMethod, ThriftService } from './thrift-service.decorator.js';

class Request {}

@Catch()
class OwnFilter {
  catch(): void {}
}

class AllowAll {
  canActivate(): boolean {
    return true;
  }
}

abstract class Base {
  @ThriftMethod()
  @UseGuards(AllowAll)
  ping(): string {
    return `pong of ${this.constructor.name}`;
  }
}

@ThriftService('First')
@UseFilters(OwnFilter)
class First extends Base {
  @ThriftMethod('GetUser')
  getUser(_request: Request, _context: Request): void {}

  @ThriftMethod()
  decorated(@Ctx() _context: Request, @Payload('id') _id: Request): void {}

  helper(): void {}
}

@ThriftService('Second')
class Second extends Base {}

/** Has what `@MessagePattern` leaves on a handler, under the names it uses itself. */
const reference: object = () => {};
MessagePattern('pattern', THRIFT_TRANSPORT, { mark: true })({}, 'handler', { value: reference });

function patternsOf(type: { prototype: object }, key: string): unknown {
  const patternKey = Reflect.getMetadataKeys(reference).find((name) =>
    Array.isArray(Reflect.getMetadata(name, reference)),
  );
  return Reflect.getMetadata(patternKey as string, handlerOf(type, key));
}

function extrasOf(type: { prototype: object }, key: string): object {
  const extrasKey = Reflect.getMetadataKeys(reference).find(
    (name) => (Reflect.getMetadata(name, reference) as { mark?: boolean }).mark === true,
  );
  return Reflect.getMetadata(extrasKey as string, handlerOf(type, key)) as object;
}

function handlerOf(type: { prototype: object }, key: string): object {
  return (type.prototype as Record<string, object>)[key]!;
}

function parametersOf(type: object, key: string): Record<string, { index: number }> {
  return Reflect.getMetadata(NEST_METADATA.parameterDecorators, type, key) as Record<
    string,
    { index: number }
  >;
}

describe('@ThriftService', () => {
  it('makes the class a controller', () => {
    @Controller()
    class Plain {}
    for (const key of Reflect.getMetadataKeys(Plain)) {
      expect(Reflect.hasMetadata(key, First)).toBe(true);
    }
  });

  it('binds decorated methods alone, under the names of the IDL', () => {
    expect(patternsOf(First, 'getUser')).toEqual(['First.GetUser']);
    expect(patternsOf(First, 'decorated')).toEqual(['First.decorated']);
    expect(patternsOf(First, 'helper')).toBeUndefined();
    expect(bindingOf(extrasOf(First, 'getUser'))).toEqual({
      service: 'First',
      method: 'GetUser',
      handler: 'First.getUser',
      controller: First,
      key: 'getUser',
      takesContext: true,
    });
  });

  it('binds an inherited method for each class that inherits it, with its guards', () => {
    expect(patternsOf(First, 'ping')).toEqual(['First.ping']);
    expect(patternsOf(Second, 'ping')).toEqual(['Second.ping']);
    expect(patternsOf(Base as unknown as typeof First, 'ping')).toBeUndefined();
    expect(Reflect.getMetadata('__guards__', handlerOf(Second, 'ping'))).toEqual([AllowAll]);
    expect(new Second().ping()).toBe('pong of Second');
  });

  it('passes the request and the context to handlers without parameter decorators', () => {
    expect(Object.keys(parametersOf(First, 'getUser')).sort()).toEqual(['3:0', '6:1']);
  });

  it('leaves parameter decorators alone', () => {
    const parameters = parametersOf(First, 'decorated');
    expect(parameters['6:0']).toMatchObject({ index: 0 });
    expect(parameters['3:1']).toMatchObject({ index: 1, data: 'id' });
  });

  it('puts its filter behind those of the class', () => {
    expect(Reflect.getMetadata(NEST_METADATA.exceptionFilters, First)).toEqual([
      PublicErrorFilter,
      OwnFilter,
    ]);
  });

  it('puts its filter there once, however often the class is extended', () => {
    @ThriftService('Third')
    class Third extends First {}
    const filters = Reflect.getMetadata(NEST_METADATA.exceptionFilters, Third) as unknown[];
    expect(filters.filter((filter) => filter === PublicErrorFilter)).toHaveLength(1);
  });
});

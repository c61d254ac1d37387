import 'reflect-metadata';

const METHOD_NAME = Symbol('nestjs-thrift:method-name');

/**
 * Makes a method of a `@ThriftService` class serve the method of the same name in the IDL, or the one named.
 *
 * The handler gets the request first and the {@link ThriftContext} second. The request of a method with one parameter
 * is that parameter; otherwise it is an object of the parameters by their names. A handler that declares one parameter
 * (`(request, ...rest)` and `(request, context = none)` count as one) gets the request alone. `@Payload()` and `@Ctx()` work too.
 * It may return a value, a Promise or an Observable, whose last value is the result.
 *
 * @param name name of the method in the IDL. Default: the name of the decorated method.
 */
export function ThriftMethod(name?: string): MethodDecorator {
  return (_target, key, descriptor: PropertyDescriptor) => {
    Reflect.defineMetadata(METHOD_NAME, name ?? String(key), descriptor.value as object);
  };
}

/** Name in the IDL of what a decorated function serves. */
export function thriftMethodName(callback: object): string | undefined {
  return Reflect.getMetadata(METHOD_NAME, callback) as string | undefined;
}

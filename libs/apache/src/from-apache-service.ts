import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import { methodNames, type ApacheService } from './service/generated-service.js';
import { methodDefinition } from './service/method-definition.js';

/**
 * Makes a service that the Apache Thrift compiler generated (`thrift --gen js:node`, with or without `es6`) usable
 * wherever this project takes a {@link ServiceDefinition}: to serve it and to call it, over every transport.
 *
 * Values stay those of the generated code: instances of its classes, npm thrift's `Int64` for i64 (a `bigint` is
 * taken, too), plain objects for maps, `null` for fields that are not set. Its exception classes are thrown and
 * caught as they are.
 *
 * @typeParam Client interface of the client made from the definition.
 * @param name name of the service in the IDL; generated code does not contain it.
 * @param service the generated module: what `require('./gen-nodejs/UserService')` gives.
 * @throws TypeError if the module is not a generated service.
 *
 * @example
 * import generated from './gen-nodejs/UserService.js';
 * export const UserService = fromApacheService('UserService', generated);
 */
export function fromApacheService<Client = unknown>(
  name: string,
  service: ApacheService,
): ServiceDefinition<Client> {
  const names = typeof service?.Client === 'function' ? methodNames(service) : [];
  if (names.length === 0 || typeof service.Processor !== 'function') {
    throw new TypeError(
      `${name}: not a service module of \`thrift --gen js:node\`; ` +
        'expected its exports Client and Processor, with a send_ method per method of the service',
    );
  }
  const methods: Record<string, MethodDefinition> = {};
  for (const method of names) {
    methods[method] = methodDefinition(service, name, method);
  }
  return { name, methods };
}

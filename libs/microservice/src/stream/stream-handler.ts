import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { PulledObservable } from './to-observable.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Whether a method may return a stream of messages: not known while its service is known by name alone. */
export function mayStream(service: ServiceDefinition | string, method: string): boolean {
  if (typeof service === 'string') {
    return true;
  }
  const { methods } = service;
  const kind = Object.hasOwn(methods, method) ? methods[method]!.kind : undefined;
  return kind === 'server' || kind === 'bidi';
}

/**
 * Makes a method of a controller give its async iterable as an Observable, for Nest would hand it to interceptors as one value. What else
 * it gives stays as it is. Name, number of parameters and metadata stay.
 */
export function observableStream(prototype: Record<string, Method>, key: string): void {
  const original = prototype[key]!;
  const method: Method = function (...args) {
    const result = original.apply(this, args);
    return result instanceof Promise ? result.then(asObservable) : asObservable(result);
  };
  for (const metadataKey of Reflect.getMetadataKeys(original)) {
    Reflect.defineMetadata(metadataKey, Reflect.getMetadata(metadataKey, original), method);
  }
  Object.defineProperty(method, 'name', { value: original.name });
  Object.defineProperty(method, 'length', { value: original.length });
  Object.defineProperty(prototype, key, { value: method, writable: true, configurable: true });
}

function asObservable(result: unknown): unknown {
  return isAsyncIterable(result) ? new PulledObservable(result) : result;
}

/** Whether a value gives its values one by one, later. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

import { MetadataScanner } from '@nestjs/core';
import { NEST_METADATA } from './bind-method.js';
import { thriftMethodName } from './thrift-service.decorator.js';
import { declarePolicies, type DeclaredPolicies } from '../governance/declared-policies.js';
import { governMethod, type Method, originalOf } from '../governance/govern-method.js';

const scanner = new MetadataScanner();

/** A decorator of classes, methods and properties. */
export type PolicyDecorator = ClassDecorator & MethodDecorator & PropertyDecorator;

/**
 * Makes a decorator that declares policies. On a property, as client interfaces have them, it only declares; a method is
 * run through what is declared; on the class of a controller that applies to every handler.
 *
 * @param name for messages, as in `@Retry`.
 * @param check throws for options that cannot hold.
 */
export function policyDecorator(
  name: string,
  check: () => void,
  change: (declared: DeclaredPolicies) => DeclaredPolicies,
): PolicyDecorator {
  return ((target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const place = placeOf(target, key);
    try {
      check();
    } catch (error) {
      throw new TypeError(`@${name} on ${place}: ${(error as Error).message}`, { cause: error });
    }
    declarePolicies(target, key, change);
    if (key === undefined) {
      governHandlers((target as { prototype: object }).prototype);
    } else if (descriptor !== undefined) {
      descriptor.value = govern(target, key, descriptor.value);
    }
  }) as PolicyDecorator;
}

function placeOf(target: object, key: string | symbol | undefined): string {
  if (key === undefined) {
    return (target as { name: string }).name;
  }
  return `${target.constructor.name}.${String(key)}`;
}

/** Handlers only: the other methods of a class may be anything. Inherited ones become the class's own. */
function governHandlers(prototype: object): void {
  for (const key of scanner.getAllMethodNames(prototype)) {
    const method = (prototype as Record<string, Method>)[key]!;
    if (!isHandler(method)) {
      continue;
    }
    const value = Object.hasOwn(prototype, key)
      ? govern(prototype, key, method)
      : governMethod(prototype, key, originalOf(method) ?? method, method);
    Object.defineProperty(prototype, key, { value, writable: true, configurable: true });
  }
}

function isHandler(method: object): boolean {
  return (
    thriftMethodName(method) !== undefined || Reflect.hasMetadata(NEST_METADATA.pattern, method)
  );
}

function govern(prototype: object, key: string | symbol, method: unknown): unknown {
  if (typeof method !== 'function' || originalOf(method) !== undefined) {
    return method;
  }
  return governMethod(prototype, key, method as Method);
}

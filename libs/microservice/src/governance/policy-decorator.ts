import { thriftMethodName } from '../decorators/thrift-method.decorator.js';
import { declarePolicies, type DeclaredPolicies } from './declared-policies.js';
import { governMethod, isGoverned } from './govern-method.js';

/** A decorator of classes, methods and properties. */
export type PolicyDecorator = ClassDecorator & MethodDecorator & PropertyDecorator;

/**
 * Makes a decorator that declares policies. On a property, as client interfaces have them, it only declares; a method is
 * run through what is declared; on the class of a controller that holds for every handler.
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
      throw new RangeError(`@${name} on ${place}: ${(error as Error).message}`, { cause: error });
    }
    declarePolicies(target, key, change);
    if (key === undefined) governHandlers((target as { prototype: object }).prototype);
    else if (descriptor !== undefined) descriptor.value = govern(target, key, descriptor.value);
  }) as PolicyDecorator;
}

function placeOf(target: object, key: string | symbol | undefined): string {
  if (key === undefined) return (target as { name: string }).name;
  return `${target.constructor.name}.${String(key)}`;
}

/** Handlers only: the other methods of a class may be anything. */
function governHandlers(prototype: object): void {
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    const value: unknown = descriptor.value;
    if (typeof value !== 'function' || thriftMethodName(value) === undefined) continue;
    Object.defineProperty(prototype, key, { ...descriptor, value: govern(prototype, key, value) });
  }
}

function govern(prototype: object, key: string | symbol, method: unknown): unknown {
  if (typeof method !== 'function' || isGoverned(method)) return method;
  return governMethod(prototype, key, method as (...args: unknown[]) => unknown);
}

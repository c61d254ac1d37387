import 'reflect-metadata';
import type {
  BatchOptions,
  CircuitBreakerOptions,
  MethodPolicies,
  RetryOptions,
  TimeoutOptions,
} from '@nestjs-thrift/governance';
import type { AnyPolicy } from '@nestjs-thrift/governance/internal';
import { integer, type OptionsOf, required } from '@nestjs-thrift/transport/internal';

const DECLARED = Symbol('nestjs-thrift:policies');
const NAMES = Symbol('nestjs-thrift:members-with-policies');

/** Options of a bulkhead. */
export const BULKHEAD_OPTIONS = {
  /** Calls at once; 1 or more. */
  limit: required(integer({ min: 1 })),
  /** Calls that wait beyond those; additional calls are rejected. */
  queue: integer({ default: 0 }),
};

/** How many calls go on at once, and how many may wait for one of them to end. */
export interface BulkheadOptions extends OptionsOf<typeof BULKHEAD_OPTIONS> {}

/** Answers in place of what failed; gets the error and then the arguments. */
export type DeclaredFallback = (error: unknown, ...args: never[]) => unknown;

/** What decorators say of a class, or of one of its members. */
export interface DeclaredPolicies extends Pick<MethodPolicies, 'policies'> {
  readonly timeout?: TimeoutOptions;
  readonly retry?: RetryOptions | false;
  readonly circuitBreaker?: CircuitBreakerOptions | false;
  readonly fallback?: {
    readonly answer: DeclaredFallback;
    readonly on?: 'error' | 'timeout_or_open' | ((error: unknown) => boolean);
  };
  readonly bulkhead?: BulkheadOptions;
  readonly batch?: BatchOptions;
}

/** Adds to what is declared at a place; `change` gets what decorators nearer to the member have said. */
export function declarePolicies(
  target: object,
  key: string | symbol | undefined,
  change: (declared: DeclaredPolicies) => DeclaredPolicies,
): void {
  const declared = change(ownPolicies(target, key));
  if (key === undefined) {
    Reflect.defineMetadata(DECLARED, declared, target);
    return;
  }
  Reflect.defineMetadata(DECLARED, declared, target, key);
  Reflect.defineMetadata(NAMES, new Set([...declaredNames(target), String(key)]), target);
}

/** The policies of a member: its own, else those of its class. */
export function declaredPoliciesOf(
  prototype: object,
  key: string | symbol,
): DeclaredPolicies | undefined {
  const ofClass = ownPolicies(prototype.constructor, undefined);
  const ofMember = ownPolicies(prototype, key);
  const policies: AnyPolicy[] = [...(ofClass.policies ?? []), ...(ofMember.policies ?? [])];
  const merged = {
    ...overPolicies(ofMember, ofClass),
    ...(policies.length > 0 ? { policies } : {}),
  };
  return Object.keys(merged).length > 0 ? merged : undefined;
}

/** Kind by kind what is nearer, else what is farther; timeouts value by value. */
export function overPolicies<Policies extends { readonly timeout?: TimeoutOptions }>(
  nearer: Policies,
  farther: Policies,
): Policies {
  const merged = { ...farther, ...nearer };
  if (nearer.timeout === undefined || farther.timeout === undefined) {
    return merged;
  }
  return { ...merged, timeout: { ...farther.timeout, ...nearer.timeout } };
}

/** The members that something is declared of, those of its super classes too. */
export function declaredNames(prototype: object): string[] {
  const names = Reflect.getMetadata(NAMES, prototype) as ReadonlySet<string> | undefined;
  return [...(names ?? [])];
}

function ownPolicies(target: object, key: string | symbol | undefined): DeclaredPolicies {
  const found: unknown =
    key === undefined
      ? Reflect.getMetadata(DECLARED, target)
      : Reflect.getMetadata(DECLARED, target, key);
  return (found as DeclaredPolicies | undefined) ?? {};
}

import { isObservable, lastValueFrom } from 'rxjs';
import { declaredPoliciesOf } from './declared-policies.js';
import { type Invocation, methodPipeline, type Pipeline } from './method-pipeline.js';

/** A method of any class. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

const originals = new WeakMap<object, Method>();

/** The method behind its policies, if it runs through them already; it reads what is declared at its first call. */
export function originalOf(method: object): Method | undefined {
  return originals.get(method);
}

/**
 * A method that runs through the policies declared of it. It gives a promise, also where the original gave a plain value;
 * of an Observable that of its last value. Name, number of parameters and metadata stay.
 *
 * @param decorated what carries the metadata. Default: the original.
 */
export function governMethod(
  prototype: object,
  key: string | symbol,
  original: Method,
  decorated: Method = original,
): Method {
  let pipeline: Pipeline | undefined;
  const method: Method = function (...args) {
    pipeline ??= methodPipeline(
      declaredPoliciesOf(prototype, key) ?? {},
      `${prototype.constructor.name}.${String(key)}`,
    );
    const invocation: Invocation = {
      args,
      target: this,
      run: async () => valueOf(original.apply(this, args)),
    };
    return pipeline(invocation);
  };
  for (const metadataKey of Reflect.getMetadataKeys(decorated)) {
    Reflect.defineMetadata(metadataKey, Reflect.getMetadata(metadataKey, decorated), method);
  }
  Object.defineProperty(method, 'name', { value: original.name });
  Object.defineProperty(method, 'length', { value: original.length });
  originals.set(method, original);
  return method;
}

function valueOf(result: unknown): unknown {
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}

import { isObservable, lastValueFrom } from 'rxjs';
import { declaredPoliciesOf } from './declared-policies.js';
import { type Invocation, methodPipeline, type Pipeline } from './method-pipeline.js';

type Method = (this: unknown, ...args: unknown[]) => unknown;

const governed = new WeakSet<object>();

/** Whether a method runs through its policies already; it reads what is declared at its first call. */
export function isGoverned(method: object): boolean {
  return governed.has(method);
}

/**
 * A method that runs through the policies declared of it. It gives a promise, also where the original gave a plain value;
 * of an Observable that of its last value. Name, number of parameters and metadata stay.
 */
export function governMethod(prototype: object, key: string | symbol, original: Method): Method {
  let pipeline: Pipeline | undefined;
  const method: Method = function (...args) {
    pipeline ??= methodPipeline(
      declaredPoliciesOf(prototype, key) ?? {},
      `${prototype.constructor.name}.${String(key)}`,
    );
    const invocation: Invocation = {
      args,
      target: this,
      run: () => valueOf(original.apply(this, args)),
    };
    return pipeline(invocation);
  };
  for (const metadataKey of Reflect.getMetadataKeys(original)) {
    Reflect.defineMetadata(metadataKey, Reflect.getMetadata(metadataKey, original), method);
  }
  Object.defineProperty(method, 'name', { value: original.name });
  Object.defineProperty(method, 'length', { value: original.length });
  governed.add(method);
  return method;
}

async function valueOf(result: unknown): Promise<unknown> {
  return isObservable(result) ? lastValueFrom(result, { defaultValue: undefined }) : result;
}

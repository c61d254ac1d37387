/**
 * A service module written by `thrift --gen js:node`, with or without `es6`, as `require` or `import` gives it.
 */
export interface ApacheService {
  readonly Client: abstract new (...args: never[]) => object;
  readonly Processor: abstract new (...args: never[]) => object;
}

/** A function found by name on something generated. */
export function generatedFunction(
  target: object,
  name: string,
): ((...args: unknown[]) => unknown) | undefined {
  const value: unknown = Reflect.get(target, name);
  return typeof value === 'function' ? (value as (...args: unknown[]) => unknown) : undefined;
}

/** Names of all methods of the service, inherited ones included. */
export function methodNames(service: ApacheService): string[] {
  const names = new Set<string>();
  let prototype: unknown = service.Client.prototype;
  while (typeof prototype === 'object' && prototype !== null) {
    for (const key of Object.getOwnPropertyNames(prototype)) {
      if (key.startsWith('send_')) {
        names.add(key.slice('send_'.length));
      }
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return [...names];
}

/** Names of a method's parameters, which generated code keeps only in the text of its functions. */
export function parameterNames(service: ApacheService, method: string): string[] {
  const send = generatedFunction(service.Client.prototype as object, `send_${method}`);
  const list = /^[^(]*\(([^)]*)\)/.exec(String(send))?.[1] ?? '';
  const names = list.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '');
}

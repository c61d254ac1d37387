/** A class of errors, abstract or not. */
type ErrorClass = abstract new (...args: never[]) => Error;

const ordinaryHasInstance = Function.prototype[Symbol.hasInstance];

/**
 * Gives a class of errors its name, and lets `instanceof` accept the instances of every copy of the class: package
 * managers install a package twice when two versions of it are asked for, and then the client, the filter and the
 * application may each have their own. A subclass of a user accepts its own instances alone.
 *
 * The name is a literal and not `new.target.name`, which a minifier shortens to a letter.
 *
 * @param name unique among the error classes of this project, and the same in each release
 * @example
 * class ConnectError extends ThriftRpcError {
 *   static {
 *     branded(this, 'ConnectError');
 *   }
 * }
 */
export function branded(Class: ErrorClass, name: string): void {
  const brand = Symbol.for(`@nestjs-thrift/${name}`);
  const prototype = Class.prototype as Error;
  Object.defineProperty(prototype, brand, { value: true });
  Object.defineProperty(prototype, 'name', { value: name, writable: true, configurable: true });
  Object.defineProperty(Class, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      // Subclasses inherit this function, and all instances of the class have the brand: they need the ordinary test.
      if (this !== Class) {
        return ordinaryHasInstance.call(this as ErrorClass, value);
      }
      return typeof value === 'object' && value !== null && brand in value;
    },
  });
}

import type { ThriftSchema } from '../validation/structs.js';
import type { Struct } from './struct.js';

/**
 * Gives a struct the validator that its annotations ask for, by Standard Schema. Both are made when they are used first.
 *
 * @param validator makes the validator.
 */
export function validated<T, Required extends keyof T>(
  struct: Struct<T, Required>,
  validator: () => ThriftSchema<T>,
): Struct<T, Required> & ThriftSchema<T> {
  let made: ThriftSchema<T> | undefined;
  const make = () => (made ??= validator());
  const members: ThriftSchema<T> = {
    get '~standard'() {
      return make()['~standard'];
    },
    check: (value, run) => make().check(value, run),
  };
  return Object.defineProperties(struct, Object.getOwnPropertyDescriptors(members)) as Struct<
    T,
    Required
  > &
    ThriftSchema<T>;
}

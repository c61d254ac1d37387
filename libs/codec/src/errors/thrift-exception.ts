import { branded } from './branded.js';

/**
 * Base of the exception classes generated for `exception` definitions. Thrown by a handler it travels to the caller,
 * whose promise rejects with an instance of the same class; it is part of the contract and not a failure of the call.
 * Generated classes set `name` to the name of the exception in the IDL, unless it has a field `name`.
 *
 * @example
 * throw new UserNotFound({ message: 'no such user', user_id: 7n });
 */
export abstract class ThriftException extends Error {
  static {
    branded(this, 'ThriftException');
  }
}

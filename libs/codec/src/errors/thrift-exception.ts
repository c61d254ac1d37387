/**
 * Base of the exception classes generated for `exception` definitions. Thrown by a handler it travels to the caller,
 * whose promise rejects with an instance of the same class; it is part of the contract and not a failure of the call.
 *
 * @example
 * throw new UserNotFound({ message: 'no such user', user_id: 7n });
 */
export abstract class ThriftException extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

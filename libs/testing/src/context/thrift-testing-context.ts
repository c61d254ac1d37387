import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { ThriftContext } from '@nestjs-thrift/microservice';
import { enableCurrentCall } from '@nestjs-thrift/transport';
import { callStorage, resolveOptions } from '@nestjs-thrift/transport/internal';
import { serviceMethod, type MethodName } from '../service-types.js';
import { TESTING_CALL_OPTIONS, TestingCall, type TestingCallOptions } from './testing-call.js';

/** The context of a call that no caller made: the second argument of a handler under test. */
export class ThriftTestingContext extends ThriftContext {
  readonly #testingCall: TestingCall;

  constructor(testingCall: TestingCall) {
    super(testingCall);
    this.#testingCall = testingCall;
  }

  /** What the handler sent back with its reply. */
  get backwardMetadata(): ReadonlyMap<string, string> {
    return this.#testingCall.backwardMetadata;
  }

  /** Makes the caller go away: the signal of the call aborts. */
  callerLeaves(): void {
    this.#testingCall.callerLeaves();
  }

  /** Runs a function as a handler of this call runs: `currentCall()` finds the call in everything it awaits. */
  run<T>(run: () => T): T {
    enableCurrentCall();
    return callStorage.run({ call: this.#testingCall }, run);
  }
}

/**
 * Makes the context of a call for unit tests of handlers, guards and interceptors, and of what asks for `currentCall()`.
 *
 * @throws TypeError for a name the service has no method of, and one that names each wrong option.
 * @example
 * ```ts
 * const context = createThriftTestingContext(UserService, 'GetUser', {
 *   caller: 'example.gateway',
 *   persistentMetadata: { tenant: '7' },
 * });
 * await context.run(() => controller.GetUser({ user_id: 1n }, context));
 * ```
 */
export function createThriftTestingContext<Client>(
  service: ServiceDefinition<Client>,
  method: MethodName<Client>,
  options: TestingCallOptions = {},
): ThriftTestingContext {
  const definition = serviceMethod(service, method);
  const checked = resolveOptions('createThriftTestingContext', TESTING_CALL_OPTIONS, options);
  return new ThriftTestingContext(new TestingCall(service, definition, checked));
}

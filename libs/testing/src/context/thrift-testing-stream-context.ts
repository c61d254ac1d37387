import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { ThriftStreamContext } from '@nestjs-thrift/microservice';
import { enableCurrentCall } from '@nestjs-thrift/transport';
import { callStorage, resolveOptions } from '@nestjs-thrift/transport/internal';
import { anyMethod, type MethodName } from '../service-types.js';
import { TESTING_CALL_OPTIONS, type TestingCallOptions } from './testing-call.js';
import { TestingStream } from './testing-stream.js';

/** The context of a stream that no caller opened: the second argument of a handler under test. */
export class ThriftTestingStreamContext extends ThriftStreamContext {
  readonly #stream: TestingStream;

  constructor(stream: TestingStream) {
    super(stream);
    this.#stream = stream;
  }

  /** Headers that the handler has set. */
  get headers(): ReadonlyMap<string, string> {
    return this.#stream.headers;
  }

  /** Trailers that the handler has set. */
  get trailers(): ReadonlyMap<string, string> {
    return this.#stream.trailers;
  }

  /**
   * Makes the caller cancel: `signal` aborts with a RemoteCancelledError.
   *
   * @param path services that the cancellation passed. @defaultValue none
   */
  callerCancels(path: readonly string[] = []): void {
    this.#stream.callerCancels(path);
  }

  /** Makes the connection of the caller break: `signal` aborts with a ConnectionLostError. */
  callerLeaves(): void {
    this.#stream.callerLeaves();
  }

  /** Makes the server begin to shut down: `draining` aborts. */
  drain(): void {
    this.#stream.drain();
  }

  /** Runs a function as a handler of this stream runs: `currentCall()` finds the stream in everything it awaits. */
  run<T>(run: () => T): T {
    enableCurrentCall();
    return callStorage.run({ call: this.#stream }, run);
  }
}

/**
 * Makes the context of a stream for unit tests of handlers.
 *
 * @throws TypeError for a name the service has no method of, and one that names each wrong option.
 * @example
 * ```ts
 * const context = createThriftTestingStreamContext(ChatService, 'Ask', { caller: 'example.gateway' });
 * const words = controller.Ask({ question: 'Why?' }, context);
 * await words.next();
 * context.callerCancels();
 * ```
 */
export function createThriftTestingStreamContext<Client>(
  service: ServiceDefinition<Client>,
  method: MethodName<Client>,
  options: TestingCallOptions = {},
): ThriftTestingStreamContext {
  const definition = anyMethod(service, method);
  const checked = resolveOptions('createThriftTestingStreamContext', TESTING_CALL_OPTIONS, options);
  return new ThriftTestingStreamContext(new TestingStream(service, definition, checked));
}

import type { RequestMethod, ServiceDefinition, StreamMethod } from '@nestjs-thrift/codec';
import { propertyOfMethod, type FieldValues } from '@nestjs-thrift/codec/internal';
import type { CallOptions, StreamOptions } from '@nestjs-thrift/transport';
import {
  createMethodInvoker,
  createTypedClient,
  isRequestMethod,
} from '@nestjs-thrift/transport/internal';
import {
  anyMethod,
  type MethodArguments,
  type MethodName,
  type MethodResult,
} from '../service-types.js';
import { type MockedStreamEnd, MockedStreams } from './mocked-streams.js';
import type { IsStreaming, RequestOf, RequestsOf, ResponseOf } from './stream-types.js';
import type { MockedStreamContext, StreamAnswer, StreamRecord } from './stream-stub.js';
import { UnexpectedCallError, WireResult, checkArguments, checkError } from './wire-outcome.js';

/** A call made on a mocked client. */
export interface MockedCallOf<Client, Method extends MethodName<Client>> {
  readonly method: Method;
  /** The arguments in the order of the IDL. */
  readonly args: MethodArguments<Client, Method>;
  /** What the caller said about the call; empty if nothing. */
  readonly options: CallOptions;
}

/** A call made on a mocked client; its `method` tells the type of its `args`. */
export type MockedCall<Client> = {
  [Method in MethodName<Client>]: MockedCallOf<Client, Method>;
}[MethodName<Client>];

/** Sets the outcome of later calls of one method. */
export interface MockedMethod<Client, Method extends MethodName<Client>> {
  /**
   * Every call resolves with the value, as if it had come off the wire: each time a new copy, absent fields `undefined`.
   *
   * @throws EncodeError that names the field, for a value that does not fit the IDL.
   */
  resolves(value: MethodResult<Client, Method>): void;
  /**
   * Every call rejects with the error: a declared exception, a BizStatusError, or what a transport fails with.
   *
   * @throws TypeError for an exception of the IDL that the method does not declare: no server could answer with it.
   */
  rejects(error: Error): void;
  /**
   * Every call is answered by the function: it gets the arguments in the order of the IDL and the options of the call,
   * and returns or throws. What it returns or throws is checked as above; the call rejects with what is wrong.
   */
  answers(
    answer: (
      ...args: [...MethodArguments<Client, Method>, options: CallOptions]
    ) => MethodResult<Client, Method> | Promise<MethodResult<Client, Method>>,
  ): void;
}

/** Sets the outcome of later streams of one method. */
export interface MockedStreamMethod<Client, Method extends MethodName<Client>> {
  /**
   * Every stream gets these messages, each time new copies as they come off the wire; where the client alone sends a stream, the first one is
   * the reply to all of its messages.
   *
   * @throws EncodeError that names the field, for a message or an exception that does not fit the IDL; TypeError for an exception of the
   *   IDL that the method does not declare, as no server could end the stream with it, and one that names each wrong option.
   */
  streams(messages: readonly ResponseOf<Client, Method>[], end?: MockedStreamEnd): void;
  /** Every stream fails with the error, without a message before it. @throws as `streams` does. */
  rejects(error: Error): void;
  /**
   * Every stream is answered by the function, as by a handler: it gets the request, or the stream of them, and returns an async iterable or
   * an array of messages, or the reply where the client alone sends a stream.
   */
  answers(
    answer: (
      requests: RequestsOf<Client, Method>,
      context: MockedStreamContext,
    ) =>
      | AsyncIterable<ResponseOf<Client, Method>>
      | readonly ResponseOf<Client, Method>[]
      | ResponseOf<Client, Method>
      | Promise<ResponseOf<Client, Method>>,
  ): void;
}

/** A stream that was opened on a mocked client. */
export interface MockedStream<Client, Method extends MethodName<Client>> {
  readonly method: Method;
  /** The messages sent so far, as they came off the wire. */
  readonly sent: readonly RequestOf<Client, Method>[];
  /** What the code under test said about the stream; empty if nothing. */
  readonly options: StreamOptions;
  /** Whether it left or cancelled the stream. */
  readonly cancelled: boolean;
}

/** What sets the outcome of a method, by its kind. */
export type Mocked<Client, Method extends MethodName<Client>> = unknown extends Client
  ? MockedMethod<Client, Method> & MockedStreamMethod<Client, Method>
  : IsStreaming<Client, Method> extends true
    ? MockedStreamMethod<Client, Method>
    : MockedMethod<Client, Method>;

type Answer = (args: unknown[], options: CallOptions) => unknown;

/**
 * A client for unit tests of what calls a service: typed as the generated one, without a socket, for any test runner. Arguments and
 * results are checked against the IDL; a call without a stub rejects with an {@link UnexpectedCallError}.
 */
export class ThriftClientMock<Client> {
  readonly #service: ServiceDefinition<Client>;

  /** What the code under test gets. */
  readonly client: Client;
  readonly #answers = new Map<string, Answer>();
  readonly #made: MockedCall<Client>[] = [];
  readonly #streams: MockedStreams;

  constructor(service: ServiceDefinition<Client>) {
    this.#service = service;
    this.#streams = new MockedStreams(service);

    this.client = createTypedClient(
      service,
      (method) =>
        createMethodInvoker(service, method, ({ args, options }) =>
          this.#call(method, args, options),
        ),
      (method) => this.#streams.invokerOf(method),
    );
  }

  /** The calls made, in order. */
  get calls(): readonly MockedCall<Client>[] {
    return this.#made;
  }

  /** The calls made of one method. */
  callsOf<Method extends MethodName<Client>>(method: Method): MockedCallOf<Client, Method>[] {
    return this.#made.filter((call) => call.method === method) as MockedCallOf<Client, Method>[];
  }

  /**
   * Programs a method; what it was programmed for before is forgotten.
   *
   * @throws TypeError for a name the service has no method of.
   */
  when<Method extends MethodName<Client>>(name: Method): Mocked<Client, Method> {
    const method = anyMethod(this.#service, name);
    const mocked = isRequestMethod(method) ? this.#ofCalls(method) : this.#ofStreams(method);
    return mocked as Mocked<Client, Method>;
  }

  /** The streams opened of one method, in order. */
  streamsOf<Method extends MethodName<Client>>(method: Method): MockedStream<Client, Method>[] {
    const ofMethod = (record: StreamRecord): boolean => record.method === method;
    return this.#streams.records.filter(ofMethod) as unknown as MockedStream<Client, Method>[];
  }

  #ofStreams(method: StreamMethod): MockedStreamMethod<unknown, string> {
    return {
      streams: (messages, end = {}) => this.#streams.answerWith(method, messages, end),
      rejects: (error) => this.#streams.answerWith(method, [], { error }),
      answers: (answer) => this.#streams.answer(method, answer as StreamAnswer),
    };
  }

  #ofCalls(method: RequestMethod): MockedMethod<unknown, string> {
    const label = `${this.#service.name}.${method.name}`;
    return {
      resolves: (value) => {
        const result = WireResult.of(label, method, value);
        this.#answers.set(method.name, () => result.value());
      },
      rejects: (error) => {
        checkError(label, method, error);
        this.#answers.set(method.name, () => Promise.reject(error));
      },
      answers: (answer) =>
        this.#answers.set(method.name, checked(label, method, answer as Answered)),
    };
  }

  /** Forgets all answers, calls and streams. For `afterEach`. */
  reset(): void {
    this.#streams.reset();
    this.#answers.clear();
    this.#made.length = 0;
  }

  async #call(method: RequestMethod, values: FieldValues, options: CallOptions): Promise<unknown> {
    checkArguments(method, values);
    const args = method.parameters.map((parameter) => values[parameter]);
    const property = propertyOfMethod(method.name);
    this.#made.push({ method: property, args, options } as MockedCall<Client>);
    const answer = this.#answers.get(method.name);
    if (answer === undefined) {
      throw new UnexpectedCallError(this.#service.name, method.name);
    }
    return answer(args, options);
  }
}

type Answered = (...args: unknown[]) => unknown;

function checked(label: string, method: RequestMethod, answer: Answered): Answer {
  return async (args, options) => {
    let value: unknown;
    try {
      value = await answer(...args, options);
    } catch (error) {
      checkError(label, method, error);
      throw error;
    }
    return WireResult.of(label, method, value).value();
  };
}

/**
 * Makes a mock of a client.
 *
 * @example
 * ```ts
 * const users = mockThriftClient(UserService);
 * users.when('GetUser').resolves({ user: { id: 1n, name: 'Ada' } });
 * await new UsersController(users.client).get('1');
 * users.callsOf('GetUser'); // [{ method: 'GetUser', args: [{ user_id: 1n }], options: { timeoutMs: 1000 } }]
 * ```
 */
export function mockThriftClient<Client>(
  service: ServiceDefinition<Client>,
): ThriftClientMock<Client> {
  return new ThriftClientMock(service);
}

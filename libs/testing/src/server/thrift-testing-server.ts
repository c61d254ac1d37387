import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { ThriftContext, ThriftStreamContext } from '@nestjs-thrift/microservice';
import {
  ApplicationExceptionType,
  type IncomingCall,
  type IncomingStream,
  type MethodHandler,
  RemoteError,
  ServerTransport,
} from '@nestjs-thrift/transport';
import {
  integer,
  isRequestMethod,
  type OptionsOf,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import { FaultPlan } from '../faults/fault-plan.js';
import { Gate } from '../faults/gate.js';
import { ThriftStreamFaults } from '../faults/stream-faults.js';
import { ThriftFaults } from '../faults/thrift-faults.js';
import { anyMethod, type MethodName } from '../service-types.js';
import {
  type ReceivedCall,
  type ReceivedCallOf,
  describeCall,
  type AnyHandler,
  type ThriftTestingHandlers,
} from './received-call.js';

/** Options of a testing server. */
export const TESTING_SERVER_OPTIONS = {
  /** Port on the loopback address; 0 takes a free one. */
  port: integer({ max: 65_535, default: 0 }),
};

/** How a testing server listens. */
export interface ThriftTestingServerOptions extends OptionsOf<typeof TESTING_SERVER_OPTIONS> {}

/**
 * A real server in the process of the test, for what calls a service. It accepts all transports and protocols on a port of
 * the loopback address, serves with plain functions, keeps what was called, and fails on demand.
 */
export class ThriftTestingServer<Client> {
  readonly #service: ServiceDefinition<Client>;
  readonly #initialHandlers: ThriftTestingHandlers<Client>;

  /** Faults of replies and of the port. */
  readonly faults: ThriftFaults<MethodName<Client>>;
  readonly #received: ReceivedCall<Client>[] = [];
  readonly #handlers = new Map<string, AnyHandler>();
  readonly #server: ServerTransport;
  readonly #gate: Gate;

  private constructor(
    service: ServiceDefinition<Client>,
    initialHandlers: ThriftTestingHandlers<Client>,
    port: number,
  ) {
    this.#service = service;
    this.#initialHandlers = initialHandlers;

    this.handle(initialHandlers);
    const serve: MethodHandler = (values, call) => this.#serve(values, call);
    const handlers = Object.fromEntries(Object.keys(service.methods).map((name) => [name, serve]));
    const options = { host: '127.0.0.1', port: 0, exposeErrors: true };
    this.#server = new ServerTransport([{ definition: service, handlers }], options);
    const plan = new FaultPlan();
    const streamFaults = new ThriftStreamFaults<MethodName<Client>>();
    this.#gate = new Gate(this.#server, plan, streamFaults, port);
    this.faults = new ThriftFaults(plan, streamFaults, this.#gate);
  }

  /** Starts a server; {@link createThriftTestingServer} is the way to call it. */
  static async start<Client>(
    service: ServiceDefinition<Client>,
    handlers: ThriftTestingHandlers<Client>,
    options: ThriftTestingServerOptions,
  ): Promise<ThriftTestingServer<Client>> {
    const { port } = resolveOptions('createThriftTestingServer', TESTING_SERVER_OPTIONS, options);
    const testing = new ThriftTestingServer(service, handlers, port);
    await testing.#server.listen();
    try {
      await testing.#gate.open();
    } catch (error) {
      await testing.close();
      throw error;
    }
    return testing;
  }

  /** Where callers find it: `127.0.0.1:port`. */
  get address(): string {
    return this.#gate.address;
  }

  /** What was called, in the order of arrival, calls of methods without a handler among them. */
  get calls(): readonly ReceivedCall<Client>[] {
    return this.#received;
  }

  /** What was called of one method. */
  callsOf<Method extends MethodName<Client>>(method: Method): ReceivedCallOf<Client, Method>[] {
    return this.#received.filter((call) => call.method === method) as ReceivedCallOf<
      Client,
      Method
    >[];
  }

  /**
   * Replaces the handlers of methods; methods not named keep theirs.
   *
   * @throws TypeError for a name the service has no method of.
   */
  handle(handlers: ThriftTestingHandlers<Client>): void {
    for (const [name, handler] of Object.entries(handlers)) {
      anyMethod(this.#service, name);
      this.#handlers.set(name, handler as AnyHandler);
    }
  }

  /** Back to the start: the handlers it was made with, no calls, no faults, the port open. For `afterEach`. */
  async reset(): Promise<void> {
    this.#handlers.clear();
    this.handle(this.#initialHandlers);
    this.#received.length = 0;
    await this.faults.clear();
  }

  /** Closes the port and all connections. Handlers that are running are not waited for. */
  async close(): Promise<void> {
    await this.#gate.shut();
    await this.#server.close({ drainTimeoutMs: 0 });
  }

  /** As {@link ThriftTestingServer.close}: `await using server = await createThriftTestingServer(…)`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #serve(values: FieldValues, call: IncomingCall): unknown {
    const { name, parameters } = call.method;
    const args = parameters.map((parameter) => values[parameter]);
    const headers = this.#gate.takeHeaders(call.remoteAddress, call.sequenceId);
    const received = { method: name, args, ...describeCall(call, headers) };
    this.#received.push(received as ReceivedCall<Client>);
    const handler = this.#handlers.get(name);
    if (handler === undefined) {
      throw new RemoteError(
        ApplicationExceptionType.UNKNOWN_METHOD,
        `the testing server has no handler for ${this.#service.name}.${name}; give it one with handle({ ${name}: … })`,
      );
    }
    const context = isRequestMethod(call.method)
      ? new ThriftContext(call)
      : new ThriftStreamContext(call as IncomingStream);
    return handler(...args, context);
  }
}

/**
 * Starts a testing server of a service.
 *
 * @param handlers one function per method, each may be left out: calls of the others fail with a RemoteError.
 *   What a handler throws reaches the caller with its message.
 * @throws TypeError for a handler the service has no method for and for wrong options, an Error when the port asked for is in use.
 * @example
 * ```ts
 * const server = await createThriftTestingServer(UserService, {
 *   GetUser: ({ user_id }) => ({ user: { id: user_id, name: 'Ada' } }),
 * });
 * ```
 */
export function createThriftTestingServer<Client>(
  service: ServiceDefinition<Client>,
  handlers: ThriftTestingHandlers<Client> = {},
  options: ThriftTestingServerOptions = {},
): Promise<ThriftTestingServer<Client>> {
  return ThriftTestingServer.start(service, handlers, options);
}

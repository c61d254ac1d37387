import { Logger } from '@nestjs/common';
import type { RequestMethod, ServiceDefinition, StreamMethod } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import type { ClientGovernance } from '@nestjs-thrift/governance';
import type { CallOptions, ClientTransport } from '@nestjs-thrift/transport';
import {
  CallbackReport,
  type MethodInvoker,
  createMethodInvoker,
  createStreamInvoker,
  createTypedClient,
  type StreamInvoker,
} from '@nestjs-thrift/transport/internal';
import { QuietLog } from '../errors/quiet-log.js';
import { patternOf, serviceName } from '../decorators/handler-binding.js';
import type { ThriftClientObserver } from '../observer/thrift-observer.decorator.js';
import { governService } from './service-governance.js';
import type { ThriftClientOptions } from './thrift-client-options.js';
import { WarmConnections } from './warm-connections.js';

/** A service whose definition is known. */
export interface KnownService {
  readonly governance: ClientGovernance;
  readonly typedClient: unknown;
}

/** A method that can be called by its pattern. */
export interface CallRoute {
  readonly method: RequestMethod;
  readonly invoke: MethodInvoker;
}

/** A method with a stream that can be opened by its pattern. */
export interface StreamRoute {
  readonly method: StreamMethod;
  readonly open: StreamInvoker;
}

/** What a pattern stands for. */
export type Route = CallRoute | StreamRoute;

/** Changes the options of a call before it is made. */
export type PrepareOptions = (
  pattern: string,
  args: FieldValues,
  options?: CallOptions,
) => CallOptions | undefined;

/** The services of a client, by name and by pattern. */
export class ClientServices {
  readonly #transport: ClientTransport;
  readonly #options: ThriftClientOptions;
  readonly #prepare: PrepareOptions;
  readonly #observers: Set<ThriftClientObserver>;
  readonly #logger = new Logger('ThriftClient');
  readonly #warmth: WarmConnections;
  readonly #observerReport = new CallbackReport('serviceAdded of an observer');

  readonly #notWarm = new QuietLog((message) => this.#logger.warn(message));
  readonly #services = new Map<string, KnownService>();
  readonly #routes = new Map<string, Route>();

  constructor(transport: ClientTransport, options: ThriftClientOptions, prepare: PrepareOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#observers = new Set(options.observers);
    this.#prepare = prepare;
    this.#warmth = new WarmConnections(transport, options.connection, (what, error) =>
      this.#notWarm.failed(what, error),
    );
  }

  /** What governs the calls of each service known. */
  get governances(): ClientGovernance[] {
    return Array.from(this.#services.values(), ({ governance }) => governance);
  }

  /** Makes the connections of `minIdlePerAddress` to all instances that are known, and to others as they appear. */
  warmUp(): Promise<void> {
    return this.#warmth.start(this.governances);
  }

  /** Adds a service, unless there is one of its name. */
  add(definition: ServiceDefinition): void {
    if (this.#services.has(definition.name)) {
      return;
    }
    this.#transport.prepare(definition);
    const governance = governService(definition, this.#options, (message) =>
      this.#logger.warn(message),
    );
    const failures = new QuietLog((message) => this.#logger.warn(message));
    governance.onEvent((event) => {
      if (event.type === 'instances') {
        for (const { address } of event.removed) {
          this.#transport.removeEndpoint(address);
        }
        this.#warmth.add(event.added);
      } else if (event.type === 'resolve_failed') {
        // log warn: The resolver has no answer. Calls continue with the instances known; at most one line a minute.
        const what = `discovery failed, the last instances stay in use (service=${event.service})`;
        failures.failed(what, event.error);
      }
    });
    const typedClient = createTypedClient(
      definition,
      (method) => this.#addMethod(definition, method, governance),
      (method) => this.#addStream(definition, method, governance),
    );
    this.#services.set(definition.name, { governance, typedClient });
    this.#observers.forEach((observer) => this.#tell(observer, governance));
  }

  /** Adds an observer, once, and reports the services that are known to it. */
  observe(observer: ThriftClientObserver): void {
    if (!this.#observers.has(observer)) {
      this.#observers.add(observer);
      this.governances.forEach((governance) => this.#tell(observer, governance));
    }
  }

  /** @throws Error for a service the client was not made for, and for one of an IDL that is not loaded yet. */
  service(name: string): KnownService {
    const service = this.#services.get(name);
    if (service !== undefined) {
      return service;
    }
    const names = this.#options.services.map(serviceName);
    throw new Error(
      names.includes(name)
        ? `${name} comes from the IDL, which is loaded by connect(): call it first`
        : `this client has no service ${name}; it has ${names.join(', ')}`,
    );
  }

  /** @throws Error for a pattern that is no `Service.method` of the client. */
  route(pattern: unknown): Route {
    const route = typeof pattern === 'string' ? this.#routes.get(pattern) : undefined;
    if (route !== undefined) {
      return route;
    }
    const asked = typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
    const patterns = [...this.#routes.keys()].join(', ') || 'nothing before connect()';
    throw new Error(`no method ${asked}: this client calls ${patterns}`);
  }

  #tell(observer: ThriftClientObserver, governance: ClientGovernance): void {
    this.#observerReport.run(() => observer.serviceAdded?.(governance, this.#transport));
  }

  #addMethod(
    definition: ServiceDefinition,
    method: RequestMethod,
    governance: ClientGovernance,
  ): MethodInvoker {
    const pattern = patternOf(definition, method.name);
    const endpoint = governance.wrap(method, (call) => this.#transport.call(call));
    const call = createMethodInvoker(definition, method, endpoint);
    const invoke: MethodInvoker = (args, options) =>
      call(args, this.#prepare(pattern, args, options));
    this.#routes.set(pattern, { method, invoke });
    return invoke;
  }

  #addStream(
    definition: ServiceDefinition,
    method: StreamMethod,
    governance: ClientGovernance,
  ): StreamInvoker {
    const pattern = patternOf(definition, method.name);
    const endpoint = governance.wrap(method, (call) => this.#transport.openStream(call));
    const { recvTimeoutMs } = this.#transport;
    const configured = () => governance.policiesOf(method.name).stream;
    const open = createStreamInvoker(definition, method, endpoint, { recvTimeoutMs, configured });
    this.#routes.set(pattern, { method, open });
    return open;
  }
}

import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import type { ClientGovernance } from '@nestjs-thrift/governance';
import {
  type CallOptions,
  ClientTransport,
  type TransportObserver,
} from '@nestjs-thrift/transport';
import { CallbackReport, CLIENT_OPTIONS, pickOptions } from '@nestjs-thrift/transport/internal';
import { AsyncSubject, Observable, from, throwError } from 'rxjs';
import { serviceName } from '../decorators/handler-binding.js';
import { GuardedEvents } from '../errors/guarded-events.js';
import { resolveServices } from '../idl/resolve-services.js';
import { publishTo } from './publish.js';
import type { ThriftClientObserver } from '../observer/thrift-observer.decorator.js';
import { ClientServices } from './client-services.js';
import { isNothing, missingData, readPatternData } from './payload.js';
import { requireInstances } from './service-governance.js';
import {
  type ThriftClientEvents,
  type ThriftClientStatus,
  type ThriftClientOptions,
  checkClientOptions,
} from './thrift-client-options.js';

/**
 * Calls Thrift services: with typed clients from {@link ThriftClient.getService}, or by pattern as Nest's other clients.
 * `ThriftModule.forFeature` makes them, and so does Nest's `ClientsModule` with `customClass: ThriftClient`.
 *
 * @example
 * ```ts
 * const client = new ThriftClient({ services: [UserService], endpoints: ['127.0.0.1:8888'] });
 * await client.getService(UserService).GetUser({ user_id: 1n }, { timeoutMs: 300 });
 * await client.close();
 * ```
 */
export class ThriftClient
  extends ClientProxy<ThriftClientEvents>
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  readonly #options: ThriftClientOptions;

  readonly #logger = new Logger(ThriftClient.name);
  readonly #events = new GuardedEvents<ThriftClientEvents>(ThriftClient.name, this.#logger);
  readonly #hookReport = new CallbackReport('the dispatch hook of the client', (message) =>
    this.#logger.error(message),
  );
  readonly #transport: ClientTransport;
  readonly #services: ClientServices;
  /** The client that has the connections: this one, unless it uses those of another. */
  readonly #owner: ThriftClient;
  #loading: Promise<void> | undefined;
  #openConnections = 0;

  /**
   * Opens nothing yet.
   *
   * @throws TypeError that names each option that is wrong or missing, ProtocolError for a service whose code was generated without the
   *   `protocol` of the options.
   */
  constructor(options: ThriftClientOptions) {
    super();
    checkClientOptions(options);
    requireInstances(options);
    const { connectionsOf: other } = options;
    if (other === undefined) {
      this.#owner = this;
      this.#options = options;
      this.#transport = new ClientTransport({
        ...pickOptions(CLIENT_OPTIONS, options),
        observers: [...(options.observers ?? []), this.#observer()],
      });
    } else if (other instanceof ThriftClient) {
      this.#owner = other.#owner;
      this.#options = { ...options, ...pickOptions(CLIENT_OPTIONS, other.#owner.#options) };
      this.#transport = other.#transport;
    } else {
      throw new TypeError('connectionsOf must be a ThriftClient');
    }
    this.#services = new ClientServices(
      this.#transport,
      this.#options,
      (pattern, args, callOptions) => this.#withDispatchMetadata(pattern, args, callOptions),
    );
    for (const service of options.services) {
      if (typeof service !== 'string') {
        this.#services.add(service);
      }
    }
  }

  /** Whether there is a connection; the last state first. */
  override get status(): Observable<ThriftClientStatus> {
    return (
      this.#owner === this ? super.status : this.#owner.status
    ) as Observable<ThriftClientStatus>;
  }

  /**
   * The typed client of a service: one function per method, with the parameters in the order of the IDL and then
   * {@link CallOptions}. The same object each time.
   *
   * @throws Error for a service the client was not made for, and for one from the IDL before it is loaded.
   */
  getService<Client>(service: ServiceDefinition<Client>): Client;
  getService<Client>(name: string): Client;
  getService<Client>(service: ServiceDefinition<Client> | string): Client {
    return this.#services.service(serviceName(service)).typedClient as Client;
  }

  /**
   * What governs the calls of a service: its instances, its breakers, its events.
   *
   * @throws Error as {@link ThriftClient.getService}.
   */
  governance(service: ServiceDefinition | string): ClientGovernance {
    return this.#services.service(serviceName(service)).governance;
  }

  /** What governs the calls of each service, in the order they were added. */
  get governances(): readonly ClientGovernance[] {
    return this.#services.governances;
  }

  /**
   * Opens a connection to an instance of each service, unless there is a connection, then those of `minIdlePerAddress` to all
   * instances, and loads the IDL if services are given by name. Calls need not wait for it.
   *
   * @throws ConnectError if no instance can be reached, NoInstanceError if none is known.
   */
  async connect(): Promise<void> {
    await this.loadServices();
    if (this.#owner.#openConnections === 0) {
      for (const governance of this.#services.governances) {
        await this.#connectToOne(governance);
      }
    }
    await this.#services.warmUp();
  }

  /** Loads the IDL of services that are given by name. {@link ThriftClient.connect} does it too. */
  loadServices(): Promise<void> {
    return (this.#loading ??= this.#resolve());
  }

  /**
   * Refuses further calls, lets those in flight finish for up to 5 seconds, and closes all connections; those of another client stay
   * open until that one is closed. May be called again.
   */
  async close(): Promise<void> {
    for (const governance of this.#services.governances) {
      governance.close();
    }
    if (this.#owner === this) {
      await this.#transport.close();
    }
  }

  /**
   * Makes the connections of `minIdlePerAddress` before the application takes requests. Instances that cannot be reached
   * are for the first calls to find: they do not keep the application from starting; a log line reports them.
   */
  onApplicationBootstrap(): Promise<void> {
    return this.#services.warmUp();
  }

  /** Closes the client with the application it was made for. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  /** Calls back on an event of {@link ThriftClientEvents}. What the callback throws is logged and changes nothing. */
  override on<Event extends keyof ThriftClientEvents>(
    event: Event,
    callback: ThriftClientEvents[Event],
  ): void {
    this.#owner.#events.on(event, callback);
  }

  /**
   * Adds an observer to those of the options, once. It follows the calls that begin afterwards; the connections that are open are
   * reported to it as opened.
   */
  observe(observer: ThriftClientObserver): void {
    this.#transport.observe(observer);
    this.#services.observe(observer);
  }

  /** The ClientTransport below, with the state of its pools. */
  unwrap<T = ClientTransport>(): T {
    return this.#transport as T;
  }

  /**
   * Calls `Service.method` with every subscription; unsubscribing cancels. Emits the result, or null for a void method.
   *
   * Nest's own `send` would wait for {@link ThriftClient.connect} first, outside of timeouts, retries and fallbacks.
   *
   * A method whose server sends a stream emits its messages; one whose client does takes an Observable, an async iterable or an array.
   *
   * @param data the parameter of a method with one, else an object of the parameters by name, or a {@link ThriftRecord} of it.
   */
  override send<TResult = unknown, TInput = unknown>(
    pattern: unknown,
    data: TInput,
  ): Observable<TResult> {
    if (isNothing(data)) {
      return throwError(() => missingData(pattern));
    }
    return new Observable<TResult>((observer) =>
      this.publish({ pattern, data }, this.createObserver(observer)),
    );
  }

  /** Makes a oneway call at once; completes when it is sent. */
  override emit<TResult = unknown, TInput = unknown>(
    pattern: unknown,
    data: TInput,
  ): Observable<TResult> {
    if (isNothing(data)) {
      return throwError(() => missingData(pattern));
    }
    const sent = new AsyncSubject<TResult>();
    from(this.dispatchEvent<TResult>({ pattern, data })).subscribe(sent);
    return sent.asObservable();
  }

  protected publish(
    { pattern, data }: ReadPacket,
    callback: (packet: WritePacket) => void,
  ): () => void {
    return publishTo(this.#services, { pattern, data }, callback);
  }

  protected async dispatchEvent<T>({ pattern, data }: ReadPacket): Promise<T> {
    const route = this.#services.route(pattern);
    if (route.method.kind !== 'oneway' || 'open' in route) {
      throw new Error(`${String(pattern)} is not oneway: use send()`);
    }
    const { args, options } = readPatternData(route.method, data);
    return (await route.invoke(args, options)) as T;
  }

  async #resolve(): Promise<void> {
    const { services, idl } = this.#options;
    for (const service of await resolveServices(services, idl)) {
      this.#services.add(service);
    }
  }

  async #connectToOne(governance: ClientGovernance): Promise<void> {
    let failure: unknown;
    for (const { address } of await governance.ready()) {
      try {
        return await this.#transport.connect(address);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** Instrumentation of Nest attaches values to packets; they travel as metadata. */
  #withDispatchMetadata(
    pattern: string,
    data: FieldValues,
    options?: CallOptions,
  ): CallOptions | undefined {
    if (this.onDispatchHook === undefined) {
      return options;
    }
    const packet: ReadPacket = { pattern, data };
    this.#hookReport.run(() => this.onDispatchHook?.(packet));
    const { metadata } = packet;
    return { ...options, metadata: { ...metadata, ...options?.metadata } };
  }

  #observer(): TransportObserver {
    return {
      connectionOpened: ({ address }) => {
        this.#openConnections += 1;
        this._status$.next('connected');
        this.#events.emit('connect', address);
      },
      connectionClosed: ({ address }, error) => {
        this.#openConnections -= 1;
        if (this.#openConnections === 0) {
          this._status$.next('disconnected');
        }
        this.#events.emit('disconnect', address, error);
      },
      connectionFailed: ({ address }, error) => this.#events.emit('error', error, address),
    };
  }
}

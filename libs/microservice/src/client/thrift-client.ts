import { EventEmitter } from 'node:events';
import type { OnApplicationShutdown } from '@nestjs/common';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import type { FieldValues, MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { InstanceDirectory } from '@nestjs-thrift/governance';
import {
  type CallOptions,
  ClientTransport,
  type MethodInvoker,
  type TransportObserver,
  createMethodInvoker,
} from '@nestjs-thrift/transport';
import { AsyncSubject, Observable, from, throwError } from 'rxjs';
import { patternOf, serviceName } from '../decorators/handler-binding.js';
import { resolveServices } from '../idl/resolve-services.js';
import { clientChain, openDirectory } from './client-chain.js';
import { readPatternData } from './pattern-data.js';
import type { ThriftClientEvents, ThriftClientStatus } from './thrift-client-events.js';
import type { ThriftClientOptions } from './thrift-client-options.js';
import { createTypedClient } from './typed-client.js';

interface Route {
  readonly method: MethodDefinition;
  readonly invoke: MethodInvoker;
}

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
export class ThriftClient extends ClientProxy<ThriftClientEvents> implements OnApplicationShutdown {
  private readonly events = new EventEmitter();
  private readonly directory: InstanceDirectory;
  private readonly transport: ClientTransport;
  private readonly typedClients = new Map<string, unknown>();
  private readonly routes = new Map<string, Route>();
  private loading: Promise<void> | undefined;
  private openConnections = 0;

  /** @throws Error or RangeError for options that are missing or out of range; nothing is opened yet. */
  constructor(private readonly options: ThriftClientOptions) {
    super();
    this.directory = openDirectory(options);
    this.transport = new ClientTransport({
      ...options,
      observers: [...(options.observers ?? []), this.observer()],
    });
    this.directory.onChange(({ removed }) => {
      for (const { address } of removed) this.transport.removeEndpoint(address);
    });
    for (const service of options.services) {
      if (typeof service !== 'string') this.learn(service);
    }
  }

  /** Whether there is a connection; the last state first. */
  override get status(): Observable<ThriftClientStatus> {
    return super.status as Observable<ThriftClientStatus>;
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
    const name = serviceName(service);
    const client = this.typedClients.get(name);
    if (client !== undefined) return client as Client;
    const names = this.options.services.map(serviceName);
    throw new Error(
      names.includes(name)
        ? `${name} comes from the IDL, which is loaded by connect(): call it first`
        : `this client has no service ${name}; it has ${names.join(', ')}`,
    );
  }

  /**
   * Opens a connection to one of the instances, unless there is one, and loads the IDL if services are given by name.
   * Calls need not wait for it.
   *
   * @throws ConnectError if no instance can be reached, NoInstanceError if none is known.
   */
  async connect(): Promise<void> {
    await this.loadServices();
    if (this.openConnections > 0) return;
    await this.directory.ready(Infinity);
    let failure: unknown;
    for (const { address } of this.directory.instances) {
      try {
        await this.transport.connect(address);
        return;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** Loads the IDL of services that are given by name. {@link ThriftClient.connect} does it too. */
  loadServices(): Promise<void> {
    return (this.loading ??= this.resolve());
  }

  /** Refuses further calls, lets those in flight finish for up to 5 seconds, and closes all connections. May be called again. */
  async close(): Promise<void> {
    this.directory.close();
    await this.transport.close();
  }

  /** Closes the client with the application it was made for. */
  onApplicationShutdown(): Promise<void> {
    return this.close();
  }

  /** Calls back on an event of {@link ThriftClientEvents}. */
  override on<Event extends keyof ThriftClientEvents>(
    event: Event,
    callback: ThriftClientEvents[Event],
  ): void {
    this.events.on(event, callback);
  }

  /** The ClientTransport below, with the state of its pools. */
  unwrap<T = ClientTransport>(): T {
    return this.transport as T;
  }

  /**
   * Calls `Service.method` with every subscription; unsubscribing cancels. Emits the result, or null for a void method.
   *
   * Nest's own `send` would wait for {@link ThriftClient.connect} first, outside of timeouts, retries and fallbacks.
   *
   * @param data the parameter of a method with one, else an object of the parameters by name, or a {@link ThriftRecord} of it.
   */
  override send<TResult = unknown, TInput = unknown>(
    pattern: unknown,
    data: TInput,
  ): Observable<TResult> {
    if (isNothing(data)) return throwError(() => missingData(pattern));
    return new Observable<TResult>((observer) =>
      this.publish({ pattern, data }, this.createObserver(observer)),
    );
  }

  /** Makes a oneway call at once; completes when it is sent. */
  override emit<TResult = unknown, TInput = unknown>(
    pattern: unknown,
    data: TInput,
  ): Observable<TResult> {
    if (isNothing(data)) return throwError(() => missingData(pattern));
    const sent = new AsyncSubject<TResult>();
    from(this.dispatchEvent<TResult>({ pattern, data })).subscribe(sent);
    return sent.asObservable();
  }

  protected publish(
    { pattern, data }: ReadPacket,
    callback: (packet: WritePacket) => void,
  ): () => void {
    const cancellation = new AbortController();
    let isSettled = false;
    const settle = (packet: WritePacket): void => {
      isSettled = true;
      callback(packet);
    };
    this.call(pattern, data, cancellation.signal).then(
      (response) => settle({ response: response ?? null, isDisposed: true }),
      (err: unknown) => settle({ err }),
    );
    return () => {
      if (!isSettled) cancellation.abort(new Error('unsubscribed'));
    };
  }

  protected async dispatchEvent<T>({ pattern, data }: ReadPacket): Promise<T> {
    const { method, invoke } = this.route(pattern);
    if (!method.oneway) throw new Error(`${String(pattern)} is not oneway: use send()`);
    const { args, options } = readPatternData(method, data);
    return (await invoke(args, options)) as T;
  }

  private async call(pattern: unknown, data: unknown, cancelled: AbortSignal): Promise<unknown> {
    const { method, invoke } = this.route(pattern);
    const { args, options } = readPatternData(method, data);
    const signal = options.signal ? AbortSignal.any([options.signal, cancelled]) : cancelled;
    return invoke(args, { ...options, signal });
  }

  private route(pattern: unknown): Route {
    const route = typeof pattern === 'string' ? this.routes.get(pattern) : undefined;
    if (route !== undefined) return route;
    const asked = typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
    const patterns = [...this.routes.keys()].join(', ') || 'nothing before connect()';
    throw new Error(`no method ${asked}: this client calls ${patterns}`);
  }

  private async resolve(): Promise<void> {
    const { services, idl } = this.options;
    for (const service of await resolveServices(services, idl)) {
      if (!this.typedClients.has(service.name)) this.learn(service);
    }
  }

  private learn(definition: ServiceDefinition): void {
    const endpoint = clientChain((call) => this.transport.call(call), this.directory, this.options);
    const client = createTypedClient(definition, (method) => {
      const pattern = patternOf(definition, method.name);
      const call = createMethodInvoker(definition, method, endpoint);
      const invoke: MethodInvoker = (args, options) =>
        call(args, this.withDispatchMetadata(pattern, args, options));
      this.routes.set(pattern, { method, invoke });
      return invoke;
    });
    this.typedClients.set(definition.name, client);
  }

  /** Instrumentation of Nest attaches values to packets; they travel as metadata. */
  private withDispatchMetadata(
    pattern: string,
    data: FieldValues,
    options?: CallOptions,
  ): CallOptions | undefined {
    if (this.onDispatchHook === undefined) return options;
    const { metadata } = this.createPacket(pattern, data);
    return { ...options, metadata: { ...metadata, ...options?.metadata } };
  }

  private observer(): TransportObserver {
    return {
      connectionOpened: ({ address }) => {
        this.openConnections += 1;
        this._status$.next('connected');
        this.events.emit('connect', address);
      },
      connectionClosed: ({ address }, error) => {
        this.openConnections -= 1;
        if (this.openConnections === 0) this._status$.next('disconnected');
        this.events.emit('disconnect', address, error);
      },
      connectionFailed: ({ address }, error) => {
        // Without a listener an emitter throws what it is given under this name.
        if (this.events.listenerCount('error') > 0) this.events.emit('error', error, address);
      },
    };
  }
}

function isNothing(data: unknown): boolean {
  return data === undefined || data === null;
}

function missingData(pattern: unknown): Error {
  return new Error(`${String(pattern)} needs data: pass {} for a method without parameters`);
}

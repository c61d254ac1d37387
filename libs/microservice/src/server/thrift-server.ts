import { type BeforeApplicationShutdown, Logger, type OnModuleDestroy } from '@nestjs/common';
import { type MessageHandler, Server } from '@nestjs/microservices';
import type { Registration } from '@nestjs-thrift/governance';
import { type Subscription, unknownServiceWarnings } from '@nestjs-thrift/governance/internal';
import { ServerTransport, type TransportObserver } from '@nestjs-thrift/transport';
import {
  CallbackReport,
  parseEndpoint,
  pickOptions,
  resolveOptions,
  SERVER_OPTIONS,
} from '@nestjs-thrift/transport/internal';
import type { ThriftContext } from '../context/thrift-context.js';
import { GuardedEvents } from '../errors/guarded-events.js';
import { knowExceptionsOf } from '../errors/public-error.js';
import { resolveServices } from '../idl/resolve-services.js';
import { THRIFT_TRANSPORT } from '../decorators/bind-method.js';
import type { BareHandlers } from './bare-handlers.js';
import {
  type DuplicateHandler,
  boundServices,
  checkHandlers,
  handlerName,
} from './handler-catalog.js';
import { THRIFT_SERVER_OPTIONS, type ThriftServerOptions } from './thrift-server-options.js';
import { describeServing, listed, logHandlerError } from './server-log.js';
import { RejectionLog } from './rejection-log.js';
import { HookedProcessing } from './processing-hooks.js';
import { protectServer } from './protect-server.js';
import { deregisterServer, registerServer } from './register-server.js';
import { type HookedServer, servedService } from './served-handlers.js';
import { checkSchemas } from './unread-schemas.js';
import {
  type ThriftServerAddress,
  type ThriftServerEvents,
  type ThriftServerStatus,
  eventObserver,
} from './thrift-server-events.js';

/**
 * The transport strategy that serves Thrift: takes Buffered, Framed, TTHeader and TTHeaderFramed, Binary and Compact on
 * one port and answers each caller in kind. `ThriftModule.forRoot` provides one; additional servers are constructed directly.
 *
 * @example
 * ```ts
 * const app = await NestFactory.create(AppModule);
 * ThriftModule.connect(app);
 * await app.startAllMicroservices();
 * ```
 */
export class ThriftServer
  extends Server<ThriftServerEvents, ThriftServerStatus>
  implements OnModuleDestroy, BeforeApplicationShutdown
{
  readonly #options: ThriftServerOptions;
  readonly #bareHandlers: BareHandlers | undefined;
  readonly #beforeListen: (() => void) | undefined;

  override readonly transportId = THRIFT_TRANSPORT;
  protected override readonly logger = new Logger(ThriftServer.name);
  readonly #plainStartHook = this.onProcessingStartHook;
  readonly #duplicates: DuplicateHandler[] = [];
  readonly #events = new GuardedEvents<ThriftServerEvents>(ThriftServer.name, this.logger);
  readonly #hooked = new HookedProcessing((message) => this.logger.error(message));
  readonly #logReport = new CallbackReport('the logger of the server');
  #transport: ServerTransport | undefined;
  /** Where it listens and what it serves, for the log. */
  #described = '';
  readonly #rejections = new RejectionLog(this.logger);
  /** Those in addition to the ones of the options. */
  readonly #observers: TransportObserver[] = [eventObserver(this.#events), this.#rejections];
  #starting: Promise<ThriftServerAddress> | undefined;
  #closing: Promise<void> | undefined;
  #registered: Registration | undefined;
  #following: Subscription | undefined;

  /**
   * @param bareHandlers finds handlers that need no pipeline; without it, as for a server constructed directly, every call goes
   *   through Nest's.
   * @param beforeListen called once before the server listens, when the container is complete.
   */
  constructor(
    options: ThriftServerOptions = {},
    bareHandlers?: BareHandlers,
    beforeListen?: () => void,
  ) {
    super();
    this.#options = resolveOptions('server', THRIFT_SERVER_OPTIONS, options);
    this.#bareHandlers = bareHandlers;
    this.#beforeListen = beforeListen;
  }

  /** Where it listens, as clients take it: `host:port` or `unix:/path`; `undefined` before it listens. */
  get address(): string | undefined {
    return this.#transport?.address || undefined;
  }

  /** Called by Nest for every handler it finds. */
  override addHandler(
    pattern: unknown,
    callback: MessageHandler,
    isEventHandler = false,
    extras: Record<string, unknown> = {},
  ): void {
    const existing = this.messageHandlers.get(this.normalizePattern(pattern as string));
    if (existing !== undefined && !isEventHandler) {
      const handlers = [handlerName(existing.extras), handlerName(extras)] as const;
      this.#duplicates.push({ pattern: String(pattern), handlers });
    }
    super.addHandler(pattern, callback, isEventHandler, extras);
  }

  /**
   * Starts to serve; the callback gets the address listened on, or the error: of handlers that are missing, doubled or
   * unknown to the IDL, each by name, or of the address. `await app.listen()` resolves and rejects with them.
   */
  async listen(callback: (error: unknown, address?: ThriftServerAddress) => void): Promise<void> {
    if (this.#starting !== undefined) {
      callback(
        new Error(
          'ThriftServer.listen() was called twice; create a second ThriftServer to listen on another port',
        ),
      );
      return;
    }
    let address: ThriftServerAddress;
    try {
      this.#starting = this.#start();
      address = await this.#starting;
    } catch (error) {
      this.#starting = undefined;
      this.#following?.dispose();
      callback(error);
      return;
    }
    this._status$.next('listening');
    // log log: The server accepts connections.
    this.#log(`Thrift server listening (${this.#described})`);
    this.#events.emit('listening', address);
    try {
      callback(null, address);
    } catch (error) {
      // Nest logs first: with a logger that throws it would wait for ever, and nothing awaits this promise.
      callback(error);
    }
  }

  /**
   * Stops in order: status `draining`, out of the registry, wait of `drainDelayMs`, no more connections, requests in flight are finished for at
   * most `drainTimeoutMs`, streams for `streamDrainMs`, the remaining requests are aborted. Further calls get the same promise.
   */
  close(): Promise<void> {
    return this.#starting === undefined ? Promise.resolve() : (this.#closing ??= this.#drain());
  }

  /** Starts to close: on a signal, and in hybrid applications, Nest comes here long before it closes its servers. */
  onModuleDestroy(): void {
    void this.close();
  }

  /** Holds back the end of the application, so that handlers keep what they need and HTTP probes still answer. */
  beforeApplicationShutdown(): Promise<void> {
    return this.close();
  }

  /**
   * Calls back on an event of {@link ThriftServerEvents}; may be called before the server listens. What the callback throws is logged
   * and changes nothing.
   */
  on<Event extends keyof ThriftServerEvents>(
    event: Event,
    callback: ThriftServerEvents[Event],
  ): void {
    this.#events.on(event, callback);
  }

  /** Adds an observer to those of the options, once; open connections are reported to it as opened. */
  observe(observer: TransportObserver): void {
    this.#observers.push(observer);
    this.#transport?.observe(observer);
  }

  /**
   * The ServerTransport below.
   *
   * @throws Error before the server listens.
   */
  unwrap<T = ServerTransport>(): T {
    if (this.#transport === undefined) {
      throw new Error('the Thrift server does not listen yet');
    }
    return this.#transport as T;
  }

  async #start(): Promise<ThriftServerAddress> {
    this.#beforeListen?.();
    const { services, idl } = this.#options;
    const definitions = await resolveServices(services ?? boundServices(this.messageHandlers), idl);
    if (definitions.length === 0) {
      throw new Error(
        'cannot serve Thrift: no controller is decorated with @ThriftService and has a method with @ThriftMethod; add one, or name services',
      );
    }
    checkHandlers(definitions, this.messageHandlers, this.#duplicates);
    checkSchemas(this.messageHandlers.values(), this.#bareHandlers?.mayHaveGlobalPipes ?? true);
    definitions.forEach(knowExceptionsOf);
    const { config, serviceName = definitions[0]!.name } = this.#options;
    const warnings = unknownServiceWarnings(config?.current, [serviceName]);
    warnings.forEach((warning) => this.logger.warn(warning));
    const guarded = protectServer(this.#options);
    const options = { ...this.#options, ...guarded?.transportOptions };
    const hookedServer = this.#hookedServer();
    const transport = new ServerTransport(
      definitions.map((definition) =>
        servedService(definition, this.messageHandlers, this.#bareHandlers, hookedServer),
      ),
      {
        ...pickOptions(SERVER_OPTIONS, options),
        observers: [...(options.observers ?? []), ...this.#observers],
        onHandlerError: (error, call) => logHandlerError(this.logger, error, call),
      },
    );
    this.#transport = transport;
    guarded?.protection.limitConnectionsOf(transport);
    this.#following = guarded?.follow(serviceName);
    await transport.listen();
    const address = parseEndpoint(transport.address);
    this.#described = describeServing(transport.address, definitions);
    await this.#register(serviceName, address, transport);
    return address;
  }

  async #register(
    serviceName: string,
    address: ThriftServerAddress,
    transport: ServerTransport,
  ): Promise<void> {
    const { registration } = this.#options;
    try {
      this.#registered = registration && (await registerServer(registration, serviceName, address));
    } catch (error) {
      await transport.close();
      throw error;
    }
  }

  async #drain(): Promise<void> {
    const address = await this.#starting?.catch(() => undefined);
    if (address === undefined) {
      return;
    }
    this._status$.next('draining');
    const startedAt = performance.now();
    const { connectionCount = 0, inFlightCount = 0 } = this.#transport ?? {};
    // log log: A shutdown has begun: no new connections, requests in flight end.
    this.#log(`drain started (connections=${connectionCount} inFlight=${inFlightCount})`);
    await deregisterServer(this.#registered, this.logger);
    const { drainDelayMs, drainTimeoutMs, streamDrainMs } = this.#options;
    await this.#transport?.close({
      drainDelayMs,
      drainTimeoutMs,
      ...(streamDrainMs !== undefined && { streamDrainMs }),
      // log error: Handlers took longer than `drainTimeoutMs` or `streamDrainMs`. Raise it and `terminationGracePeriodSeconds`, or make them faster.
      onAbort: (calls) => this.logger.error(`Drain timeout exceeded; aborted: ${listed(calls)}`),
    });
    this.#following?.dispose();
    this._status$.next('closed');
    const durationMs = Math.round(performance.now() - startedAt);
    // log log: All connections are closed.
    this.#log(`drain ended (durationMs=${durationMs})`);
    this.#events.emit('close');
  }

  /** A logger that throws must keep no server from starting or stopping. */
  #log(message: string): void {
    this.#logReport.run(() => this.logger.log(message));
  }

  /** The hooks of Nest are members of its Server that only a subclass reads. */
  #hookedServer(): HookedServer {
    return {
      isHooked: () =>
        this.onProcessingStartHook !== this.#plainStartHook ||
        this.onProcessingEndHook !== undefined,
      betweenHooks: (context, handle) => this.#betweenHooks(context, handle),
    };
  }

  #betweenHooks(context: ThriftContext, handle: () => unknown): Promise<unknown> {
    const { transportId } = this;
    const hooks = {
      start: (done: () => Promise<void>) => this.onProcessingStartHook(transportId, context, done),
      end: () => this.onProcessingEndHook?.(transportId, context),
    };
    return this.#hooked.run(hooks, handle);
  }
}

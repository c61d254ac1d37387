import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { ThriftRpcError, type ProtocolName } from '@nestjs-thrift/codec';
import { compileCodecs, PROTOCOLS } from '@nestjs-thrift/codec/wire';
import type { ServedService } from '../call/incoming-call.js';
import { CallbackReport } from '../errors/callback-report.js';
import { ObserverGroup } from '../observer/observer-group.js';
import type { TransportObserver } from '../observer/transport-observer.js';
import { probeDelay } from '../connection/dial.js';
import { listenAddress, remoteAddress } from '../connection/endpoint-address.js';
import { FailedHandshake } from './failed-handshake.js';
import { acceptWaiting, listen } from './listen.js';
import { MethodRouter } from './method-router.js';
import { ReceiveBudget } from '../wire/receive-budget.js';
import type { Resolved } from '../options/option.js';
import { resolveOption, resolveOptions } from '../options/resolve-options.js';
import { CLOSE_OPTIONS, type CloseOptions } from './close-options.js';
import { SERVER_OPTIONS, type ResolvedServerOptions } from './server-options.js';
import { ServerConnection } from './server-connection.js';
import { ConnectionLimit } from './rejected-connection.js';
import type { ServerContext } from './served-call.js';
import { Shutdown } from './shutdown.js';
import type { ServerTransportOptions } from './server-options.js';

/** `idle` before {@link ServerTransport.listen}, `draining` from the call of {@link ServerTransport.close} on. */
export type ServerState = 'idle' | 'listening' | 'draining' | 'closed';

/**
 * Serves Thrift services on a port or a Unix socket. Every message may come Buffered, Framed or with a TTHeader, in
 * Binary or Compact, and is answered in kind. What one connection sends harms neither the process nor its neighbours.
 *
 * @example
 * const server = new ServerTransport([{ definition: UserService, handlers }], { port: 8888 });
 * await server.listen();
 */
export class ServerTransport {
  readonly #options: ResolvedServerOptions;
  readonly #server: Server;
  readonly #context: ServerContext;
  readonly #sockets = new Set<Socket>();
  readonly #limit: ConnectionLimit;
  readonly #connections = new Map<Socket, ServerConnection>();
  readonly #shutdown: Shutdown;
  /** Addresses of callers, for handshakes that fail: by then a socket may no longer have one. */
  readonly #callersOfTls = new WeakMap<Socket, string>();
  #currentState: ServerState = 'idle';
  #listenedAt = '';
  /** Settles when the address is in use or has been refused. */
  #starting: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  /** Settles when no more connections are accepted; set once callers were asked to leave. */
  #listenerClosed: Promise<void> | undefined;
  /** Until when connections that wait are accepted. */
  #acceptsUntil = Infinity;

  /**
   * @throws TypeError for options that are wrong, a method without a handler, a service served twice, and methods of one name in
   *   several services without `fallbackService` or `rejectMissingServiceName`.
   */
  constructor(services: readonly ServedService[], options: ServerTransportOptions = {}) {
    this.#options = resolveOptions('server', SERVER_OPTIONS, options);
    this.#context = {
      options: this.#options,
      router: new MethodRouter(services, this.#options),
      observers: new ObserverGroup(options.observers),
      handlerErrorReport: new CallbackReport('onHandlerError'),
      inFlight: 0,
      openStreams: 0,
      streamingConnections: 0,
      closing: false,
      unwatched: new Set(),
      budget: new ReceiveBudget(this.#options.maxReceiveBytes),
      changed: () => this.#shutdown.check(),
    };
    if (this.#options.compile === 'at-start') {
      for (const { definition } of services) {
        compileCodecs(definition, 'server', Object.keys(PROTOCOLS) as ProtocolName[]);
      }
    }
    this.#shutdown = new Shutdown(this.#context, this.#connections, this.#sockets);
    this.#server = this.#createServer();
    this.#limit = new ConnectionLimit(this.#server);
    this.#limit.set(this.#options.maxConnections);
  }

  /** What the server is doing. */
  get state(): ServerState {
    return this.#currentState;
  }

  /** Where it listens, as clients take it: `host:port` or `unix:/path`; empty before {@link ServerTransport.listen}. */
  get address(): string {
    return this.#listenedAt;
  }

  /** Connections open now. */
  get connectionCount(): number {
    return this.#sockets.size - this.#limit.rejected.size;
  }

  /** Requests whose handler has not finished. */
  get inFlightCount(): number {
    return this.#context.inFlight;
  }

  /** Adds an observer to those of the options, once; the connections that are open are reported to it as opened. */
  observe(observer: TransportObserver): void {
    this.#context.observers.add(observer);
  }

  /**
   * Starts to accept connections.
   *
   * @throws ThriftRpcError `LISTEN_FAILED` when the address cannot be used, `NOT_SUPPORTED` when `reusePort` is asked of a
   *   Node.js that has none, `CLOSED` when the server listens or was closed.
   */
  async listen(): Promise<void> {
    if (this.#currentState !== 'idle') {
      throw new ThriftRpcError('CLOSED', `server is ${this.#currentState} already`);
    }
    this.#currentState = 'listening';
    this.#starting = listen(this.#server, this.#options);
    try {
      await this.#starting;
    } catch (error) {
      if (this.#closing === undefined) {
        this.#currentState = 'idle';
      }
      throw error;
    }
    if (this.#closing !== undefined) {
      throw new ThriftRpcError('CLOSED', 'server was closed while it began to listen');
    }
    // Errors of single accepts, such as too many open files, must not end the process.
    this.#server.on('error', (error) => process.emitWarning(error));
    this.#listenedAt = listenAddress(this.#server);
    this.#context.observers.serverListening(this.#context.router.definitions, this.#listenedAt);
  }

  /** Changes how many connections are accepted at once, `undefined` or 0 for no limit; those that are open stay. Kitex: limit.Updater. */
  limitConnections(most: number | undefined): void {
    this.#limit.set(resolveOption('maxConnections', SERVER_OPTIONS.maxConnections, most ?? 0));
  }

  /**
   * Stops accepting, once connections that wait are accepted, and asks all callers to leave: `crrst` with every reply, a control frame
   * to those that multiplex. Requests are served on; new streams are refused. Further calls do nothing.
   */
  drain(): void {
    if (this.#server.listening) {
      const mayGoOn = () => performance.now() < this.#acceptsUntil;
      this.#listenerClosed ??= acceptWaiting(this.#server, mayGoOn).then(
        () => void this.#server.close(),
      );
    }
    if (this.#currentState !== 'closed') {
      this.#currentState = 'draining';
    }
    for (const connection of this.#connections.values()) {
      connection.drain();
    }
  }

  /**
   * Ends the server: goes on for `drainDelayMs`, drains, lets calls in flight finish for up to `drainTimeoutMs` and streams for up to
   * `streamDrainMs`, and destroys what is left. Handlers of streams learn of it at once, by `draining`. Every further call waits for the
   * first one.
   *
   * @throws TypeError that names each wrong option; the server goes on then.
   */
  close(options: CloseOptions = {}): Promise<void> {
    return (this.#closing ??= this.#end(resolveOptions('close', CLOSE_OPTIONS, options)));
  }

  async #end(options: Resolved<typeof CLOSE_OPTIONS>): Promise<void> {
    const { drainDelayMs, drainTimeoutMs, streamDrainMs = drainTimeoutMs, onAbort } = options;
    if (this.#currentState === 'listening') {
      this.#currentState = 'draining';
    }
    this.#context.closing = true;
    // A port that is being opened must be closed again.
    await this.#starting?.catch(() => undefined);
    for (const connection of this.#connections.values()) {
      connection.streaming?.announceDrain();
    }
    if (drainDelayMs > 0 && this.#server.listening) {
      await sleep(drainDelayMs);
    }
    this.#acceptsUntil = performance.now() + drainTimeoutMs;
    this.drain();
    await this.#listenerClosed;
    await this.#shutdown.run({ drainTimeoutMs, streamDrainMs, onAbort });
    this.#currentState = 'closed';
  }

  #createServer(): Server {
    const { tls, keepAliveMs, readTimeoutMs } = this.#options;
    const socketOptions = {
      // A caller may end its side and still wait for its replies.
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: keepAliveMs > 0,
      keepAliveInitialDelay: probeDelay(keepAliveMs),
    };
    const server =
      tls === undefined
        ? createServer(socketOptions, (socket) => this.#accept(socket))
        : createTlsServer({ handshakeTimeout: readTimeoutMs, ...tls, ...socketOptions }, (socket) =>
            this.#accept(socket),
          );
    server.on('connection', (socket: Socket) => this.#track(socket));
    server.on('drop', (peer) => {
      const address = `${peer?.remoteAddress ?? ''}:${peer?.remotePort ?? ''}`;
      this.#context.observers.limitExceeded('connections', address);
    });
    server.on('tlsClientError', (error: Error, socket: TLSSocket) =>
      this.#handshakeFailed(error, socket),
    );
    return server;
  }

  #handshakeFailed(error: Error, socket: TLSSocket): void {
    const failed = new FailedHandshake(error, socket);
    const address = this.#callersOfTls.get(failed.socket) ?? '';
    failed.tellCaller();
    this.#context.observers.connectionFailed({ side: 'server', address }, failed.error);
    socket.destroy();
  }

  /** Remembers a socket from the moment it is there: under TLS that is before it becomes a connection. */
  #track(socket: Socket): void {
    this.#sockets.add(socket);
    if (this.#options.tls !== undefined) {
      this.#callersOfTls.set(socket, remoteAddress(socket, this.#options.path));
    }
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#shutdown.check();
    });
  }

  #accept(socket: Socket): void {
    const address = remoteAddress(socket, this.#options.path);
    if (this.#limit.rejects(socket, this.#connections.size)) {
      this.#context.observers.limitExceeded('connections', address);
      return;
    }
    const connection = new ServerConnection(socket, address, this.#context);
    this.#connections.set(socket, connection);
    socket.on('close', () => {
      this.#connections.delete(socket);
      this.#shutdown.check();
    });
    if (this.#listenerClosed !== undefined) {
      connection.drain();
    }
  }
}

import { type AddressPool } from '../pool/address-pool.js';
import { type PoolContext, type PoolStats, IdleBudget } from '../pool/pool-context.js';
import { LongPool } from '../pool/long-pool.js';
import { MuxPool } from '../pool/mux-pool.js';
import { ShortPool } from '../pool/short-pool.js';
import { AsyncResource } from 'node:async_hooks';
import { callStorage, enableCurrentCall } from '../call/current-call.js';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { compileCodecs } from '@nestjs-thrift/codec/wire';
import type { OutgoingCall } from '../call/outgoing-call.js';
import { ClientClosedError, type ConnectError } from '../errors/errors.js';
import { CallObservation } from '../observer/call-observation.js';
import type { TransportObserver } from '../observer/transport-observer.js';
import {
  clientClosed,
  noEndpoint,
  notConnected,
  notSentInTime,
} from '../connection/call-errors.js';
import { ClientCall } from '../connection/client-call.js';
import type { ClientTransportOptions } from '../connection/client-options.js';
import {
  resolveClientOptions,
  type ResolvedClientOptions,
} from '../connection/resolved-client-options.js';
import { parseEndpoint } from '../connection/endpoint-address.js';
import { MethodTemplates } from '../connection/method-template.js';
import { StreamPools } from '../pool/stream-pools.js';
import { ReceiveBudget } from '../wire/receive-budget.js';

/** The kind of pool the settings ask for. */
export function createPool(address: string, context: PoolContext): AddressPool {
  const { connection } = context.settings;
  switch (connection.mode) {
    case 'long':
      return new LongPool(address, context, connection);
    case 'mux':
      return new MuxPool(address, context, connection);
    case 'short':
      return new ShortPool(address, context);
  }
}

const DEFAULT_GRACE_MS = 5000;

/**
 * Calls methods on servers and keeps the connections to them. One object serves any number of services and addresses;
 * {@link ClientTransport.call} is where the chain of policies around a call ends.
 *
 * @example
 * const transport = new ClientTransport({ serviceName: 'gateway' });
 * const users = createClient(UserService, { transport, endpoints: ['127.0.0.1:8888'] });
 * await users.GetUser({ user_id: 1n }, { timeoutMs: 300 });
 * await transport.close();
 */
export class ClientTransport {
  readonly #settings: ResolvedClientOptions;
  readonly #context: PoolContext;
  readonly #templates: MethodTemplates;
  readonly #pools = new Map<string, AddressPool>();
  /** Pools that finish their calls and get no more. */
  readonly #drainingPools = new Set<AddressPool>();
  readonly #streams: StreamPools;
  #closing: Promise<void> | undefined;
  #isClosed = false;

  /** @throws RangeError or TypeError for an option out of range, naming it and what is allowed. */
  constructor(options: ClientTransportOptions = {}) {
    const settings = resolveClientOptions(options);
    const { connection } = settings;
    this.#settings = settings;
    this.#context = {
      settings,
      idleBudget: new IdleBudget(connection.mode === 'long' ? connection.maxIdleGlobal : 0),
      receiveBudget: new ReceiveBudget(settings.maxReceiveBytes),
      scope: new AsyncResource('ThriftClientTransport'),
    };
    this.#templates = new MethodTemplates(settings);
    this.#streams = new StreamPools(settings, this.#context.scope);
    enableCurrentCall();
  }

  /**
   * Carries out one attempt of a call on the instance at `call.address`. The call ends with its deadline, its
   * `attemptTimeoutMs` or the deadline of the request being served, whichever comes first, and carries that request's persistent metadata on.
   *
   * Always settles: with the result (`undefined` for void and oneway), or rejected with a declared exception, a
   * BizStatusError, or
   * - RemoteError: the server answered with an exception, with a reply to something else, or without a result;
   * - RpcTimeoutError: no answer before the deadline, or silence for `readTimeoutMs`;
   * - CancelledError: `call.signal` fired;
   * - ConnectError, PoolExhaustedError: no connection; nothing has been sent;
   * - ConnectionLostError: the connection broke while the answer was awaited;
   * - LimitExceededError: a limit of the server rejected the request before its handler ran;
   * - EncodeError: the arguments do not fit the IDL; nothing has been sent;
   * - ProtocolError: the answer does not fit the IDL, or is not Thrift;
   * - ClientClosedError: the client was closed.
   */
  call(call: OutgoingCall): Promise<unknown> {
    return new Promise((resolve, reject) => this.#start(call, resolve, reject));
  }

  /**
   * Opens a stream that `createStreamInvoker` made the call for, on the instance at `call.address`. Settles with the first message of the
   * server, or with the end: what comes after that is known to the stream alone. Rejects as {@link ClientTransport.call}.
   */
  openStream(call: OutgoingCall): Promise<void> {
    return this.#streams.open(call);
  }

  /** Longest wait for a message of a stream unless the stream says otherwise, in milliseconds; 0 for no limit. */
  get recvTimeoutMs(): number {
    return this.#settings.streams.recvTimeoutMs;
  }

  /** Makes the codecs that calls of a service need, if `compile` asks for it; clients call it once for each service. */
  prepare(service: ServiceDefinition): void {
    const { compile, protocol } = this.#settings;
    if (compile === 'at-start') {
      compileCodecs(service, 'client', [protocol.name]);
    }
  }

  /**
   * Makes a new connection to an instance, as a check that it can be reached; calls may use it afterwards.
   *
   * @throws ConnectError when the instance cannot be reached, ClientClosedError when the client is closed.
   */
  async connect(endpoint: string): Promise<void> {
    await this.#openPool(endpoint).connect();
  }

  /**
   * Makes the connections that calls will need: `minIdlePerAddress` of a long pool, all of a multiplexed one. Afterwards a
   * long pool replaces those it loses.
   *
   * @throws ConnectError for the first instance that cannot be reached; the others have been connected to nevertheless.
   */
  async warmUp(endpoints: readonly string[]): Promise<void> {
    const attempts = endpoints.map(async (endpoint) => this.#openPool(endpoint).warmUp());
    for (const attempt of await Promise.allSettled(attempts)) {
      if (attempt.status === 'rejected') {
        throw attempt.reason;
      }
    }
  }

  /**
   * Adds an observer to those of the options, once. It follows the calls that begin afterwards; the connections that are open are
   * reported to it as opened.
   */
  observe(observer: TransportObserver): void {
    this.#settings.observers.add(observer);
  }

  /** Releases an instance that discovery removed: calls in flight finish, then its connections close. */
  removeEndpoint(endpoint: string): void {
    this.#streams.remove(endpoint);
    const pool = this.#pools.get(endpoint);
    if (pool === undefined) {
      return;
    }
    this.#pools.delete(endpoint);
    void this.#drain(pool);
  }

  /** The state of the connections by address. */
  stats(): ReadonlyMap<string, PoolStats> {
    const stats = new Map<string, PoolStats>();
    for (const [address, pool] of this.#pools) {
      stats.set(address, pool.stats());
    }
    return stats;
  }

  /**
   * Refuses further calls, lets those that were made finish, and closes all connections. What has not finished after
   * `graceMs` fails with a ClientClosedError. Every further call waits for the first one.
   */
  close(graceMs = DEFAULT_GRACE_MS): Promise<void> {
    return (this.#closing ??= this.#end(graceMs));
  }

  /** Closes all connections at once; all calls fail with a ClientClosedError whose cause is `error`. */
  destroy(error?: Error): void {
    this.#isClosed = true;
    this.#streams.destroy(error);
    for (const pool of [...this.#pools.values(), ...this.#drainingPools]) {
      pool.destroy((call) => clientClosed(call, error));
    }
  }

  #start(
    request: OutgoingCall,
    resolve: (result: unknown) => void,
    reject: (error: unknown) => void,
  ): void {
    const { observers } = this.#settings;
    const scope = callStorage.getStore();
    const incoming = scope?.call;
    const now = performance.now();
    let { deadline, timeoutMs = 0 } = request;
    const { attemptTimeoutMs = 0 } = request;
    if (attemptTimeoutMs > 0 && now + attemptTimeoutMs < deadline) {
      deadline = now + attemptTimeoutMs;
      timeoutMs = attemptTimeoutMs;
    }
    if (incoming !== undefined && incoming.deadline < deadline) {
      ({ deadline } = incoming);
    }
    const call = new ClientCall(
      request,
      this.#templates.of(request),
      incoming,
      scope?.persistentMetadata,
      deadline,
      timeoutMs,
      observers.watchesCalls ? new CallObservation(observers, request) : undefined,
      resolve,
      reject,
    );
    const { address: endpoint, signal } = request;
    if (signal?.aborted) {
      call.cancel();
    } else if (this.#isClosed) {
      call.fail(clientClosed(call));
    } else if (deadline <= now) {
      call.fail(notSentInTime(call, endpoint));
    } else if (endpoint === undefined) {
      call.fail(noEndpoint(call));
    } else {
      this.#submit(endpoint, call, now);
    }
  }

  #submit(endpoint: string, call: ClientCall, now: number): void {
    let pool = this.#pools.get(endpoint);
    if (pool === undefined) {
      try {
        pool = this.#openPool(endpoint);
      } catch (error) {
        call.fail(notConnected(call, error as ConnectError));
        return;
      }
    }
    pool.submit(call, now);
  }

  #openPool(endpoint: string): AddressPool {
    if (this.#isClosed) {
      throw new ClientClosedError('the client is closed; make a new one');
    }
    let pool = this.#pools.get(endpoint);
    if (pool === undefined) {
      parseEndpoint(endpoint);
      pool = createPool(endpoint, this.#context);
      this.#pools.set(endpoint, pool);
    }
    return pool;
  }

  async #drain(pool: AddressPool): Promise<void> {
    this.#drainingPools.add(pool);
    await pool.drain();
    this.#drainingPools.delete(pool);
  }

  async #end(graceMs: number): Promise<void> {
    this.#isClosed = true;
    const timer = setTimeout(() => this.destroy(), graceMs);
    const pools = [...this.#pools.values(), ...this.#drainingPools];
    await Promise.all([this.#streams.close(), ...pools.map((pool) => this.#drain(pool))]);
    clearTimeout(timer);
    this.#pools.clear();
  }
}

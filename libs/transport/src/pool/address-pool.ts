import type { Socket } from 'node:net';
import type { ConnectError } from '../errors/errors.js';
import {
  connectTimedOut,
  neverSent,
  notConnected,
  notSentInTime,
  poolExhausted,
} from '../connection/call-errors.js';
import type { PoolContext, PoolStats } from './pool-context.js';
import { ConnectBackoff } from './connect-backoff.js';
import type { ClientCall } from '../connection/client-call.js';
import { ClientConnection, type ConnectionOwner } from '../connection/client-connection.js';
import { type Dial, dial } from '../connection/dial.js';
import { WaitingCalls } from '../connection/waiting-calls.js';

/**
 * The connections to one address. A call that finds one ready is sent at once, others wait in a queue while connections
 * are made; how many, and what becomes of them after a call, is up to the kinds of pool.
 */
export abstract class AddressPool implements ConnectionOwner {
  protected readonly connections = new Set<ClientConnection>();
  readonly contacts = new ConnectBackoff();
  protected readonly waiting = new WaitingCalls((call, now) => this.#waitedTooLong(call, now));
  protected draining = false;
  /** Attempts to connect that have not ended. */
  readonly #dials = new Set<Dial>();
  #opened = 0;
  #openFailures = 0;
  #reused = 0;
  #end: Promise<void> | undefined;
  #drained: (() => void) | undefined;

  constructor(
    readonly address: string,
    protected readonly context: PoolContext,
  ) {}

  /** Sends a call or lets it wait. */
  submit(call: ClientCall, now: number): void {
    const connection = this.take(now);
    if (connection !== undefined) {
      this.#reused++;
      if (!connection.send(call, now)) {
        this.callEnded(connection);
      }
      return;
    }
    const refused = this.connections.size === 0 ? this.contacts.errorAt(now) : undefined;
    if (refused !== undefined && this.dialling === 0) {
      call.fail(notConnected(call, refused));
      return;
    }
    const queued = this.waiting.size - this.dialling;
    if (!this.mayGrow() && queued >= this.maxWaiting) {
      call.fail(poolExhausted(call, this.address, `${queued} calls wait already; ${this.advice}`));
      return;
    }
    const { connectTimeoutMs } = this.context.settings;
    const waitMs = call.request.connectTimeoutMs ?? connectTimeoutMs;
    this.waiting.add(call, this.waitsForPeer || waitMs === 0 ? Infinity : now + waitMs);
    this.dialAsNeeded(call.request.connectTimeoutMs);
  }

  /** Makes a connection, whatever is there already; keeps it if it is of use. */
  connect(): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#startDial({
        opened: (connection) => {
          this.adopt(connection);
          resolve();
        },
        failed: reject,
      }),
    );
  }

  /** Makes the connections that should be there before the first call; tries all before it rejects. */
  async warmUp(): Promise<void> {
    const missing = Math.max(0, this.warmSize() - this.connections.size - this.dialling);
    const attempts = Array.from(
      { length: missing },
      () =>
        new Promise<void>((resolve, reject) =>
          this.#startDial({
            opened: (connection) => {
              this.opened(connection);
              resolve();
            },
            failed: reject,
          }),
        ),
    );
    for (const attempt of await Promise.allSettled(attempts)) {
      if (attempt.status === 'rejected') {
        throw attempt.reason;
      }
    }
  }

  /** Lets calls in flight and waiting ones finish and closes; resolves when nothing is left. */
  drain(): Promise<void> {
    this.draining = true;
    this.retireUnused();
    return (this.#end ??= new Promise((resolve) => {
      this.#drained = resolve;
      this.#checkDrained();
    }));
  }

  /** Closes everything at once; calls fail with what `errorOf` makes for them. */
  destroy(errorOf: (call: ClientCall) => Error): void {
    this.draining = true;
    for (const attempt of this.#dials) {
      attempt.cancel();
    }
    this.#dials.clear();
    for (let call = this.waiting.shift(); call !== undefined; call = this.waiting.shift()) {
      call.fail(errorOf(call));
    }
    for (const connection of this.connections) {
      connection.destroy(errorOf);
    }
    this.#checkDrained();
  }

  stats(): PoolStats {
    let active = 0;
    let unsentBytes = 0;
    for (const connection of this.connections) {
      if (connection.inFlight > 0) {
        active++;
      }
      unsentBytes += connection.unsentBytes;
    }
    const opened = this.#opened;
    const openFailures = this.#openFailures;
    const reused = this.#reused;
    const idle = this.connections.size - active;
    return { active, idle, pending: this.waiting.size, unsentBytes, opened, openFailures, reused };
  }

  callEnded(connection: ClientConnection): void {
    this.offer(connection);
    if (this.draining) {
      this.retireUnused();
    }
  }

  move(call: ClientCall): void {
    call.holder = undefined;
    if (call.moved || this.draining) {
      call.fail(neverSent(call, this.address));
      return;
    }
    call.moved = true;
    this.submit(call, performance.now());
  }

  connectionClosed(connection: ClientConnection): void {
    this.connections.delete(connection);
    this.removed(connection);
    if (this.waiting.size > 0) {
      this.dialAsNeeded();
    }
    this.#checkDrained();
  }

  /** Attempts to connect that have not ended. */
  protected get dialling(): number {
    return this.#dials.size;
  }

  /** A connection that can send now. */
  protected abstract take(now: number): ClientConnection | undefined;
  /** Finds work for a connection after a call, or puts it away. */
  protected abstract offer(connection: ClientConnection): void;
  /** Finds work for a connection that has just been made, or puts it away. */
  protected abstract opened(connection: ClientConnection): void;
  /** Puts a connection away that no call asked for, or closes it. */
  protected abstract adopt(connection: ClientConnection): void;
  /** Forgets a connection that is gone. */
  protected abstract removed(connection: ClientConnection): void;
  /** Whether calls wait for a peer to take what it has been sent: then they wait as long as they may take. */
  protected get waitsForPeer(): boolean {
    return false;
  }

  /** Whether one more connection may be made. */
  protected abstract mayGrow(): boolean;
  /** Whether the calls that wait need one more connection, and it may be made. */
  protected abstract needsDial(): boolean;
  /** Calls that may wait in addition to those for which a connection is being opened. */
  protected abstract readonly maxWaiting: number;
  /** What to do when calls wait too long for one of many connections. */
  protected abstract readonly advice: string;
  /** Fails the calls that waited for an attempt. */
  protected abstract dialFailed(error: ConnectError): void;
  /** Connections that should be there before the first call. */
  protected abstract warmSize(): number;
  /** Retires connections that no waiting call will need. */
  protected abstract retireUnused(): void;

  protected dialAsNeeded(connectTimeoutMs?: number): void {
    while (this.needsDial() && this.#mayDial()) {
      this.dialInBackground(connectTimeoutMs);
    }
  }

  /** After a failure one attempt at a time, and none before its time. */
  #mayDial(): boolean {
    const { contacts } = this;
    return (
      !contacts.failing ||
      (this.dialling === 0 && contacts.errorAt(performance.now()) === undefined)
    );
  }

  protected dialInBackground(connectTimeoutMs?: number): void {
    this.#startDial(
      {
        opened: (connection) => this.opened(connection),
        failed: (error) => this.dialFailed(error),
      },
      connectTimeoutMs,
    );
  }

  #failAllWaiting(error: ConnectError): void {
    for (let call = this.waiting.shift(); call !== undefined; call = this.waiting.shift()) {
      this.failWaiting(call, error);
    }
  }

  protected failWaiting(call: ClientCall, error: ConnectError): void {
    call.fail(notConnected(call, error));
  }

  #startDial(
    then: {
      opened: (connection: ClientConnection) => void;
      failed: (error: ConnectError) => void;
    },
    connectTimeoutMs = this.context.settings.connectTimeoutMs,
  ): void {
    const { settings, scope, receiveBudget: budget } = this.context;
    const options = { ...settings, connectTimeoutMs };
    const attempt: Dial = scope.runInAsyncScope(
      dial,
      undefined,
      this.address,
      options,
      (socket: Socket) => {
        this.#dials.delete(attempt);
        this.#opened++;
        this.contacts.connected();
        const connection = new ClientConnection(socket, this.address, settings, this, budget);
        this.connections.add(connection);
        then.opened(connection);
        if (this.waiting.size > 0) {
          this.dialAsNeeded();
        }
        if (this.draining) {
          this.retireUnused();
        }
      },
      (error: ConnectError) => {
        this.#dials.delete(attempt);
        this.#openFailures++;
        this.contacts.failed(error, performance.now());
        settings.observers.connectionFailed({ side: 'client', address: this.address }, error);
        then.failed(error);
        if (this.connections.size === 0 && this.dialling === 0) {
          this.#failAllWaiting(error);
        }
        this.#checkDrained();
      },
    );
    this.#dials.add(attempt);
  }

  #waitedTooLong(call: ClientCall, now: number): void {
    if (call.deadline <= now) {
      call.fail(notSentInTime(call, this.address));
    } else if (this.dialling > 0 || this.connections.size === 0) {
      const inHandshake = [...this.#dials].some((attempt) => attempt.inHandshake);
      call.fail(connectTimedOut(call, this.address, inHandshake));
    } else {
      const what = `none of ${this.connections.size} connections became free in time; ${this.advice}`;
      call.fail(poolExhausted(call, this.address, what));
    }
  }

  #checkDrained(): void {
    const left = this.connections.size + this.#dials.size + this.waiting.size;
    if (left === 0) {
      this.#drained?.();
    }
  }
}

import {
  flag,
  milliseconds,
  type OptionsOf,
  resolveOption,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import type { ThriftStreamFaults } from './stream-faults.js';
import { FAULT_SCOPE_OPTIONS, type FaultPlan, type FaultScope } from './fault-plan.js';

/** The port of the server, as far as faults concern it. */
export interface FaultyPort {
  /** Closes the port and resets the connections open on it. */
  shut(): Promise<void>;
  /** Opens the port again, if it is closed. */
  open(): Promise<void>;
}

/** Options of half a frame. */
export const HALF_FRAME_OPTIONS = {
  ...FAULT_SCOPE_OPTIONS,
  /** Closes the connection after it. Otherwise the connection stays open and silent. */
  thenClose: flag({ default: false }),
};

/** Which replies are cut in half, and how the connection goes on. */
export interface HalfFrameScope<Method extends string = string> extends OptionsOf<
  typeof HALF_FRAME_OPTIONS
> {
  /** Only replies of this method. @defaultValue of any */
  readonly method?: Method;
}

/**
 * Faults of a testing server, on real sockets. They strike replies: the handler has run and the call is recorded, as
 * when a server dies after its work. A oneway call has no reply, so that no fault strikes it.
 *
 * @example
 * server.faults.reset({ method: 'GetUser', times: 2 });
 */
export class ThriftFaults<Method extends string = string> {
  /** Faults of methods with a stream; the others pass them by. */
  readonly streams: ThriftStreamFaults<Method>;
  readonly #plan: FaultPlan;
  readonly #port: FaultyPort;

  constructor(plan: FaultPlan, streams: ThriftStreamFaults<Method>, port: FaultyPort) {
    this.streams = streams;
    this.#plan = plan;
    this.#port = port;
  }

  /**
   * Holds the reply back.
   *
   * @param delayMs milliseconds, an integer of 0 or more.
   * @throws TypeError for another value, and for wrong options as all others.
   */
  delay(delayMs: number, scope: FaultScope<Method> = {}): void {
    resolveOption('delay(delayMs)', milliseconds(), delayMs);
    this.#plan.add({ kind: 'delay', delayMs }, scope);
  }

  /** Resets the connection (TCP RST) instead of replying. */
  reset(scope: FaultScope<Method> = {}): void {
    this.#plan.add({ kind: 'reset' }, scope);
  }

  /** Sends bytes that are not a Thrift message instead of the reply. */
  garbage(scope: FaultScope<Method> = {}): void {
    this.#plan.add({ kind: 'garbage' }, scope);
  }

  /** Sends the first half of the reply and nothing more on this connection. */
  halfFrame(options: HalfFrameScope<Method> = {}): void {
    const { thenClose, ...scope } = resolveOptions('fault', HALF_FRAME_OPTIONS, options);
    this.#plan.add({ kind: 'half-frame', thenClose }, scope);
  }

  /** Sends the reply with the sequence id of another call. */
  wrongSequenceId(scope: FaultScope<Method> = {}): void {
    this.#plan.add({ kind: 'wrong-sequence-id' }, scope);
  }

  /** Closes the port and resets all connections: until {@link ThriftFaults.clear} no client can connect. */
  async refuseConnections(): Promise<void> {
    await this.#port.shut();
  }

  /** Forgets all faults still to come, and opens the port again. Replies that are being delayed come when they would. */
  async clear(): Promise<void> {
    this.#plan.clear();
    this.streams.clear();
    await this.#port.open();
  }
}

import { integer, resolveOption } from '@nestjs-thrift/transport/internal';
import { FaultPlan, type FaultScope } from './fault-plan.js';

/** What happens to one stream on its way to the caller. */
export type StreamFault =
  | { readonly kind: 'cut'; readonly messages: number }
  | { readonly kind: 'no-trailer' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'duplicate-header' }
  | { readonly kind: 'rst' };

/**
 * Faults of the streams of a testing server, on real sockets. Each strikes the next stream that is opened, or those of its scope; the handler
 * runs as it always does.
 *
 * @example
 * server.faults.streams.cutAfter(3, { method: 'Ask' });
 */
export class ThriftStreamFaults<Method extends string = string> {
  readonly #plan = new FaultPlan<StreamFault>();

  /**
   * Resets the connection (TCP RST) after that many messages of the server.
   *
   * @param messages an integer of 0 or more.
   * @throws TypeError for another value, and for wrong options as all others.
   */
  cutAfter(messages: number, scope: FaultScope<Method> = {}): void {
    resolveOption('cutAfter(messages)', integer(), messages);
    this.#plan.add({ kind: 'cut', messages }, scope);
  }

  /** Keeps the end of the stream back: its messages arrive, and then nothing. */
  noTrailer(scope: FaultScope<Method> = {}): void {
    this.#plan.add({ kind: 'no-trailer' }, scope);
  }

  /** Keeps everything back, as servers of Kitex do with a method that they do not have. */
  silent(scope: FaultScope<Method> = {}): void {
    this.#plan.add({ kind: 'silent' }, scope);
  }

  /** Sends the headers of the stream twice, which breaks the protocol. */
  duplicateHeader(scope: FaultScope<Method> = {}): void {
    this.#plan.add({ kind: 'duplicate-header' }, scope);
  }

  /** Cancels the stream instead of ending it, as proxies do. */
  rst(scope: FaultScope<Method> = {}): void {
    this.#plan.add({ kind: 'rst' }, scope);
  }

  /** Forgets all faults still to come. */
  clear(): void {
    this.#plan.clear();
  }

  /** @internal The fault that strikes a stream of a method, if any. */
  take(method: string): StreamFault | undefined {
    return this.#plan.take(method);
  }
}

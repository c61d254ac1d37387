import type { Logger } from '@nestjs/common';
import { CallbackReport } from '@nestjs-thrift/transport/internal';

type Listener = (...args: never[]) => void;

/**
 * Events whose listeners cannot harm what emits them: what a listener throws, or rejects with, is logged at most once a minute and event,
 * and the other listeners are called. With an EventEmitter one listener could keep a server from listening or closing.
 */
export class GuardedEvents<Events extends { readonly [Name in keyof Events]: Listener }> {
  readonly #owner: string;
  readonly #logger: Pick<Logger, 'error'>;
  readonly #listeners = new Map<keyof Events, Listener[]>();
  readonly #reports = new Map<keyof Events, CallbackReport>();

  /** @param owner names what emits, for the log. */
  constructor(owner: string, logger: Pick<Logger, 'error'>) {
    this.#owner = owner;
    this.#logger = logger;
  }

  on<Name extends keyof Events>(name: Name, listener: Events[Name]): void {
    const listeners = this.#listeners.get(name) ?? [];
    this.#listeners.set(name, [...listeners, listener]);
  }

  emit<Name extends keyof Events>(name: Name, ...args: Parameters<Events[Name]>): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      this.#report(name).run(() => listener(...(args as never[])));
    }
  }

  #report(name: keyof Events): CallbackReport {
    let report = this.#reports.get(name);
    if (report === undefined) {
      report = new CallbackReport(
        `a listener of the event "${String(name)}" of ${this.#owner}`,
        (message) => this.#logger.error(message),
      );
      this.#reports.set(name, report);
    }
    return report;
  }
}

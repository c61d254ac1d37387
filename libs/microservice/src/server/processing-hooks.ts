import { CallbackReport } from '@nestjs-thrift/transport/internal';

/** The hooks that instrumentation of Nest sets on a server. */
export interface ProcessingHooks {
  /** Calls `done`, which serves the request; it may be async. */
  start(done: () => Promise<void>): unknown;
  end(): void;
}

/** Serves requests between the hooks of a server. What a hook throws, or rejects with, is reported and changes no answer. */
export class HookedProcessing {
  readonly #report: CallbackReport;

  /** @param log takes the reports. */
  constructor(log: (message: string) => void) {
    this.#report = new CallbackReport('a processing hook of ThriftServer', log);
  }

  /** The outcome of `handle`, which runs once: called by the first hook, or without it when that fails. */
  run(hooks: ProcessingHooks, handle: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let isBegun = false;
      const serve = async (): Promise<void> => {
        if (isBegun) {
          return;
        }
        isBegun = true;
        try {
          resolve(await handle());
        } catch (error) {
          reject(error as Error);
        }
        this.#report.run(() => hooks.end());
      };
      const serveAnyway = (error: unknown): void => {
        this.#report.threw(error);
        void serve();
      };
      try {
        Promise.resolve(hooks.start(serve)).catch(serveAnyway);
      } catch (error) {
        serveAnyway(error);
      }
    });
  }
}

import { errorText } from './error-text.js';

/** A listener on a hot path that fails with every call would flood the log otherwise. */
const QUIET_MS = 60_000;

/**
 * Reports what a listener, an observer or a logger of the application throws, whose errors must not change what happens. The first
 * error is reported at once, later ones once a minute with their number.
 */
export class CallbackReport {
  readonly #callback: string;
  readonly #log: (message: string) => void;
  #quietUntil = -Infinity;
  #unreported = 0;

  /**
   * @param callback names the function in the report, for example `onHandlerError`.
   * @param log Default: a warning of the process with the code `THRIFT_CALLBACK_FAILED`.
   */
  constructor(callback: string, log: (message: string) => void = warnProcess) {
    this.#callback = callback;
    this.#log = log;
  }

  /** The function threw. Never throws itself. @param where the method it was called for. */
  threw(error: unknown, where = ''): void {
    const now = performance.now();
    if (now < this.#quietUntil) {
      this.#unreported += 1;
      return;
    }
    const more = this.#unreported === 0 ? '' : ` (${this.#unreported} more since the last report)`;
    this.#quietUntil = now + QUIET_MS;
    this.#unreported = 0;
    const of = where === '' ? '' : ` of ${where}`;
    // log warning: A function of the application threw, such as an observer; the call is not affected. Code `THRIFT_CALLBACK_FAILED`; at
    // most one line a minute for each function.
    const message = `${this.#callback}${of} threw${more}: ${errorText(error)}`;
    try {
      this.#log(message);
    } catch {
      // The log is a function of the application too.
      warnProcess(message);
    }
  }

  /** Calls the function. For what happens rarely: it takes a closure. */
  run(callback: () => unknown): void {
    try {
      this.returned(callback());
    } catch (error) {
      this.threw(error);
    }
  }

  /** The function returned; if that is a promise, its rejection would end the process. */
  returned(result: unknown, where?: string): void {
    if (result instanceof Promise) {
      result.catch((error: unknown) => this.threw(error, where));
    }
  }
}

function warnProcess(message: string): void {
  process.emitWarning(message, { code: 'THRIFT_CALLBACK_FAILED' });
}

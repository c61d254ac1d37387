import { ThriftRpcError } from '@nestjs-thrift/codec';
import {
  ConnectError,
  ConnectionLostError,
  RetryExhaustedError,
} from '@nestjs-thrift/microservice';

const MAX_SURPRISES = 5;

/** How calls ended. */
export class Tally {
  readonly #isVictim: (address: string) => boolean;

  started = 0;
  succeeded = 0;
  /** Calls that failed with the connection to a server that is killed now and then. */
  cut = 0;
  /** Calls that failed otherwise, or whose result was wrong. */
  wrong = 0;
  /** The first of them. */
  readonly surprises: string[] = [];

  /** @param isVictim whether the server at an address may be killed. */
  constructor(isVictim: (address: string) => boolean) {
    this.#isVictim = isVictim;
  }

  get unsettled(): number {
    return this.started - this.succeeded - this.cut - this.wrong;
  }

  /** Makes a call and counts how it ends; `check` says what is wrong with its result. */
  async count<T>(call: () => Promise<T>, check: (result: T) => string | undefined): Promise<void> {
    this.started++;
    try {
      const problem = check(await call());
      if (problem === undefined) {
        this.succeeded++;
      } else {
        this.#surprise(problem);
      }
    } catch (error) {
      if (this.#isCut(error)) {
        this.cut++;
      } else {
        this.#surprise(describe(error));
      }
    }
  }

  #surprise(text: string): void {
    this.wrong++;
    if (this.surprises.length < MAX_SURPRISES) {
      this.surprises.push(text);
    }
  }

  #isCut(error: unknown): boolean {
    if (error instanceof RetryExhaustedError) {
      return this.#isCut(error.cause);
    }
    if (error instanceof ConnectError || error instanceof ConnectionLostError) {
      return this.#isVictim(error.address);
    }
    // Of a call that no connection took any more, the text names the last server.
    const [, address] = /^\S+ was not sent to (\S+): /.exec((error as Error).message) ?? [];
    return address !== undefined && this.#isVictim(address);
  }
}

function describe(error: unknown): string {
  return error instanceof ThriftRpcError ? `${error.code}: ${error.message}` : String(error);
}

import { generatedFunction, type ApacheService } from './generated-service.js';

/** How a call ended: its result, or the exception or error text in its place. */
export interface Outcome {
  readonly error: unknown;
  readonly result: unknown;
}

type Callback = (error: unknown, result?: unknown) => void;
type GeneratedFunction = (...args: unknown[]) => unknown;

/** Sequence id and message type REPLY; both only pass through generated code. */
const SEQUENCE_ID = 0;
const REPLY = 2;

/** What generated code calls to read a struct that has no fields. */
export const EMPTY_STRUCT = {
  readStructBegin: () => undefined,
  readFieldBegin: () => ({ ftype: 0, fid: 0 }),
  readFieldEnd: () => undefined,
  readStructEnd: () => undefined,
  readMessageEnd: () => undefined,
  incrementRecursionDepth: () => undefined,
  decrementRecursionDepth: () => undefined,
};

/** What the generated processor has read, and how it takes the result. */
interface HandledCall {
  readonly values: readonly unknown[];
  readonly reply: Callback;
}

/**
 * One method of a generated service. The classes of its arguments and results are private to the generated module, so
 * they are reached through what uses them: the client writes arguments and reads results, the processor reads
 * arguments and writes results. All of it runs synchronously, because the processor finds a handler that takes a
 * callback; the promise style, which needs `thrift.Q` in code of older compilers, is never used.
 */
export class GeneratedMethod {
  readonly oneway: boolean;
  readonly #client: { _reqs: Record<number, Callback> };
  readonly #processor: object;
  readonly #send: GeneratedFunction;
  readonly #receive: GeneratedFunction | undefined;
  readonly #process: GeneratedFunction;
  #output: object | undefined;
  #handled: HandledCall | undefined;

  constructor(
    service: ApacheService,
    readonly name: string,
  ) {
    const client = Reflect.construct(service.Client, [
      { flush: () => undefined },
      constructorOf(() => this.#output),
    ]) as { _reqs: Record<number, Callback> };
    this.#client = client;
    this.#processor = Reflect.construct(service.Processor, [
      { [name]: this.#createHandler(service) },
    ]);
    this.#send = required(client, `send_${name}`, 'Client');
    this.#process = required(this.#processor, `process_${name}`, 'Processor');
    this.#receive = generatedFunction(client, `recv_${name}`);
    this.oneway = this.#receive === undefined;
  }

  writeArguments(values: readonly unknown[], output: object): void {
    this.#output = output;
    this.#send.apply(this.#client, [...values]);
  }

  readArguments(input: object): readonly unknown[] {
    return this.#handle(input, undefined).values;
  }

  writeResult(outcome: Outcome, output: object): void {
    this.#handle(EMPTY_STRUCT, output).reply(outcome.error, outcome.result);
  }

  readResult(input: object): Outcome {
    let outcome: Outcome = { error: undefined, result: undefined };
    this.#client._reqs[SEQUENCE_ID] = (error, result) => {
      outcome = { error, result };
    };
    this.#receive?.call(this.#client, input, REPLY, SEQUENCE_ID);
    return outcome;
  }

  #handle(input: object, output: object | undefined): HandledCall {
    this.#handled = undefined;
    this.#process.call(this.#processor, SEQUENCE_ID, input, output);
    if (this.#handled === undefined) {
      throw new TypeError(`process_${this.name} did not call its handler`);
    }
    return this.#handled;
  }

  /** Generated code passes a callback unless the handler's `length` is the number of parameters. */
  #createHandler(service: ApacheService): GeneratedFunction {
    const parameterCount = required(
      service.Client.prototype as object,
      `send_${this.name}`,
      'Client',
    ).length;
    const handler = (...values: unknown[]): void => {
      const reply = values.length > parameterCount ? (values.pop() as Callback) : ignore;
      this.#handled = { values, reply };
    };
    Object.defineProperty(handler, 'length', { value: parameterCount + 1 });
    return handler;
  }
}

function ignore(): void {}

/** Something `new` can be applied to that yields what `produce` returns. */
function constructorOf(produce: () => object | undefined): unknown {
  return function () {
    return produce();
  };
}

function required(target: object, name: string, owner: string): GeneratedFunction {
  const found = generatedFunction(target, name);
  if (found === undefined) {
    throw new TypeError(`${owner} has no method ${name}`);
  }
  return found;
}

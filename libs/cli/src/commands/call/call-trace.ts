import type { ConnectionOptions } from '../../connection/connection-options.js';
import type { IdlFileOptions } from '../../idl/idl-options.js';
import type { CallOutcome, OutgoingCall, TransportObserver } from '@nestjs-thrift/transport';
import type { ChosenDialect } from '../../probe/choose-dialect.js';
import type { Dialect } from '../../probe/probe-message.js';
import { colorsFor, withoutControls, type CommandIo } from '../../terminal/terminal.js';

/** What the options of `call` say. */
export interface CallCommandOptions extends ConnectionOptions, IdlFileOptions {
  readonly data?: string;
  readonly edit?: boolean;
  readonly i64: 'string' | 'number';
  readonly metadata: Readonly<Record<string, string>>;
  readonly persistent: Readonly<Record<string, string>>;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Sizes and times of the call, written to standard error as it goes if that was asked for. */
export class CallTrace implements TransportObserver {
  readonly #options: CallCommandOptions;
  readonly #io: CommandIo;

  durationMs = 0;
  #dialect: Dialect | undefined;
  #backwardValues: ReadonlyMap<string, string> = new Map();

  constructor(options: CallCommandOptions, io: CommandIo) {
    this.#options = options;
    this.#io = io;
  }

  /** What the server sent back with its reply. */
  get backwardMetadata(): Record<string, string> {
    return Object.fromEntries(this.#backwardValues);
  }

  /** How the call was framed and encoded; nothing before it began. */
  get dialect(): Dialect | undefined {
    return this.#dialect;
  }

  begin(address: string, method: string, dialect: ChosenDialect): void {
    const { metadata, persistent } = this.#options;
    const { transport, protocol, source } = dialect;
    this.#dialect = { transport, protocol };
    const how = source === 'given' ? '' : `; ${source}`;
    this.#note(`> ${method} to ${address} (${transport}, ${protocol}${how})`);
    if (source === 'probed' && this.#io.stderr.isTTY === true && !this.#options.verbose) {
      this.#write(
        `${address} answers over ${transport}, ${protocol}; the next call begins with it`,
      );
    }
    for (const [key, value] of Object.entries({ ...persistent, ...metadata })) {
      this.#note(`> ${key}: ${value}`);
    }
  }

  backward(values: ReadonlyMap<string, string>): void {
    this.#backwardValues = values;
    for (const [key, value] of values) {
      this.#note(`< ${key}: ${value}`);
    }
  }

  connectionOpened({ address }: { readonly address: string }): void {
    this.#note(`* connected to ${address}`);
  }

  callFinished(_call: OutgoingCall, { durationMs, sentBytes, receivedBytes }: CallOutcome): void {
    this.durationMs = durationMs;
    this.#note(
      `< ${receivedBytes} bytes for ${sentBytes} bytes sent, after ${durationMs.toFixed(1)} ms`,
    );
  }

  #note(line: string): void {
    if (this.#options.verbose) {
      this.#write(line);
    }
  }

  #write(line: string): void {
    this.#io.stderr.write(`${colorsFor(this.#io.stderr, this.#io).dim(withoutControls(line))}\n`);
  }
}

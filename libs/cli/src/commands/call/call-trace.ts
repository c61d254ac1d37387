import type { ConnectionOptions } from '../../connection/connection-options.js';
import type { IdlFileOptions } from '../../idl/idl-options.js';
import type {
  CallOutcome,
  ObservedStream,
  OutgoingCall,
  StreamOutcome,
  TransportObserver,
} from '@nestjs-thrift/transport';
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
  /** In milliseconds. */
  readonly recvTimeout?: number;
  readonly maxMessages?: number;
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

  /** @param shown the part that is printed now. */
  backward(values: ReadonlyMap<string, string>, shown = values): void {
    this.#backwardValues = values;
    for (const [key, value] of shown) {
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

  /** What a stream has in addition to messages: headers before the first one, trailers with the end. */
  streamMetadata(kind: 'header' | 'trailer', values: ReadonlyMap<string, string>): void {
    this.#note(`< ${kind}s${values.size === 0 ? ' (empty)' : ''}`);
    this.backward(new Map([...this.#backwardValues, ...values]), values);
  }

  streamOpened({ address }: ObservedStream): void {
    this.#note(`* stream to ${address} opened`);
  }

  streamEnded(stream: ObservedStream, { durationMs, status }: StreamOutcome): void {
    const { messagesSent, messagesReceived, sentBytes, receivedBytes, firstMessageMs } = stream;
    this.durationMs = durationMs;
    const first = firstMessageMs === undefined ? 'none' : `${firstMessageMs.toFixed(1)} ms`;
    this.#note(
      `< ${status} after ${durationMs.toFixed(1)} ms, first message after ${first}; ${messagesSent} messages sent (${sentBytes} bytes), ${messagesReceived} received (${receivedBytes} bytes)`,
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

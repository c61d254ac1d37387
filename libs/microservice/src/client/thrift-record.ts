import type { CallContext, CallOptions } from '@nestjs-thrift/transport';

/** The data of a `client.send()` together with the options of this one call. */
export class ThriftRecord<T = unknown> {
  constructor(
    readonly data: T,
    readonly options: CallOptions,
  ) {}
}

/**
 * Builds the data of a `client.send()` with options for this call, as the record builders of Nest's own transports.
 *
 * @example
 * ```ts
 * const record = new ThriftRecordBuilder({ user_id: 1n }).setTimeoutMs(300).build();
 * client.send('UserService.GetUser', record);
 * ```
 */
export class ThriftRecordBuilder<T = unknown> {
  #data: T;

  #options: CallOptions = {};

  constructor(data: T) {
    this.#data = data;
  }

  /** Replaces the data. */
  setData(data: T): this {
    this.#data = data;
    return this;
  }

  /** Time for the call as a whole, in milliseconds; 0 for no limit. */
  setTimeoutMs(timeoutMs: number): this {
    return this.#set({ timeoutMs });
  }

  /** Time for one attempt, in milliseconds; 0 for no limit. */
  setAttemptTimeoutMs(attemptTimeoutMs: number): this {
    return this.#set({ attemptTimeoutMs });
  }

  /** Time to connect, in milliseconds; 0 for no limit. */
  setConnectTimeoutMs(connectTimeoutMs: number): this {
    return this.#set({ connectTimeoutMs });
  }

  /** Longest silence of the server while the reply is awaited, in milliseconds; 0 for no limit. */
  setReadTimeoutMs(readTimeoutMs: number): this {
    return this.#set({ readTimeoutMs });
  }

  /** Cancels the call when it aborts, as unsubscribing does. */
  setSignal(signal: AbortSignal): this {
    return this.#set({ signal });
  }

  /** Values for the callee only, not for the services that it calls. */
  setMetadata(metadata: Readonly<Record<string, string>>): this {
    return this.#set({ metadata });
  }

  /** Values forwarded on every further hop. */
  setPersistentMetadata(persistentMetadata: Readonly<Record<string, string>>): this {
    return this.#set({ persistentMetadata });
  }

  /** Calls this `host:port` or `unix:/path` instead of one that was configured or discovered. */
  setAddress(address: string): this {
    return this.#set({ address });
  }

  /** Receives the values that the server sent back with its reply. */
  onBackwardMetadata(listener: (values: ReadonlyMap<string, string>) => void): this {
    return this.#set({ onBackwardMetadata: listener });
  }

  /** Values for middlewares, policies and observers of this process. */
  setContext(context: CallContext): this {
    return this.#set({ context });
  }

  build(): ThriftRecord<T> {
    return new ThriftRecord(this.#data, this.#options);
  }

  #set(options: CallOptions): this {
    this.#options = { ...this.#options, ...options };
    return this;
  }
}

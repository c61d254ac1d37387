import { CallContext } from '../call/call-context.js';
import type { CallScope } from '../call/current-call.js';
import type { HeaderInfo } from '../wire/ttheader/header-info.js';
import { IntKey, StringKey } from '../wire/ttheader/header-keys.js';
import { readPersistent, readTransient } from '../wire/ttheader/metainfo.js';

/** What calls and streams have in common that are being served: their header, which is decoded on first access. */
export abstract class ServedRequest {
  scope: CallScope | undefined;
  readonly #info: HeaderInfo | undefined;
  #transientValues: ReadonlyMap<string, string> | undefined;
  #persistentValues: ReadonlyMap<string, string> | undefined;
  #context: CallContext | undefined;

  constructor(info: HeaderInfo | undefined) {
    this.#info = info;
  }

  get context(): CallContext {
    return (this.#context ??= new CallContext());
  }

  /**
   * Whether the header names the service, as callers do that read a business status from a header. A Kitex client without
   * ClientTTHeaderHandler does neither.
   */
  get namesService(): boolean {
    return Boolean(this.#info?.string(StringKey.SERVICE_NAME));
  }

  get caller(): string {
    return this.#info?.int(IntKey.FROM_SERVICE) ?? '';
  }

  get callerMethod(): string {
    return this.#info?.int(IntKey.FROM_METHOD) ?? '';
  }

  get logId(): string {
    return this.#info?.int(IntKey.LOG_ID) ?? '';
  }

  get metadata(): ReadonlyMap<string, string> {
    return (this.#transientValues ??= readTransient(this.#info));
  }

  get persistentMetadata(): ReadonlyMap<string, string> {
    return (this.#persistentValues ??= readPersistent(this.#info));
  }

  /** The time that the caller gave, in milliseconds; `Infinity` when it did not say, or nothing that Kitex would understand. */
  get callerTimeoutMs(): number {
    const text = this.#info?.int(IntKey.RPC_TIMEOUT);
    return text !== undefined && /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Infinity;
  }

  setPersistentMetadata(key: string, value: string): void {
    if (key !== '' && value !== '') {
      this.#persistentValues = new Map(this.persistentMetadata).set(key, value);
    }
  }
}

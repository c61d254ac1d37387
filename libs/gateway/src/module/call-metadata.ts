import type { IncomingMessage } from 'node:http';
import type { CallOptions, StreamOptions } from '@nestjs-thrift/microservice';
import { isEndToEndHeader, isHeaderName } from '@nestjs-thrift/idl/http';
import { isHeaderValue } from '../answer/answer.js';
import { headerValues } from '../request/headers.js';
import { PairsError } from '../request/pairs.js';
import type { ForwardedHeaders, GatewaySettings } from './gateway-options.js';

/** A header and the key of the metadata that it becomes. */
type Forwarded = readonly (readonly [header: string, key: string])[];

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const TIMEOUT = /^[0-9]{1,10}$/;

/** What requests say about their calls, and calls about their answers, in headers. */
export class CallMetadata {
  readonly #forwarded: Forwarded;
  readonly #persisted: Forwarded;
  readonly #backward: readonly string[];
  readonly #hasMetainfo: boolean;
  readonly #timeoutHeader: string | undefined;

  /** @throws Error for headers that belong to a connection, or have no name that HTTP knows. */
  constructor(settings: GatewaySettings) {
    this.#forwarded = forwardedHeaders('forwardHeaders', settings.forwardHeaders);
    this.#persisted = forwardedHeaders('persistHeaders', settings.persistHeaders);
    this.#backward = (settings.backwardHeaders ?? []).map((name) =>
      checkedName('backwardHeaders', name),
    );
    this.#hasMetainfo = settings.metainfoHeaders;
    this.#timeoutHeader = settings.timeoutHeader?.toLowerCase();
  }

  /** The options of the call for a request. */
  optionsFor({ rawHeaders }: IncomingMessage, signal: AbortSignal): Writable<CallOptions> {
    const options: Writable<CallOptions> = { signal };
    const metadata = valuesOf(rawHeaders, this.#forwarded);
    const persistent = valuesOf(rawHeaders, this.#persisted);
    if (this.#hasMetainfo) {
      addMetainfo(rawHeaders, 'rpc-transit-', metadata);
      addMetainfo(rawHeaders, 'rpc-persist-', persistent);
    }
    if (Object.keys(metadata).length > 0) {
      options.metadata = metadata;
    }
    if (Object.keys(persistent).length > 0) {
      options.persistentMetadata = persistent;
    }
    const [timeout] = this.#timeoutHeader ? headerValues(rawHeaders, this.#timeoutHeader) : [];
    if (timeout !== undefined && TIMEOUT.test(timeout)) {
      options.deadline = performance.now() + Number(timeout);
    }
    return options;
  }

  /** The options of the stream for a request: what its caller waits is the time for the stream as a whole. */
  streamOptionsFor(message: IncomingMessage, signal: AbortSignal): StreamOptions {
    const { deadline, ...options } = this.optionsFor(message, signal);
    const timeoutMs = deadline === undefined ? 0 : Math.max(1, deadline - performance.now());
    return { ...options, timeoutMs: Math.ceil(timeoutMs) };
  }

  /** Whether answers have headers from the metadata that services send back. */
  get readsBackward(): boolean {
    return this.#hasMetainfo || this.#backward.length > 0;
  }

  /** The headers that the metadata sent back becomes. */
  headersOf(values: ReadonlyMap<string, string>): (readonly [string, string])[] {
    const headers: (readonly [string, string])[] = [];
    for (const [key, value] of values) {
      const name = key.toLowerCase().replaceAll('_', '-');
      const isNamed = this.#backward.includes(name) || this.#backward.includes(key.toLowerCase());
      if (!isHeaderName(name) || !isHeaderValue(value)) {
        continue;
      }
      if (isNamed) {
        headers.push([name, value]);
      }
      if (this.#hasMetainfo) {
        headers.push([`rpc-backward-${name}`, value]);
      }
    }
    return headers;
  }
}

function forwardedHeaders(option: string, headers: ForwardedHeaders = []): Forwarded {
  const pairs = Array.isArray(headers)
    ? (headers as readonly string[]).map((name) => [name, name.toLowerCase()] as const)
    : Object.entries(headers as Readonly<Record<string, string>>);
  return pairs.map(([name, key]) => [checkedName(option, name), key] as const);
}

function checkedName(option: string, name: string): string {
  if (!isEndToEndHeader(name)) {
    throw new Error(`${option} cannot name ${name}: it is not an end-to-end header`);
  }
  return name.toLowerCase();
}

function valuesOf(rawHeaders: readonly string[], headers: Forwarded): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [header, key] of headers) {
    const value = firstValue(rawHeaders, header);
    if (value !== undefined) {
      values[key] = value;
    }
  }
  return values;
}

/** Bytes that are not text cannot be forwarded as text. */
function firstValue(rawHeaders: readonly string[], header: string): string | undefined {
  try {
    return headerValues(rawHeaders, header)[0] || undefined;
  } catch (error) {
    if (error instanceof PairsError) {
      return undefined;
    }
    throw error;
  }
}

/** `rpc-transit-foo-bar: v` becomes `FOO_BAR`; the first value counts. */
function addMetainfo(
  rawHeaders: readonly string[],
  prefix: string,
  values: Record<string, string>,
): void {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    const key = name.slice(prefix.length).toUpperCase().replaceAll('-', '_');
    const value = name.startsWith(prefix) && key !== '' ? firstValue(rawHeaders, name) : undefined;
    if (value !== undefined) {
      values[key] = value;
    }
  }
}

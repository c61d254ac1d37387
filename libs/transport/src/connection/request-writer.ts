import { EncodeError } from '@nestjs-thrift/codec';
import { LENGTH_BYTES } from '../wire/framing/message-meter.js';
import { metadataTooLarge, requestTooLarge } from './call-errors.js';
import type { WriteBuffer } from '@nestjs-thrift/codec/wire';
import { FrameWriter } from '../wire/framing/frame-writer.js';
import { IntKey, PERSISTENT_PREFIX, TRANSIENT_PREFIX } from '../wire/ttheader/header-keys.js';
import { writeInt, writeStringSections } from '../wire/ttheader/header-sections.js';
import { addPrefixed } from '../wire/ttheader/metainfo.js';
import type { SocketWriter } from '../wire/socket-writer.js';
import { FLAG_OUT_OF_ORDER, InfoId } from '../wire/ttheader/tt-header.js';
import type { ClientCall } from './client-call.js';
import type { ResolvedClientOptions } from './resolved-client-options.js';

/** Persistent value that tells servers not to retry on their part; its name is Kitex's. */
export const RETRY_KEY = 'RetryReq';

/** Writes requests of one connection. */
export class RequestWriter {
  readonly #writer: SocketWriter;
  readonly #settings: ResolvedClientOptions;
  readonly #frame = new FrameWriter();
  readonly #flags: number;

  constructor(writer: SocketWriter, settings: ResolvedClientOptions) {
    this.#writer = writer;
    this.#settings = settings;
    this.#flags = settings.connection.mode === 'mux' ? FLAG_OUT_OF_ORDER : 0;
  }

  /**
   * Hands the request to the socket. When it cannot be encoded, nothing of it is left and the error is thrown.
   *
   * @returns bytes of the message, wrapping included.
   */
  write(call: ClientCall, sequenceId: number, now: number): number {
    const writer = this.#writer;
    const settings = this.#settings;
    const frame = this.#frame;
    const { framing, protocol } = settings;
    const { template, request } = call;
    const { name, messageType, method } = template;
    const out = writer.begin();
    try {
      frame.begin(out, framing);
      if (template.header !== undefined) {
        frame.beginHeader(out, sequenceId, this.#flags, template.header);
        try {
          writeMetadata(out, call);
          writeTimes(out, call, now);
          frame.endHeader(out);
        } catch (error) {
          const isTooLarge = error instanceof EncodeError && error.reason === 'SIZE_LIMIT';
          throw isTooLarge ? metadataTooLarge(call, metadataOf(call), error) : error;
        }
      }
      protocol.writeMessageBegin(out, messageType, name, sequenceId);
      protocol.write(method.args, request.args, out);
      const bytes = frame.end(out);
      if (bytes > settings.maxFrameBytes + LENGTH_BYTES) {
        throw requestTooLarge(call, bytes, settings.maxFrameBytes);
      }
      writer.commit();
      return bytes;
    } catch (error) {
      writer.rollback();
      throw error;
    }
  }
}

function writeMetadata(out: WriteBuffer, call: ClientCall): void {
  const { request, incoming, observation } = call;
  const { metadata, persistentMetadata } = request.options;
  const { attempt } = request;
  const inherited = call.inherited ?? incoming?.persistentMetadata;
  const observed = observation?.metadata;
  // Most calls carry nothing of this; they get by without a Map.
  if (metadata || persistentMetadata || attempt || inherited?.size || observed?.size) {
    writeStringSections(out, metadataOf(call));
  }
}

/** Values of the call, of its observers and, for what persists, of the request being served. */
function metadataOf(call: ClientCall): ReadonlyMap<string, string> {
  const { request, incoming, observation } = call;
  const { metadata, persistentMetadata } = request.options;
  const { attempt } = request;
  const inherited = call.inherited ?? incoming?.persistentMetadata;
  const observed = observation?.metadata;
  const strings = new Map<string, string>();
  if (inherited) {
    addPrefixed(strings, PERSISTENT_PREFIX, inherited);
  }
  if (persistentMetadata) {
    addPrefixed(strings, PERSISTENT_PREFIX, Object.entries(persistentMetadata));
  }
  if (attempt) {
    strings.set(PERSISTENT_PREFIX + RETRY_KEY, String(attempt));
  }
  if (observed) {
    addPrefixed(strings, TRANSIENT_PREFIX, observed);
  }
  if (metadata) {
    addPrefixed(strings, TRANSIENT_PREFIX, Object.entries(metadata));
  }
  return strings;
}

/** Timeouts, and the method the call is made from. Readers merge sections, so each value may have its own. */
function writeTimes(
  out: WriteBuffer,
  { request, incoming, deadline }: ClientCall,
  now: number,
): void {
  if (deadline !== Infinity) {
    writeMilliseconds(out, IntKey.RPC_TIMEOUT, Math.max(1, Math.ceil(deadline - now)));
  }
  const { connectTimeoutMs } = request;
  if (connectTimeoutMs !== undefined && connectTimeoutMs > 0) {
    writeMilliseconds(out, IntKey.CONNECT_TIMEOUT, Math.ceil(connectTimeoutMs));
  }
  if (incoming !== undefined) {
    writeInt(out, IntKey.FROM_METHOD, incoming.method.name);
  }
}

/** Writes digits one by one: a string and its encoding cost more than the rest of the header. */
function writeMilliseconds(out: WriteBuffer, key: number, milliseconds: number): void {
  if (milliseconds > 999_999_999) {
    writeInt(out, key, String(milliseconds));
    return;
  }
  let digits = 1;
  for (let limit = 10; milliseconds >= limit; limit *= 10) {
    digits++;
  }
  out.reserve(7 + digits);
  const { view, bytes, position } = out;
  bytes[position] = InfoId.INTS;
  view.setUint16(position + 1, 1);
  view.setUint16(position + 3, key);
  view.setUint16(position + 5, digits);
  out.position = position + 7 + digits;
  let rest = milliseconds;
  for (let index = out.position - 1; index > position + 6; index--) {
    bytes[index] = 0x30 + (rest % 10);
    rest = (rest / 10) | 0;
  }
}

import type { ReadBuffer } from '../buffer/read-buffer.js';
import type { WriteBuffer } from '../buffer/write-buffer.js';
import type { CodecMethod, ProtocolName, StructCodec } from '../definition/service-definition.js';
import {
  type MessageHeader,
  readBinaryMessageBegin,
  writeBinaryMessageBegin,
} from '../message/binary-envelope.js';
import { BinaryScanner } from '../message/binary-scanner.js';
import { readCompactMessageBegin, writeCompactMessageBegin } from '../message/compact-envelope.js';
import { CompactScanner } from '../message/compact-scanner.js';
import type { MessageName } from '../message/interned-name.js';
import type { MessageScanner } from '../message/message-scanner.js';

/** The part of a {@link StructCodec} that encodes. */
type Encoder<T> = Pick<StructCodec<T>, 'writeBinary' | 'writeCompact'>;

/**
 * An encoding of messages and values (Apache Thrift: TProtocol): everything that the transport needs of it.
 *
 * One class with functions in its fields, so that all reads of a protocol see one hidden class.
 */
export class Protocol {
  constructor(
    readonly name: ProtocolName,
    /** Writes the envelope of a message at `out.position`; the struct follows. */
    readonly writeMessageBegin: (
      out: WriteBuffer,
      type: number,
      name: MessageName,
      sequenceId: number,
    ) => void,
    /**
     * Reads the envelope of a message and leaves `input.position` at the struct.
     *
     * @throws ProtocolError `BAD_VERSION` for another protocol or version, `TRUNCATED` when the bytes end too early.
     */
    readonly readMessageBegin: (input: ReadBuffer, header: MessageHeader) => void,
    /** Encodes a struct at `out.position`; throws what the codec throws. */
    readonly write: <T>(codec: Encoder<T>, value: T, out: WriteBuffer) => void,
    /** Decodes a struct at `input.position`; throws what the codec throws. */
    readonly read: <T>(codec: StructCodec<T>, input: ReadBuffer) => T,
    /** Creates what finds the end of a message without a length; `maxBytes` is the largest message accepted. */
    readonly createScanner: (maxBytes: number) => MessageScanner,
    /** The methods of a codec that `read` and `write` call. */
    readonly methods: { readonly read: CodecMethod; readonly write: CodecMethod },
  ) {}
}

/** All protocols by name: the one list of them. */
export const PROTOCOLS = {
  binary: new Protocol(
    'binary',
    writeBinaryMessageBegin,
    readBinaryMessageBegin,
    (codec, value, out) => codec.writeBinary(value, out),
    (codec, input) => codec.readBinary(input),
    (maxBytes) => new BinaryScanner(maxBytes),
    { read: 'readBinary', write: 'writeBinary' },
  ),
  compact: new Protocol(
    'compact',
    writeCompactMessageBegin,
    readCompactMessageBegin,
    (codec, value, out) => codec.writeCompact(value, out),
    (codec, input) => codec.readCompact(input),
    (maxBytes) => new CompactScanner(maxBytes),
    { read: 'readCompact', write: 'writeCompact' },
  ),
} as const satisfies Readonly<Record<ProtocolName, Protocol>>;

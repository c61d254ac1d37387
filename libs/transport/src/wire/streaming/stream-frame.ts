import type { StructCodec } from '@nestjs-thrift/codec';
import type { ReadBuffer } from '@nestjs-thrift/codec/wire';
import type { HeaderInfo } from '../ttheader/header-info.js';

const NOTHING = Buffer.alloc(0);

/** Types of the frames of a stream (TTHeader integer key 27); the numbers are Kitex's. */
export const FrameType = {
  /** Of proxies; carries nothing for the application. */
  META: 1,
  /** Opens a stream, or answers with headers. */
  HEADER: 2,
  /** One message, as a bare struct. */
  DATA: 3,
  /** Ends one side of a stream. */
  TRAILER: 4,
  /** Cancels a stream. */
  RST: 5,
} as const;

/** Number of a {@link FrameType}. */
export type FrameTypeNumber = (typeof FrameType)[keyof typeof FrameType];

/** Types of the exceptions that RST frames carry; the numbers are Kitex's. */
export const CancelType = {
  /** Without a usable payload. */
  UNKNOWN: 13,
  /** The caller cancelled. */
  CANCELLED: 12007,
  /** This side cancelled the stream for its own reason. */
  INTERNAL: 12011,
  /** No message came in time. */
  RECEIVE_TIMEOUT: 12014,
  /** The time for the whole stream is over. */
  DEADLINE: 12015,
} as const;

/** Text of the exception that refuses a stream while the server shuts down. */
export const SHUTTING_DOWN = 'server is shutting down';

/** A frame as it came off the socket; valid until the next one is asked for, but for its info. */
export interface StreamFrame {
  readonly type: FrameTypeNumber;
  readonly streamId: number;
  readonly info: HeaderInfo;
  /** Holds the payload from `payloadStart` to `payloadEnd`. */
  readonly bytes: Buffer;
  readonly payloadStart: number;
  readonly payloadEnd: number;
  /** Bytes of the frame on the socket. */
  readonly wireBytes: number;
  /** Whether it has more bytes than this side accepts: then its payload is skipped. */
  readonly tooLarge: boolean;
}

/** Decodes the message of a frame; throws what the codec throws. Afterwards `input` keeps nothing of it, however large it was. */
export function readPayload<T>(
  input: ReadBuffer,
  { bytes, payloadStart, payloadEnd }: StreamFrame,
  codec: Pick<StructCodec<T>, 'readBinary'>,
): T {
  input.reset(bytes, payloadStart, payloadEnd);
  try {
    return codec.readBinary(input);
  } finally {
    input.reset(NOTHING, 0, 0);
  }
}

import { ProtocolError } from '@nestjs-thrift/codec';
import { HeaderInfo } from '../ttheader/header-info.js';
import { LENGTH_BYTES } from './message-meter.js';
import type { ReceivedMessage } from '../received-message.js';
import { canSniff, PAYLOADS, readUint32, Sniffed, sniffPayload } from './sniff.js';
import { FIXED_HEADER_BYTES } from '../ttheader/tt-header.js';

/**
 * Unwraps the message in `bytes` from `start` to `end` and reads its envelope into `message`.
 *
 * @param first what the message begins with, by its number in {@link Sniffed}.
 * @param complete whether all of the message is there; if not, it only has to be there up to its struct.
 * @throws ProtocolError for a header or envelope that is not as it should be.
 */
export function openMessage(
  message: ReceivedMessage,
  bytes: Buffer,
  start: number,
  end: number,
  first: number,
  complete: boolean,
): void {
  message.wireBytes = end - start;
  message.tooLarge = false;
  message.info = undefined;
  message.flags = 0;
  message.headerSequenceId = 0;
  let sniffed = first;
  let payload = start;
  const inTTHeader = sniffed === Sniffed.TTHEADER;
  if (inTTHeader) {
    payload = openTTHeader(message, bytes, start, end);
    sniffed = sniffPayload(bytes, payload);
  } else if (sniffed === Sniffed.MESH_HEADER) {
    payload = start + LENGTH_BYTES + (readUint32(bytes, start) & 0xffff);
    if (!canSniff(bytes, payload, end)) {
      throw cutOff();
    }
    message.info = HeaderInfo.ofMeshHeader(bytes, start + LENGTH_BYTES, payload);
    sniffed = sniffPayload(bytes, payload);
  }
  const { framing, inHeader, protocol } = PAYLOADS[sniffed]!;
  message.framing = inTTHeader ? inHeader : framing;
  message.protocol = protocol;
  if (framing.hasLength) {
    payload += LENGTH_BYTES;
    if (complete && inTTHeader) {
      checkLength(readUint32(bytes, payload - LENGTH_BYTES), end - payload);
    }
  }
  message.input.reset(bytes, payload, end);
  protocol.readMessageBegin(message.input, message);
}

/** Reads a TTHeader; returns where the payload begins. */
function openTTHeader(message: ReceivedMessage, bytes: Buffer, start: number, end: number): number {
  const infoStart = start + FIXED_HEADER_BYTES;
  if (infoStart > end) {
    throw cutOff();
  }
  message.flags = readUint32(bytes, start + 4) & 0xffff;
  message.headerSequenceId = readUint32(bytes, start + 8) | 0;
  const infoEnd = infoStart + 4 * (readUint32(bytes, start + 10) & 0xffff);
  if (!canSniff(bytes, infoEnd, end)) {
    throw cutOff();
  }
  message.info = HeaderInfo.ofTTHeader(bytes, infoStart, infoEnd);
  return infoEnd;
}

/** Without a TTHeader the length is what the message was cut by. */
function checkLength(length: number, left: number): void {
  if (length !== left) {
    throw new ProtocolError(
      'INVALID_DATA',
      `frame of ${length} bytes where the TTHeader leaves ${left}`,
    );
  }
}

function cutOff(): ProtocolError {
  return new ProtocolError('TRUNCATED', 'message header is longer than the frame it is in');
}

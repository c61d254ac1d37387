import { hasHeader, type ReceivedMessage } from '@nestjs-thrift/transport';

const HEADER_SEQUENCE_ID_END = 12;

/** A copy of a message, its sequence id changed in envelope and header. */
export function withOtherSequenceId(bytes: Buffer, message: ReceivedMessage): Buffer {
  const copy = Buffer.from(bytes);
  if (hasHeader(message.transport)) copy[HEADER_SEQUENCE_ID_END - 1]! ^= 1;
  const structAt = bytes.length - (message.input.end - message.input.position);
  copy[structAt - distanceToLowestByte(message)]! ^= 1;
  return copy;
}

/** From the struct back to the byte with the lowest bits of the sequence id. */
function distanceToLowestByte({ protocol, name, sequenceId }: ReceivedMessage): number {
  if (protocol === 'binary') return 1;
  const nameBytes = Buffer.byteLength(name);
  return nameBytes + varintBytes(nameBytes) + varintBytes(sequenceId >>> 0);
}

function varintBytes(value: number): number {
  return value < 0x80 ? 1 : 1 + varintBytes(Math.floor(value / 0x80));
}

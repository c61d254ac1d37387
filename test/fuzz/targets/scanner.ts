import { equal } from 'node:assert/strict';
import { ProtocolError, type StructCodec } from '@nestjs-thrift/codec';
import {
  BinaryScanner,
  CompactScanner,
  MessageHeader,
  type MessageScanner,
  ReadBuffer,
  readBinaryMessageBegin,
  readCompactMessageBegin,
} from '@nestjs-thrift/codec/wire';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { type FuzzTarget, outcomeOf } from '../fuzz-target.js';

const MAX_BYTES = 1024 * 1024;
const nothing = compileSchema(loadSchemaFromText('struct Nothing {}')).struct('Nothing');

/** Finds the end of messages without a length: where a decoder finds it, and wherever the stream is cut. */
export const scanner: FuzzTarget = {
  name: 'scanner',
  run(input) {
    checkScanner(input, new BinaryScanner(MAX_BYTES), readBinary);
    checkScanner(input, new CompactScanner(MAX_BYTES), readCompact);
  },
};

function checkScanner(
  input: Buffer,
  messages: MessageScanner,
  read: (input: ReadBuffer, codec: StructCodec) => void,
): void {
  const whole = outcomeOf(ProtocolError, () => messages.scan(input, 0, input.length));
  equal(stepwise(input, messages), whole.value ?? 'refused');
  if (whole.value === undefined || whole.value === -1) {
    return;
  }
  const reader = new ReadBuffer(input, 0, whole.value);
  const decoded = outcomeOf(ProtocolError, () => read(reader, nothing));
  if (decoded.error === undefined) {
    equal(reader.position, whole.value);
  }
}

/** Scans as the bytes come in, a few more at a time. */
function stepwise(input: Buffer, messages: MessageScanner): number | 'refused' {
  for (let end = 0; end < input.length; end += 1 + (end >> 3)) {
    const { value } = outcomeOf(ProtocolError, () => messages.scan(input, 0, end));
    if (value === undefined) {
      return 'refused';
    }
    if (value !== -1) {
      return value;
    }
  }
  return outcomeOf(ProtocolError, () => messages.scan(input, 0, input.length)).value ?? 'refused';
}

function readBinary(input: ReadBuffer, codec: StructCodec): void {
  readBinaryMessageBegin(input, new MessageHeader());
  codec.readBinary(input);
}

function readCompact(input: ReadBuffer, codec: StructCodec): void {
  readCompactMessageBegin(input, new MessageHeader());
  codec.readCompact(input);
}

import { deepStrictEqual } from 'node:assert/strict';
import { ProtocolError } from '@nestjs-thrift/codec';
import { applicationExceptionCodec } from '@nestjs-thrift/codec/wire';
import { MessageReader } from '@nestjs-thrift/transport/wire';
import { type FuzzTarget, outcomeOf } from '../fuzz-target.js';

const MAX_FRAME_BYTES = 1024 * 1024;

/** Sniffing, framing and envelopes: what a connection cuts out of a stream does not depend on how the stream was cut. */
export const messageReader: FuzzTarget = {
  name: 'message-reader',
  run(input) {
    const whole = read(input, input.length);
    deepStrictEqual(read(input, 7), whole);
    if (input.length < 512) {
      deepStrictEqual(read(input, 1), whole);
    }
  },
};

function read(input: Buffer, chunkBytes: number): unknown[] {
  const reader = new MessageReader(MAX_FRAME_BYTES);
  const messages: unknown[] = [];
  for (let start = 0; start < input.length; start += chunkBytes) {
    reader.push(input.subarray(start, start + chunkBytes));
    const { error } = outcomeOf(ProtocolError, () => takeAll(reader, messages));
    if (error !== undefined) {
      messages.push('refused');
      return messages;
    }
  }
  outcomeOf(ProtocolError, () => reader.partialEnvelope());
  return messages;
}

function takeAll(reader: MessageReader, messages: unknown[]): void {
  for (let message = reader.next(); message !== undefined; message = reader.next()) {
    const { framing, protocol, type, name, sequenceId, flags, wireBytes, tooLarge } = message;
    messages.push([
      framing.name,
      protocol.name,
      type,
      name,
      sequenceId,
      flags,
      wireBytes,
      tooLarge,
    ]);
    const { info, input } = message;
    messages.push([...(info?.strings() ?? []), ...(info?.ints() ?? [])]);
    // Only the envelope of such a message counts: how much of its body has come depends on the chunks.
    if (tooLarge) {
      continue;
    }
    const { value } = outcomeOf(ProtocolError, () =>
      protocol.read(applicationExceptionCodec, input),
    );
    messages.push(value);
  }
}

import { MessageName, MessageType, PROTOCOLS, WriteBuffer } from '@nestjs-thrift/codec/wire';
import { MessageReader } from '../message-reader.js';
import { FrameWriter } from './frame-writer.js';
import { FRAMINGS } from './framing.js';

describe('FRAMINGS', () => {
  it('lists each framing under its name, all of one class', () => {
    for (const [name, framing] of Object.entries(FRAMINGS)) {
      expect(framing.name).toBe(name);
      expect(framing.constructor).toBe(FRAMINGS.Buffered.constructor);
    }
  });

  it('gives the names of Kitex spans', () => {
    expect(Object.values(FRAMINGS).map(({ kitexName }) => kitexName)).toEqual([
      'PurePayload',
      'Framed',
      'TTHeader',
      'TTHeader|Framed',
    ]);
  });
});

describe.each(Object.values(FRAMINGS))('Framing $name', (framing) => {
  it.each(Object.values(PROTOCOLS))('is recognised around a $name message', (protocol) => {
    const out = new WriteBuffer();
    const frame = new FrameWriter();
    frame.begin(out, framing);
    if (framing.hasHeader) {
      frame.beginHeader(out, 7, 0, undefined);
      frame.endHeader(out);
    }
    protocol.writeMessageBegin(out, MessageType.CALL, new MessageName('echo'), 7);
    out.reserve(1);
    out.bytes[out.position++] = 0;
    const bytes = frame.end(out);

    const reader = new MessageReader();
    reader.push(Buffer.from(out.bytes.subarray(0, bytes)));
    const message = reader.next()!;
    expect(message.framing).toBe(framing);
    expect(message.protocol).toBe(protocol);
    expect(message).toMatchObject({ name: 'echo', sequenceId: 7, wireBytes: bytes });
    expect(message.info === undefined).toBe(!framing.hasHeader);
  });
});

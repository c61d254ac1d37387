import { Socket } from 'node:net';
import { SocketWriter } from '../socket-writer.js';
import { readCancellation, readException } from './stream-exception.js';
import { FrameType, type FrameTypeNumber, type StreamFrame } from './stream-frame.js';
import { StreamFrameReader } from './stream-frame-reader.js';
import { StreamFrameWriter, StreamMethodName } from './stream-frame-writer.js';

/** Frames of a Kitex v0.16.3 client and server. */
const HEADER =
  '0000002a100000020000000100081000010001000369736e000443686174100002001b00013200090004446f776e';
const DATA =
  '0000002e100000020000000300051000100002001b00013300090004446f776e0000080002000000030b0001000000016e00';
const TRAILER = '0000001e100000020000000100051000100002001b00013400090004446f776e0000';
const BUSINESS =
  '0000006e100000020000000100191000010003000a62697a2d7374617475730003343034000b62697a2d6d65737361676500086e6f742068657265000962697a2d6578747261001a7b226b223a22315c7530303363325c75303032365c22c3a9227d100002001b00013400090004446f776e';
const EXCEPTION =
  '0000005f10000002000000040005100010000200090004446f776e001b00013400008001000300000004446f776e000000010b000100000022756e6b6e6f776e206d6574686f64204e6f70652028736572766963652043686174290800020000000100';
const RST =
  '00000078100000020000000100091000010001000574747363700005636c692e41100002001b00013500090004446f776e008001000300000004446f776e000000010b00010000002b73747265616d2074696d656f75742c2074696d656f757420696e206374783a203139392e39363637326d7308000200002eef00';

function readAll(bytes: Buffer, maxFrameBytes = 1024): StreamFrame[] {
  const reader = new StreamFrameReader(maxFrameBytes);
  const frames: StreamFrame[] = [];
  reader.push(bytes);
  for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
    frames.push(frame);
  }
  return frames;
}

function only(hex: string): StreamFrame {
  return readAll(Buffer.from(hex, 'hex'))[0]!;
}

/** The bytes of a frame that this side writes. */
function written(type: FrameTypeNumber, strings: readonly (readonly [string, string])[]): string {
  // Nothing is sent: the bytes are taken from the buffer.
  const socket = new Socket().on('error', () => undefined);
  const writer = new SocketWriter(socket);
  const target = { streamId: 1, name: new StreamMethodName('Down') };
  new StreamFrameWriter(writer, 1024).control(type, target, { strings: new Map(strings) });
  return Buffer.from(writer.out.bytes.subarray(0, writer.out.position)).toString('hex');
}

describe('frames of streams', () => {
  it.each([
    ['a header', FrameType.HEADER, [['isn', 'Chat']], HEADER],
    ['a trailer', FrameType.TRAILER, [], TRAILER],
  ] as const)('%s is written as Kitex writes it', (_what, type, strings, hex) => {
    expect(written(type, strings)).toBe(hex);
  });

  it.each([
    ['whole', Infinity],
    ['byte by byte', 1],
    ['in pieces', 7],
  ])('frames are read %s', (_how, size) => {
    const bytes = Buffer.from(HEADER + DATA + TRAILER, 'hex');
    const reader = new StreamFrameReader(1024);
    const types: number[] = [];
    for (let start = 0; start < bytes.length; start += size) {
      reader.push(bytes.subarray(start, start + Math.min(size, bytes.length)));
      for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
        types.push(frame.type);
      }
    }
    expect(types).toEqual([FrameType.HEADER, FrameType.DATA, FrameType.TRAILER]);
    expect(reader.hasBytes).toBe(false);
  });

  it('strings, exceptions and cancellations of Kitex are understood', () => {
    expect(only(HEADER).info.string('isn')).toBe('Chat');
    expect(only(BUSINESS).info.string('biz-status')).toBe('404');
    expect(readException(only(TRAILER))).toBeUndefined();
    expect(readException(only(EXCEPTION))).toEqual({
      type: 1,
      message: 'unknown method Nope (service Chat)',
    });
    expect(readCancellation(only(RST))).toMatchObject({ type: 12015, path: ['cli.A'] });
    expect(readCancellation(only(TRAILER))).toMatchObject({ type: 13, path: [] });
  });

  it.each([
    ['an unknown type', TRAILER.replace('1b000134', '1b000139'), 'unknown type'],
    ['no flag of streams', TRAILER.replace('10000002', '10000000'), 'no frame of a stream'],
    ['another protocol', 'ab'.repeat(40), 'no frame of a stream'],
    ['an unsupported protocol id', TRAILER.replace('00051000', '00050200'), 'protocol id 2'],
    ['a length below its header', '00000004100000020000000100011000', 'with a header of 14'],
    ['a length that nothing has', TRAILER.replace('0000001e', '7fffffff'), 'at most 1024'],
  ])('a frame with %s is rejected', (_what, hex, message) => {
    expect(() => readAll(Buffer.from(hex, 'hex'))).toThrow(message);
  });

  it('the payload of a frame that is too large is skipped, and the next frame read', () => {
    const [large, next] = readAll(Buffer.from(DATA + TRAILER, 'hex'), 40);
    expect(large).toMatchObject({ type: FrameType.DATA, tooLarge: true, wireBytes: 50 });
    expect(next).toMatchObject({ type: FrameType.TRAILER, tooLarge: false });
  });

  it('bytes at random are rejected or incomplete, and never more', () => {
    const thrown = new Set<string>();
    for (let round = 0; round < 2_000; round++) {
      const bytes = Buffer.from(HEADER + DATA + RST + EXCEPTION, 'hex');
      const changes = 1 + (round % 5);
      for (let change = 0; change < changes; change++) {
        bytes[(round * 31 + change * 97) % bytes.length] = (round * 7 + change * 131) & 0xff;
      }
      try {
        readAll(bytes).forEach((frame) => readCancellation(frame));
      } catch (error) {
        thrown.add((error as Error).name);
      }
    }
    expect([...thrown]).toEqual(['ProtocolError']);
  });
});

import { ReadBuffer } from '../buffer/read-buffer.js';
import { WriteBuffer } from '../buffer/write-buffer.js';
import { ProtocolError } from '../errors/protocol.error.js';
import { applicationExceptionCodec } from './application-exception.js';
import {
  readBinaryMessageBegin,
  writeBinaryMessageBegin,
  MessageHeader,
} from './binary-envelope.js';
import { readCompactMessageBegin, writeCompactMessageBegin } from './compact-envelope.js';
import { MessageName } from './interned-name.js';

const envelopes = {
  binary: { write: writeBinaryMessageBegin, read: readBinaryMessageBegin },
  compact: { write: writeCompactMessageBegin, read: readCompactMessageBegin },
};

function written(write: (out: WriteBuffer) => void): Buffer {
  const out = new WriteBuffer(1);
  write(out);
  return out.bytes.subarray(0, out.position);
}

const input = (hex: string | Buffer): ReadBuffer =>
  new ReadBuffer(typeof hex === 'string' ? Buffer.from(hex, 'hex') : hex);

describe.each(['binary', 'compact'] as const)('envelope in %s', (protocol) => {
  const { write, read } = envelopes[protocol];

  it.each(['echo', 'Service:method', 'größe', 'x'.repeat(300), ''])(
    'comes back with its name %p, twice',
    (name) => {
      const header = new MessageHeader();
      for (const sequenceId of [0, 1, -1, 300, 2 ** 31 - 1, -(2 ** 31)]) {
        const bytes = written((out) => write(out, 2, new MessageName(name), sequenceId));
        for (let time = 0; time < 2; time++) {
          const from = input(bytes);
          read(from, header);
          expect(header).toEqual({ type: 2, name, sequenceId });
          expect(from.remaining).toBe(0);
        }
      }
    },
  );

  it('tells names apart that differ in a byte only', () => {
    const header = new MessageHeader();
    // The second and fourth letter do not choose the slot of the table.
    for (const name of ['abcdefgh', 'abcxefgh', 'axcdefgh', 'abcdefgh']) {
      read(input(written((out) => write(out, 1, new MessageName(name), 1))), header);
      expect(header.name).toBe(name);
    }
  });

  it('is refused wherever it is cut off', () => {
    const bytes = written((out) => write(out, 1, new MessageName('echo'), 70_000));
    for (let length = 0; length < bytes.length; length++) {
      const cut = input(bytes.subarray(0, length));
      expect(() => read(cut, new MessageHeader())).toThrow(ProtocolError);
    }
  });
});

describe('envelope', () => {
  const header = new MessageHeader();

  it('has the bytes of the specification', () => {
    const name = new MessageName('echo');
    const binary = written((out) => writeBinaryMessageBegin(out, 1, name, 1));
    expect(binary.toString('hex')).toBe('80010001000000046563686f00000001');
    const compact = written((out) => writeCompactMessageBegin(out, 1, name, 300));
    expect(compact.toString('hex')).toBe('8221ac02046563686f');
  });

  it('is read in the old style of Binary too', () => {
    const from = input('000000046563686f04fffffffe00');
    readBinaryMessageBegin(from, header);
    expect(header).toEqual({ type: 4, name: 'echo', sequenceId: -2 });
    expect(from.remaining).toBe(1);
  });

  it.each(['80020001000000046563686f0000000100', '90010001000000046563686f0000000100'])(
    'of another version is refused (%s)',
    (hex) => {
      expect(() => readBinaryMessageBegin(input(hex), header)).toThrow('not a Binary message');
    },
  );

  it.each(['8321010465', '8222010465'])('of another Compact is refused (%s)', (hex) => {
    expect(() => readCompactMessageBegin(input(hex), header)).toThrow('not a Compact message');
  });

  it('with a negative name is refused', () => {
    const binary = input('80010001ffffffff00000001');
    expect(() => readBinaryMessageBegin(binary, header)).toThrow('-1');
    const compact = input('822101ffffffff0f');
    expect(() => readCompactMessageBegin(compact, header)).toThrow('-1');
  });
});

describe('applicationExceptionCodec', () => {
  const golden =
    '0b000100000022756e6b6e6f776e206d6574686f64206563686f202873657276696365204563686f290800020000000100';

  it('has the bytes of Kitex', () => {
    const exception = { message: 'unknown method echo (service Echo)', type: 1 };
    const bytes = written((out) => applicationExceptionCodec.writeBinary(exception, out));
    expect(bytes.toString('hex')).toBe(golden);
    expect(applicationExceptionCodec.readBinary(input(golden))).toEqual(exception);
  });

  it.each([
    { message: '', type: 0 },
    { message: 'ü'.repeat(2_000), type: -1 },
    { message: 'x'.repeat(50), type: 2 ** 31 - 1 },
    { message: 'short', type: -(2 ** 31) },
  ])('comes back in both protocols', (exception) => {
    const binary = written((out) => applicationExceptionCodec.writeBinary(exception, out));
    expect(applicationExceptionCodec.readBinary(input(binary))).toEqual(exception);
    const compact = written((out) => applicationExceptionCodec.writeCompact(exception, out));
    expect(applicationExceptionCodec.readCompact(input(compact))).toEqual(exception);
  });

  it('may lack its fields and have others, of other types too', () => {
    expect(applicationExceptionCodec.readBinary(input('00'))).toEqual({ message: '', type: 0 });
    expect(applicationExceptionCodec.readCompact(input('00'))).toEqual({ message: '', type: 0 });
    const binary =
      '0800010000000a' + '0c0063' + '00' + '0b00020000000161' + '080002' + '00000006' + '00';
    expect(applicationExceptionCodec.readBinary(input(binary))).toEqual({ message: '', type: 6 });
    const compact = '1514' + '0cc601' + '00' + '0804' + '0161' + '0504' + '0c' + '00';
    expect(applicationExceptionCodec.readCompact(input(compact))).toEqual({ message: '', type: 6 });
  });

  it('is refused wherever it is cut off', () => {
    const bytes = Buffer.from(golden, 'hex');
    for (let length = 0; length < bytes.length; length++) {
      const cut = input(bytes.subarray(0, length));
      expect(() => applicationExceptionCodec.readBinary(cut)).toThrow(ProtocolError);
    }
  });
});

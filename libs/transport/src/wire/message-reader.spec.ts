import { jest } from '@jest/globals';
import { ProtocolError, type ProtocolName } from '@nestjs-thrift/codec';
import { MessageName, PROTOCOLS, WriteBuffer } from '@nestjs-thrift/codec/wire';
import fc from 'fast-check';
import { FrameWriter } from './framing/frame-writer.js';
import { FRAMINGS, type TransportName } from './framing/framing.js';
import { HeaderTemplate } from './ttheader/header-sections.js';
import { MessageReader } from './message-reader.js';
import type { ReceivedMessage } from './received-message.js';

interface Sample {
  readonly transport: TransportName;
  readonly protocol: ProtocolName;
  readonly name: string;
  readonly sequenceId: number;
  /** Content of a field of type string. */
  readonly text: string;
  /** Value of a key in the header, where there is one. */
  readonly caller: string;
}

const sample: fc.Arbitrary<Sample> = fc.record({
  transport: fc.constantFrom(...Object.values(FRAMINGS).map(({ name }) => name)),
  protocol: fc.constantFrom(...Object.values(PROTOCOLS).map(({ name }) => name)),
  name: fc.string({ minLength: 1, maxLength: 20 }),
  sequenceId: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  text: fc.string({ maxLength: 300 }),
  caller: fc.string({ maxLength: 20 }),
});

function encode({ transport, protocol, name, sequenceId, text, caller }: Sample): Buffer {
  const out = new WriteBuffer();
  const frame = new FrameWriter();
  const framing = FRAMINGS[transport];
  frame.begin(out, framing);
  if (framing.hasHeader) {
    frame.beginHeader(out, sequenceId, 0, new HeaderTemplate({ ints: new Map([[3, caller]]) }));
    frame.endHeader(out);
  }
  const content = Buffer.from(text);
  PROTOCOLS[protocol].writeMessageBegin(out, 1, new MessageName(name), sequenceId);
  const field =
    protocol === 'binary'
      ? [11, 0, 1, 0, 0, content.length >> 8, content.length & 255]
      : shortField(content.length);
  const body = Buffer.concat([Buffer.from(field), content, Buffer.of(0)]);
  out.reserve(body.length);
  out.bytes.set(body, out.position);
  out.position += body.length;
  frame.end(out);
  return Buffer.from(out.bytes.subarray(0, out.position));
}

/** Header of a Compact field of type string with a length below 2^14. */
function shortField(length: number): number[] {
  return length < 128 ? [0x18, length] : [0x18, (length & 127) | 128, length >> 7];
}

/** What a message says, as a sample that it may have come from. */
function decode(message: ReceivedMessage): Sample {
  const { name, sequenceId, input } = message;
  const [transport, protocol] = [message.framing.name, message.protocol.name];
  const headerBytes = protocol === 'binary' ? 7 : input.remaining - 1 > 129 ? 3 : 2;
  const text = input.bytes.toString('utf8', input.position + headerBytes, input.end - 1);
  return { transport, protocol, name, sequenceId, text, caller: message.info?.int(3) ?? '' };
}

/** Delivers `bytes` in pieces of the given sizes, over and over, and takes every message as soon as it is there. */
function deliver(bytes: Buffer, sizes: readonly number[], eager = true): Sample[] {
  const reader = new MessageReader();
  const received: Sample[] = [];
  const take = (): void => {
    for (let message = reader.next(); message !== undefined; message = reader.next()) {
      received.push(decode(message));
    }
  };
  for (let start = 0, turn = 0; start < bytes.length; turn++) {
    const end = Math.min(bytes.length, start + sizes[turn % sizes.length]!);
    // As a socket does, every piece comes in separate memory.
    reader.push(Buffer.from(bytes.subarray(start, end)));
    if (eager) {
      take();
    }
    start = end;
  }
  take();
  expect(reader.hasBytes).toBe(false);
  return received;
}

const withoutCaller = (each: Sample): Sample =>
  FRAMINGS[each.transport].hasHeader ? each : { ...each, caller: '' };

describe('MessageReader', () => {
  it('gives the messages of a stream, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        (samples, sizes, eager) => {
          const bytes = Buffer.concat(samples.map(encode));
          expect(deliver(bytes, sizes, eager)).toEqual(samples.map(withoutCaller));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives them byte by byte', () => {
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 3 }), (samples) => {
        const bytes = Buffer.concat(samples.map(encode));
        expect(deliver(bytes, [1])).toEqual(samples.map(withoutCaller));
      }),
      { numRuns: 100 },
    );
  });

  it('gives a message or throws a ProtocolError for a stream with a wrong byte', () => {
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        fc.nat(255),
        (samples, at, byte) => {
          const bytes = Buffer.concat(samples.map(encode));
          bytes[at % bytes.length] = byte;
          const reader = new MessageReader();
          reader.push(bytes);
          let error: unknown;
          let messages = 0;
          try {
            while (reader.next() !== undefined) {
              messages++;
            }
          } catch (thrown) {
            error = thrown;
          }
          // A wrong length may turn the rest into many small messages, but into no more than there are bytes for.
          expect(messages).toBeLessThanOrEqual(bytes.length / 8);
          expect(error === undefined || error instanceof ProtocolError).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  const echo: Sample = {
    transport: 'Framed',
    protocol: 'binary',
    name: 'echo',
    sequenceId: 1,
    text: 'hi',
    caller: '',
  };

  it.each([
    ['Buffered', ''],
    ['TTHeader', '00000015' + '10000000' + '00000001' + '0001' + '00000000'],
    ['Buffered', 'ffaf0004' + '00000000'],
  ])('gives a %s Compact message of seven bytes without waiting for more', (transport, header) => {
    const bytes = Buffer.from(`${header}82210102686900`, 'hex');
    for (const pieces of [[bytes], Array.from(bytes, (byte) => Buffer.of(byte))]) {
      const reader = new MessageReader();
      const received = [];
      for (const piece of pieces) {
        reader.push(piece);
        const message = reader.next();
        if (message === undefined) {
          continue;
        }
        const { framing, protocol, name, sequenceId } = message;
        received.push([framing.name, protocol.name, name, sequenceId]);
      }
      expect(received).toEqual([[transport, 'compact', 'hi', 1]]);
    }
  });

  it('takes nothing of what follows a Compact message of five bytes, however it is cut', () => {
    // The bytes behind it begin no message.
    const bytes = Buffer.from('8221010000' + '7fff67d92c15', 'hex');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new MessageReader();
      const names: string[] = [];
      const take = (): void => {
        for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
          reader.push(piece);
          for (let each = reader.next(); each !== undefined; each = reader.next()) {
            names.push(each.name);
          }
        }
      };
      expect(take).toThrow('frame of 2147444697 bytes');
      expect(names).toEqual(['']);
    }
  });

  it('takes a Compact message for one, even if its name begins like the magic of a TTHeader', () => {
    const name = '\x10\0name';
    const bytes = encode({ ...echo, transport: 'Buffered', protocol: 'compact', name });
    expect(deliver(bytes, [bytes.length])).toMatchObject([{ name }]);
  });

  it('reads a message where it lies when it came in one piece', () => {
    const reader = new MessageReader();
    const bytes = Buffer.concat([encode(echo), encode({ ...echo, transport: 'Buffered' })]);
    reader.push(bytes);
    expect(reader.next()!.input.bytes).toBe(bytes);
    expect(reader.next()!.input.bytes).toBe(bytes);
    expect(reader.next()).toBeUndefined();
  });

  it('leaves the info of a header readable after later messages', () => {
    const reader = new MessageReader();
    const first = encode({ ...echo, transport: 'TTHeader', caller: 'first' });
    const second = encode({ ...echo, transport: 'TTHeader', caller: 'other' });
    const infos = [];
    for (const bytes of [first, second]) {
      for (const byte of bytes) {
        reader.push(Buffer.of(byte));
        const message = reader.next();
        if (message !== undefined) {
          infos.push(message.info!);
        }
      }
    }
    expect(infos.map((info) => info.int(3))).toEqual(['first', 'other']);
  });

  it('takes memory for what came, not for what a length claims', () => {
    const reader = new MessageReader(2 ** 30);
    const before = process.memoryUsage().arrayBuffers;
    const head = Buffer.from('3fffffff800100010000', 'hex');
    reader.push(head);
    expect(reader.next()).toBeUndefined();
    reader.push(Buffer.alloc(1000));
    expect(reader.next()).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 * 1024);
  });

  it('copies the pieces of a large message a few times at most', () => {
    const reader = new MessageReader();
    const size = 4 * 1024 * 1024;
    const head = Buffer.from(`${size.toString(16).padStart(8, '0')}8001000100000004`, 'hex');
    reader.push(head);
    const allocate = jest.spyOn(Buffer, 'allocUnsafeSlow');
    const piece = Buffer.alloc(16 * 1024);
    for (let sent = head.length; sent < size - piece.length; sent += piece.length) {
      reader.push(piece);
      expect(reader.next()).toBeUndefined();
    }
    const allocated = allocate.mock.calls.reduce((sum, [bytes]) => sum + bytes, 0);
    allocate.mockRestore();
    expect(allocated).toBeGreaterThan(size / 2);
    expect(allocated).toBeLessThan(4 * size);
  });

  it('refuses a Buffered message over the limit as soon as that is clear', () => {
    const reader = new MessageReader(256);
    const head = '8001000100000001' + '61' + '00000001' + '0b0001' + '00000100';
    reader.push(Buffer.from(head, 'hex'));
    expect(() => reader.next()).toThrow('larger than 256 bytes');
  });

  it('refuses a length beyond 1 GiB after four bytes', () => {
    const reader = new MessageReader(256);
    reader.push(Buffer.from('4fffffff', 'hex'));
    expect(() => reader.next()).toThrow('does the peer use Thrift?');
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n'), 'HTTP on a Thrift port'],
    ['TLS', Buffer.from('1603010200010001fc', 'hex'), 'TLS ClientHello on a port without TLS'],
    ['a TLS alert', Buffer.from('15030300020228ff', 'hex'), 'the peer expects TLS'],
    ['TJSON', Buffer.from('[1,"echo",1,0,{}]'), 'TJSON'],
    ['zlib', Buffer.from('789c63606060', 'hex'), 'zlib'],
    ['THeader', Buffer.from('0000002a0fff000000000001', 'hex'), 'THeader of Apache Thrift'],
  ])('names %s', (_name, bytes, text) => {
    const reader = new MessageReader();
    reader.push(bytes);
    expect(() => reader.next()).toThrow(text);
  });

  it.each([1, 7, 1000])(
    'takes the envelope of a framed message over the limit, in pieces of %d, and skips the rest',
    (size) => {
      const large = encode({ ...echo, sequenceId: 7, text: 'x'.repeat(2_000) });
      const bytes = Buffer.concat([large, encode({ ...echo, sequenceId: 8, text: 'small' })]);
      const reader = new MessageReader(256);
      const seen: [number, boolean, number][] = [];
      for (let start = 0; start < bytes.length; start += size) {
        reader.push(bytes.subarray(start, start + size));
        for (let next = reader.next(); next !== undefined; next = reader.next()) {
          seen.push([next.sequenceId, next.tooLarge, next.wireBytes]);
        }
      }
      expect(seen).toEqual([
        [7, true, large.length],
        [8, false, bytes.length - large.length],
      ]);
      expect(reader.hasBytes).toBe(false);
    },
  );

  it('accepts a message of exactly the limit', () => {
    const bytes = encode({ ...echo, text: 'x'.repeat(200) });
    const reader = new MessageReader(bytes.length - 4);
    reader.push(bytes);
    expect(reader.next()!.name).toBe('echo');
    const strict = new MessageReader(bytes.length - 5);
    strict.push(bytes);
    expect(strict.next()).toMatchObject({ name: 'echo', tooLarge: true });
  });

  it.each([
    ['GET / HTTP/1.1', 'HTTP on a Thrift port'],
    ['DELETE /x HTTP/1.1', 'HTTP on a Thrift port'],
    ['HTTP/1.1 400 Bad Request', 'HTTP on a Thrift port'],
    ['PRI * HTTP/2.0', 'gRPC or HTTP/2 on a Thrift port'],
    ['any other text', 'not a Thrift message: it starts with 0x616e79206f746865'],
  ])('says what %p looks like', (text, message) => {
    const reader = new MessageReader();
    reader.push(Buffer.from(text));
    expect(() => reader.next()).toThrow(message);
  });

  it('knows the envelope of a message of which only a part has come', () => {
    for (const framing of Object.values(FRAMINGS)) {
      const bytes = encode({ ...echo, transport: framing.name, sequenceId: 9 });
      const reader = new MessageReader();
      reader.push(bytes.subarray(0, -2));
      expect(reader.next()).toBeUndefined();
      expect(reader.partialEnvelope()).toMatchObject({ framing, name: 'echo', sequenceId: 9 });
      const early = new MessageReader();
      early.push(bytes.subarray(0, 7));
      expect(early.next()).toBeUndefined();
      expect(early.partialEnvelope()).toBeUndefined();
    }
  });
});

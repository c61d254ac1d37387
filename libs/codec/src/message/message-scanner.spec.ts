import { loadSchemaFromText } from '@nestjs-thrift/idl';
import fc from 'fast-check';
import { Random } from '#test/random.js';
import { randomIdl, randomValue } from '../../test/random-schema.js';
import { ReadBuffer } from '../buffer/read-buffer.js';
import { WriteBuffer } from '../buffer/write-buffer.js';
import { compileSchema } from '../from-idl/compile-schema.js';
import type { StructCodec } from '../definition/service-definition.js';
import { ProtocolError } from '../errors/protocol.error.js';
import { writeBinaryMessageBegin } from './binary-envelope.js';
import { BinaryScanner } from './binary-scanner.js';
import { writeCompactMessageBegin } from './compact-envelope.js';
import { CompactScanner } from './compact-scanner.js';
import { MessageName } from './interned-name.js';
import type { MessageScanner } from './message-scanner.js';

const MAX_BYTES = 1024 * 1024;
const scanners = {
  binary: () => new BinaryScanner(MAX_BYTES),
  compact: () => new CompactScanner(MAX_BYTES),
};
type Protocol = keyof typeof scanners;
const name = new MessageName('method');

function message(protocol: Protocol, codec: StructCodec, value: unknown): Buffer {
  const out = new WriteBuffer();
  if (protocol === 'binary') {
    writeBinaryMessageBegin(out, 1, name, -5);
    codec.writeBinary(value, out);
  } else {
    writeCompactMessageBegin(out, 1, name, -5);
    codec.writeCompact(value, out);
  }
  return Buffer.from(out.bytes.subarray(0, out.position));
}

interface Sample {
  readonly protocol: Protocol;
  readonly bytes: Buffer;
}

/** Messages of random schemas in both protocols; the same in every run. */
function randomMessages(): Sample[] {
  return fc.sample(randomIdl(), { seed: 1, numRuns: 40 }).flatMap((idl, seed) => {
    const schema = loadSchemaFromText(idl);
    const codec = compileSchema(schema).struct('Root');
    return fc.sample(randomValue(schema, 'Root'), { seed, numRuns: 3 }).flatMap((value) => [
      { protocol: 'binary' as const, bytes: message('binary', codec, value) },
      { protocol: 'compact' as const, bytes: message('compact', codec, value) },
    ]);
  });
}

/** What a scanner makes of bytes: a length, -1, or the class of what it threw. */
function outcome(scanner: MessageScanner, bytes: Buffer): unknown {
  try {
    return scanner.scan(bytes, 0, bytes.length);
  } catch (error) {
    return (error as Error).constructor;
  }
}

/** Counts what a scanner looks at. */
function counting(scanner: MessageScanner): { readonly steps: number } {
  const count = { steps: 0 };
  for (const step of ['walkEnvelope', 'walkField', 'walkValue'] as const) {
    const target = scanner as unknown as Record<string, (...args: unknown[]) => unknown>;
    const original = target[step]!.bind(scanner);
    target[step] = (...args) => {
      count.steps++;
      return original(...args);
    };
  }
  return count;
}

describe('MessageScanner', () => {
  let messages: Sample[];
  beforeAll(() => {
    messages = randomMessages();
  });

  it('finds the end of a message, whatever follows', () => {
    for (const { protocol, bytes } of messages) {
      const scanner = scanners[protocol]();
      expect(scanner.scan(bytes, 0, bytes.length)).toBe(bytes.length);
      const between = Buffer.concat([Buffer.alloc(3, 0xff), bytes, bytes]);
      expect(scanner.scan(between, 3, between.length)).toBe(bytes.length);
      expect(scanner.scan(between, 3 + bytes.length, between.length)).toBe(bytes.length);
    }
  });

  it('finds it however the message is cut, in memory that moves', () => {
    const random = new Random(2);
    for (const { protocol, bytes } of messages) {
      const scanner = scanners[protocol]();
      const lengths: number[] = [];
      for (let end = 0; end < bytes.length;) {
        end = Math.min(bytes.length, end + 1 + random.below(16));
        lengths.push(scanner.scan(Buffer.from(bytes.subarray(0, end)), 0, end));
      }
      expect(lengths.pop()).toBe(bytes.length);
      expect(lengths.every((length) => length === -1)).toBe(true);
    }
  });

  it('never walks a byte twice: byte by byte costs a step more per byte at most', () => {
    for (const { protocol, bytes } of messages) {
      const whole = scanners[protocol]();
      const atOnce = counting(whole);
      whole.scan(bytes, 0, bytes.length);
      const slow = scanners[protocol]();
      const byteByByte = counting(slow);
      for (let end = 1; end <= bytes.length; end++) {
        slow.scan(bytes, 0, end);
      }
      expect(byteByByte.steps).toBeLessThanOrEqual(atOnce.steps + bytes.length);
    }
  });

  it('ends in a length, the wish for more or a ProtocolError, whatever the bytes', () => {
    const random = new Random(3);
    for (const { protocol, bytes } of messages) {
      const scanner = scanners[protocol]();
      const odd = Array.from({ length: 20 }, () => {
        const broken = Buffer.from(bytes);
        broken[random.below(broken.length)] = random.below(256);
        return outcome(scanner, broken);
      }).filter(
        (end) =>
          end !== -1 &&
          end !== ProtocolError &&
          !(typeof end === 'number' && end > 0 && end <= bytes.length),
      );
      expect(odd).toEqual([]);
    }
  });

  it('agrees with the decoder about nesting', () => {
    const schema = compileSchema(loadSchemaFromText('struct Root { 1: optional Root child }'));
    const codec = schema.struct('Root');
    const nest = (levels: number): unknown => (levels === 1 ? {} : { child: nest(levels - 1) });
    for (const protocol of ['binary', 'compact'] as const) {
      const bytes = message(protocol, codec, nest(64));
      expect(scanners[protocol]().scan(bytes, 0, bytes.length)).toBe(bytes.length);
      const input = new ReadBuffer(
        bytes,
        bytes.length - (protocol === 'binary' ? 64 * 4 - 3 : 127),
      );
      expect(codec[protocol === 'binary' ? 'readBinary' : 'readCompact'](input)).toEqual(nest(64));
    }
  });

  it.each([
    ['binary', 'DEPTH_LIMIT', '80010001000000016100000001' + '0c0001'.repeat(66)],
    ['binary', 'NEGATIVE_SIZE', '80010001000000016100000001' + '0b0001ffffffff'],
    ['binary', 'SIZE_LIMIT', '80010001000000016100000001' + '0b0001' + '7fffffff'],
    ['binary', 'SIZE_LIMIT', '80010001000000016100000001' + '0f0001' + '0a' + '10000000'],
    ['binary', 'SIZE_LIMIT', '80010001000000016100000001' + '0f0001' + '0c' + '10000000'],
    ['binary', 'INVALID_DATA', '80010001000000016100000001' + '0f0001' + '00' + '00000001' + '00'],
    ['binary', 'SIZE_LIMIT', '80010001000000016100000001' + '0d0001' + '0c0c' + '000fffff'],
    ['binary', 'INVALID_DATA', '80010001000000016100000001' + '630001' + '00'],
    ['binary', 'SIZE_LIMIT', '800100017fffffff6100000001'],
    ['binary', 'SIZE_LIMIT', '7fffffff6100000001'],
    ['compact', 'DEPTH_LIMIT', '8221010161' + '1c'.repeat(66)],
    ['compact', 'NEGATIVE_SIZE', '8221010161' + '18ffffffff0f'],
    ['compact', 'SIZE_LIMIT', '8221010161' + '18ffffffff07'],
    ['compact', 'SIZE_LIMIT', '8221010161' + '19f7ffffffff07'],
    ['compact', 'SIZE_LIMIT', '8221010161' + '19fcffffffff07'],
    ['compact', 'INVALID_DATA', '8221010161' + '1910' + '00'],
    ['compact', 'SIZE_LIMIT', '8221010161' + '1bffffff0fcc'],
    ['compact', 'INVALID_DATA', '8221010161' + '16' + 'ff'.repeat(11)],
    ['compact', 'INVALID_DATA', '8221010161' + '18' + 'ff'.repeat(6) + '01'],
    ['compact', 'INVALID_DATA', '8221010161' + '1f' + '00'],
    ['compact', 'INVALID_DATA', '8221010161' + '10' + '00'],
  ] as const)('refuses a %s message: %s', (protocol, reason, hex) => {
    const bytes = Buffer.from(hex, 'hex');
    const scanner = scanners[protocol]();
    expect(() => scanner.scan(bytes, 0, bytes.length)).toThrow(
      expect.objectContaining({ reason }) as Error,
    );
    // It is ready for the next message.
    const fine = message(protocol, { writeBinary: stop, writeCompact: stop } as never, {});
    expect(scanner.scan(fine, 0, fine.length)).toBe(fine.length);
  });
});

function stop(_value: unknown, out: WriteBuffer): void {
  out.reserve(1);
  out.bytes[out.position++] = 0;
}

import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { EncodeError, ProtocolError, type StructCodec } from '@nestjs-thrift/codec';
import { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { runTimeEngines } from '../../../libs/codec/test/engines.js';
import { fileEngine } from '../../../libs/codegen/test/file-engine.js';
import { type FuzzTarget, type Outcome, outcomeOf } from '../fuzz-target.js';

/** One protocol of a codec. */
interface Protocol {
  readonly name: string;
  read(codec: StructCodec, input: ReadBuffer): unknown;
  write(codec: StructCodec, value: unknown, out: WriteBuffer): void;
}

const binary: Protocol = {
  name: 'binary',
  read: (codec, input) => codec.readBinary(input),
  write: (codec, value, out) => codec.writeBinary(value, out),
};

const compact: Protocol = {
  name: 'compact',
  read: (codec, input) => codec.readCompact(input),
  write: (codec, value, out) => codec.writeCompact(value, out),
};

const idl = readFileSync(new URL('structs.thrift', import.meta.url), 'utf8');
const schema = loadSchemaFromText(idl);
const codecs = [await fileEngine(schema), ...runTimeEngines(schema)].map((engine) =>
  engine.codec('Root'),
);

export const binaryStruct = structTarget('binary-struct', binary);
export const compactStruct = structTarget('compact-struct', compact);

/**
 * A struct with everything in it: all ways to decode it agree on every input, and what was decoded stays the same
 * on further trips.
 */
function structTarget(name: string, protocol: Protocol): FuzzTarget {
  return {
    name,
    run(input) {
      const [first, ...others] = [
        ...codecs.map((codec) => decode(codec, protocol, input)),
        decode(codecs[0]!, protocol, input, true),
      ];
      for (const other of others) {
        deepStrictEqual(summary(other), summary(first!));
      }
      const value = first!.value?.value;
      if (value === undefined) {
        return;
      }
      const [bytes, ...otherBytes] = codecs.map((codec) => encode(codec, protocol, value));
      for (const other of otherBytes) {
        deepStrictEqual(other, bytes);
      }
      if (bytes!.value === undefined) {
        return;
      }
      const again = decode(codecs[0]!, protocol, bytes!.value);
      deepStrictEqual(plain(again.value?.value), plain(value));
      deepStrictEqual(encode(codecs[0]!, protocol, again.value!.value), bytes);
    },
  };
}

function decode(
  codec: StructCodec,
  protocol: Protocol,
  bytes: Buffer,
  slicedStrings = false,
): Outcome<{ value: unknown; position: number }> {
  const input = new ReadBuffer(bytes, 0, bytes.length, undefined, slicedStrings);
  return outcomeOf(ProtocolError, () => {
    const value = protocol.read(codec, input);
    if (input.position > bytes.length) {
      throw new Error(`read to ${input.position}`);
    }
    return { value, position: input.position };
  });
}

/** Error texts may differ between engines where they name what they were reading. */
function summary({ value, error }: Outcome<{ value: unknown; position: number }>): unknown {
  return error === undefined ? [plain(value.value), value.position] : 'refused';
}

/** A value without classes and stacks: every engine has its own exception classes. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (value instanceof Set) {
    return new Set([...value].map(plain));
  }
  if (value instanceof Map) {
    return Array.from(value, (entry) => entry.map(plain));
  }
  const fields = Object.entries(value).filter(([name]) => name !== 'stack');
  return Object.fromEntries(fields.map(([name, field]) => [name, plain(field)]));
}

function encode(codec: StructCodec, protocol: Protocol, value: unknown): Outcome<Buffer> {
  const outcome = outcomeOf(EncodeError, () => {
    const out = new WriteBuffer();
    protocol.write(codec, value, out);
    return Buffer.from(out.bytes.subarray(0, out.position));
  });
  return outcome.error === undefined ? outcome : { error: new Error('refused') };
}

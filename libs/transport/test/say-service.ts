import {
  EncodeError,
  ProtocolError,
  ThriftException,
  type RequestMethod,
  type ServiceDefinition,
  type StructCodec,
} from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import type { ReadBuffer, WriteBuffer } from '@nestjs-thrift/codec/wire';

/** Declared by {@link SayService}'s methods. */
export class Refused extends ThriftException {
  override readonly name = 'Refused';

  readonly reason: string;
  constructor({ reason }: { reason: string }) {
    super(reason);
    this.reason = reason;
  }
}

/** Field ids and names of a struct whose fields are strings, but for one that is {@link Refused}. */
type Fields = Readonly<Record<number, string>>;

const STRING = { binary: 11, compact: 8 };
const STRUCT = { binary: 12, compact: 12 };
type Protocol = keyof typeof STRING;

/** A codec written by hand, so that these tests stand on the transport alone. */
function codec(name: string, fields: Fields, exceptionField = ''): StructCodec<FieldValues> {
  const write = (value: FieldValues, out: WriteBuffer, protocol: Protocol): void => {
    for (const [id, field] of Object.entries(fields)) {
      const content = value[field];
      if (content === undefined || content === null) {
        continue;
      }
      if (field === exceptionField) {
        writeField(out, protocol, STRUCT[protocol], Number(id));
        reason.write(content as FieldValues, out, protocol);
      } else if (typeof content === 'string') {
        writeField(out, protocol, STRING[protocol], Number(id));
        writeText(out, protocol, content);
      } else {
        throw new EncodeError('INVALID_DATA', `${name}.${field}: expected string`);
      }
    }
    writeByte(out, 0);
  };
  const read = (input: ReadBuffer, protocol: Protocol): FieldValues => {
    const value: FieldValues = {};
    for (let id = 0, type = readByte(input); type !== 0; type = readByte(input)) {
      id =
        protocol === 'binary' ? readByte(input) * 256 + readByte(input) : readId(input, id, type);
      const field = fields[id];
      if (field === undefined) {
        throw new ProtocolError('INVALID_DATA', `${name} has no field ${id}`);
      }
      value[field] =
        field === exceptionField
          ? new Refused(reason.read(input, protocol) as { reason: string })
          : readText(input, protocol);
    }
    return value;
  };
  const struct = { write, read };
  return Object.assign(struct, {
    name,
    writeBinary: (value: FieldValues, out: WriteBuffer) => write(value, out, 'binary'),
    writeCompact: (value: FieldValues, out: WriteBuffer) => write(value, out, 'compact'),
    readBinary: (input: ReadBuffer) => read(input, 'binary'),
    readCompact: (input: ReadBuffer) => read(input, 'compact'),
  });
}

const reason = codec('Refused', { 1: 'reason' }) as StructCodec<FieldValues> & {
  write(value: FieldValues, out: WriteBuffer, protocol: Protocol): void;
  read(input: ReadBuffer, protocol: Protocol): FieldValues;
};

function writeByte(out: WriteBuffer, value: number): void {
  out.reserve(1);
  out.bytes[out.position++] = value;
}

function readByte(input: ReadBuffer): number {
  input.require(1);
  return input.bytes[input.position++]!;
}

function writeField(out: WriteBuffer, protocol: Protocol, type: number, id: number): void {
  writeByte(out, type);
  if (protocol === 'binary') {
    writeByte(out, 0);
    writeByte(out, id);
  } else {
    // The long form of Compact, which is legal for every id.
    writeByte(out, id * 2);
  }
}

function readId(input: ReadBuffer, last: number, header: number): number {
  return header > 15 ? last + (header >> 4) : readByte(input) / 2;
}

function writeText(out: WriteBuffer, protocol: Protocol, text: string): void {
  const bytes = Buffer.from(text);
  if (protocol === 'binary') {
    out.reserve(4);
    out.view.setInt32(out.position, bytes.length);
    out.position += 4;
  } else {
    let rest = bytes.length;
    for (; rest > 127; rest >>= 7) {
      writeByte(out, (rest & 127) | 128);
    }
    writeByte(out, rest);
  }
  out.reserve(bytes.length);
  out.bytes.set(bytes, out.position);
  out.position += bytes.length;
}

function readText(input: ReadBuffer, protocol: Protocol): string {
  let length = 0;
  if (protocol === 'binary') {
    for (let byte = 0; byte < 4; byte++) {
      length = length * 256 + readByte(input);
    }
  } else {
    for (let shift = 0, byte = 128; byte > 127; shift += 7) {
      byte = readByte(input);
      length |= (byte & 127) << shift;
    }
  }
  input.require(length);
  input.position += length;
  return input.bytes.toString('utf8', input.position - length, input.position);
}

function method(
  name: string,
  { oneway = false, returnsVoid = false }: { oneway?: boolean; returnsVoid?: boolean } = {},
): RequestMethod {
  const result: Fields = returnsVoid ? { 1: 'refused' } : { 0: 'success', 1: 'refused' };
  const base = {
    name,
    parameters: ['text'],
    args: codec(`${name}_args`, { 1: 'text' }),
    exceptions: [{ field: 'refused', type: Refused }],
    idempotent: false,
    annotations: {},
  };
  return oneway
    ? { kind: 'oneway', ...base }
    : { kind: 'unary', ...base, returnsVoid, result: codec(`${name}_result`, result, 'refused') };
}

/** What a generator would make of {@link SayService}. */
export interface SayServiceClient {
  say(text: string, options?: object): Promise<string>;
  hush(text: string, options?: object): Promise<void>;
  shout(text: string, options?: object): Promise<void>;
}

/**
 * `string say(1: string text) throws (1: Refused refused)`, `void hush(…)` likewise, and `oneway void shout(…)`.
 */
export const SayService: ServiceDefinition<SayServiceClient> = {
  name: 'SayService',
  methods: {
    say: method('say'),
    hush: method('hush', { returnsVoid: true }),
    shout: method('shout', { oneway: true }),
  },
};

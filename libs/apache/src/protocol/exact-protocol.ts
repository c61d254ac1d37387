import { EncodeError, ProtocolError } from '@nestjs-thrift/codec';
import type { ReadBuffer } from '@nestjs-thrift/codec/wire';
import thrift from 'thrift';
import { exactInt64, toInt64 } from './exact-int64.js';
import type { ReadTransport, WriteTransport } from './memory-transport.js';
import type {
  ContainerHeader,
  FieldHeader,
  Int64Like,
  NpmProtocolConstructor,
} from './npm-protocol.js';

const EXCEPTION = 3;
const BOOL = 2;
const COMPACT_TRUE = 1;

/** Bytes of memory that generated code takes for what it reads; see `maxDecodedBytes` of ReadBuffer. */
const STRUCT_BYTES = 128;
const CONTAINER_BYTES = 64;
/** A slot of an array, or an entry of an object that serves as a map, with a short string in it. */
const ELEMENT_BYTES = 32;
const ENTRY_BYTES = 96;
/** An Int64 refers to a Buffer. */
const INT64_BYTES = 256;

/**
 * A protocol of npm thrift, cut down to structs (the transport writes message envelopes itself) and with its faults
 * corrected: 64-bit integers and boolean map keys stay exact, sizes and depth are bounded.
 */
function exact(Base: NpmProtocolConstructor): NpmProtocolConstructor {
  return class extends Base {
    override writeMessageBegin(name: string, type: number): void {
      if (type === EXCEPTION) {
        throw new EncodeError('INVALID_DATA', `the error thrown is none that ${name} declares`);
      }
    }

    override writeMessageEnd(): void {}

    override readMessageEnd(): void {}

    override flush(): void {}

    override writeI64(value: unknown): void {
      super.writeI64(toInt64(value));
    }

    override readI64(): Int64Like {
      this.#input.takeMemory(INT64_BYTES, 'i64');
      return exactInt64(super.readI64());
    }

    override writeBool(value: unknown): void {
      // As the key of a map, false has become the text 'false'.
      super.writeBool(value === 'false' ? false : value);
    }

    override readStructBegin(): unknown {
      enter(this.#input);
      this.#input.takeMemory(STRUCT_BYTES, 'struct');
      return super.readStructBegin();
    }

    override readStructEnd(): void {
      super.readStructEnd();
      this.#input.depth++;
    }

    override readMapBegin(): ContainerHeader {
      return this.#enterContainer(super.readMapBegin(), ENTRY_BYTES);
    }

    override readMapEnd(): void {
      this.#input.depth++;
    }

    override readListBegin(): ContainerHeader {
      return this.#enterContainer(super.readListBegin(), ELEMENT_BYTES);
    }

    override readListEnd(): void {
      this.#input.depth++;
    }

    override readSetBegin(): ContainerHeader {
      return this.#enterContainer(super.readSetBegin(), ELEMENT_BYTES);
    }

    override readSetEnd(): void {
      this.#input.depth++;
    }

    get #input(): ReadBuffer {
      return (this.trans as ReadTransport).input;
    }

    #enterContainer(header: ContainerHeader, elementBytes: number): ContainerHeader {
      enter(this.#input);
      if (header.size < 0) {
        throw new ProtocolError('NEGATIVE_SIZE', `container of ${header.size} elements`);
      }
      this.#input.require(header.size);
      this.#input.takeMemory(CONTAINER_BYTES + header.size * elementBytes, 'container');
      return header;
    }
  };
}

function enter(input: ReadBuffer): void {
  if (input.depth <= 0) {
    throw new ProtocolError('DEPTH_LIMIT', 'message is nested too deeply');
  }
  input.depth--;
}

// The published typings describe neither protocol as a class with these methods.
const Binary = exact(thrift.TBinaryProtocol as unknown as NpmProtocolConstructor);
const Compact = exact(thrift.TCompactProtocol as unknown as NpmProtocolConstructor);

/** npm thrift's binary protocol, which would write -0 as 0. */
export class ExactBinaryProtocol extends Binary {
  override writeDouble(value: unknown): void {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeDoubleBE(Number(value));
    (this.trans as WriteTransport).write(bytes);
  }
}

/** npm thrift's compact protocol, which would also read every boolean of a container as false. */
export class ExactCompactProtocol extends Compact {
  #booleanField: boolean | undefined;

  override readFieldBegin(): FieldHeader {
    const header = super.readFieldBegin();
    this.#booleanField = header.ftype === BOOL ? super.readBool() : undefined;
    return header;
  }

  override readBool(): boolean {
    const value = this.#booleanField ?? this.readByte() === COMPACT_TRUE;
    this.#booleanField = undefined;
    return value;
  }

  override writeDouble(value: unknown): void {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeDoubleLE(Number(value));
    (this.trans as WriteTransport).write(bytes);
  }
}

import type { ReadTransport, WriteTransport } from './memory-transport.js';

/** A 64-bit integer as npm thrift has it: its bytes, big-endian. */
export interface Int64Like {
  readonly buffer: Buffer;
}

/** What {@link NpmProtocol.readMapBegin} and its kin return. */
export interface ContainerHeader {
  readonly size: number;
}

/** What {@link NpmProtocol.readFieldBegin} returns. */
export interface FieldHeader {
  readonly ftype: number;
  readonly fid: number;
}

/** The methods of npm thrift's protocols that are corrected or called here; generated code calls more. */
export interface NpmProtocol {
  readonly trans: ReadTransport | WriteTransport;
  readMessageEnd(): void;
  readStructBegin(): unknown;
  readStructEnd(): void;
  readFieldBegin(): FieldHeader;
  readMapBegin(): ContainerHeader;
  readMapEnd(): void;
  readListBegin(): ContainerHeader;
  readListEnd(): void;
  readSetBegin(): ContainerHeader;
  readSetEnd(): void;
  readBool(): boolean;
  readByte(): number;
  readI64(): Int64Like;
  readDouble(): number;
  writeMessageBegin(name: string, type: number, sequenceId: number): void;
  writeMessageEnd(): void;
  writeFieldBegin(name: string, type: number, id: number): void;
  writeBool(value: unknown): void;
  writeI64(value: unknown): void;
  writeDouble(value: unknown): void;
  flush(): void;
}

export type NpmProtocolConstructor = new (transport: ReadTransport | WriteTransport) => NpmProtocol;

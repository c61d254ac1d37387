import { EncodeError, ProtocolError, type ProtocolErrorReason } from '@nestjs-thrift/codec';
import type { ReadTransport, WriteTransport } from './memory-transport.js';

/** Reasons by the numbers of npm thrift's TProtocolException. */
const REASONS: Readonly<Record<number, ProtocolErrorReason>> = {
  2: 'NEGATIVE_SIZE',
  3: 'SIZE_LIMIT',
  4: 'BAD_VERSION',
  5: 'NOT_IMPLEMENTED',
  6: 'DEPTH_LIMIT',
};

/** The error for whatever generated code or npm thrift threw while it wrote `subject`. */
export function writeFailure(subject: string, thrown: unknown): EncodeError {
  return new EncodeError(reasonOf(thrown), messageOf(subject, thrown), { cause: thrown });
}

/** The error for whatever generated code or npm thrift threw while it read `subject`. */
export function readFailure(subject: string, thrown: unknown): ProtocolError {
  return new ProtocolError(reasonOf(thrown), messageOf(subject, thrown), { cause: thrown });
}

function messageOf(subject: string, thrown: unknown): string {
  return `${subject}: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
}

function reasonOf(thrown: unknown): ProtocolErrorReason {
  if (thrown instanceof ProtocolError || thrown instanceof EncodeError) {
    return thrown.reason;
  }
  const type: unknown = thrown instanceof Error && 'type' in thrown ? thrown.type : undefined;
  return (typeof type === 'number' ? REASONS[type] : undefined) ?? 'INVALID_DATA';
}

/** A 64-bit integer as npm thrift has it: its bytes, big-endian. */
export interface Int64Like {
  readonly buffer: Buffer;
}

/** What {@link NpmProtocol.readMapBegin} and similar methods return. */
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

import { ProtocolError, type ProtocolErrorReason } from '@nestjs-thrift/codec';

/** Reasons by the numbers of npm thrift's TProtocolException. */
const REASONS: Readonly<Record<number, ProtocolErrorReason>> = {
  2: 'NEGATIVE_SIZE',
  3: 'SIZE_LIMIT',
  4: 'BAD_VERSION',
  5: 'NOT_IMPLEMENTED',
  6: 'DEPTH_LIMIT',
};

/** The {@link ProtocolError} for whatever generated code or npm thrift threw over `subject`. */
export function protocolFailure(subject: string, thrown: unknown): ProtocolError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new ProtocolError(reasonOf(thrown), `${subject}: ${message}`, { cause: thrown });
}

function reasonOf(thrown: unknown): ProtocolErrorReason {
  if (thrown instanceof ProtocolError) return thrown.reason;
  const type: unknown = thrown instanceof Error && 'type' in thrown ? thrown.type : undefined;
  return (typeof type === 'number' ? REASONS[type] : undefined) ?? 'INVALID_DATA';
}

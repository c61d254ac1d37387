import type { ObservedStream, StreamOutcome } from '@nestjs-thrift/transport';

/** One call as it is logged. Fields that do not apply are left out. */
export interface CallLine {
  readonly message: string;
  readonly side: 'client' | 'server';
  readonly service: string;
  readonly method: string;
  /** `cancelled` is a stream that its caller gave up; `superseded` is an attempt whose call another attempt decided, the loser of a backup request. */
  readonly outcome: 'success' | 'business' | 'superseded' | 'cancelled' | 'failure';
  readonly durationMs: number;
  /** True if the call took as long as is worth a warning. */
  readonly slow?: true;
  /** Address of the other side. */
  readonly peer?: string;
  /** Registry name of the caller: of the peer in lines of a server, of this process in those of a client. */
  readonly caller?: string;
  readonly requestId?: string;
  readonly logId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  /** Number of the attempt, from 1 for the first repetition. */
  readonly attempt?: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Class or code of an error. */
  readonly errorType?: string;
  readonly error?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** What only lines of streams have. */
  readonly stream?: StreamFields;
}

/** The part of a line that streams alone have. */
export interface StreamFields {
  readonly mode: 'client' | 'server' | 'bidi';
  readonly messagesSent: number;
  readonly messagesReceived: number;
  /** Time to the first message of the server; absent if there was none. */
  readonly firstMessageMs?: number;
  /** Services that a cancellation passed, the first one first. */
  readonly cancelPath?: readonly string[];
}

/** What lines of streams have in addition to those of calls. */
export function streamFields(
  { method, messagesSent, messagesReceived, firstMessageMs }: ObservedStream,
  { cancelPath }: StreamOutcome,
): StreamFields {
  return {
    mode: method.kind,
    messagesSent,
    messagesReceived,
    ...(firstMessageMs !== undefined && { firstMessageMs: Math.round(firstMessageMs) }),
    ...(cancelPath.length > 0 && { cancelPath }),
  };
}

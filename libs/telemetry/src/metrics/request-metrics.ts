import type { CallOutcome, IncomingCall, OutgoingCall } from '@nestjs-thrift/transport';

/** Counts calls, under the names of one convention. */
export interface RequestMetrics {
  /** A request was served. */
  served(call: IncomingCall, outcome: CallOutcome): void;
  /** An attempt of a call ended. */
  called(call: OutgoingCall, outcome: CallOutcome): void;
}

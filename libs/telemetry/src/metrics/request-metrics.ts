import type { GovernedCallEnd } from './governed-calls.js';
import type { CallOutcome, IncomingCall, OutgoingCall } from '@nestjs-thrift/transport';

/** Counts calls, under the names of one convention. */
export interface RequestMetrics {
  /** A request was served. */
  served(call: IncomingCall, outcome: CallOutcome): void;
  /** An attempt of a call ended. `isGoverned`: the call itself is told of, too. */
  attempted(call: OutgoingCall, outcome: CallOutcome, isGoverned: boolean): void;
  /** A call ended for its caller, after all attempts. */
  called(call: OutgoingCall, end: GovernedCallEnd): void;
}

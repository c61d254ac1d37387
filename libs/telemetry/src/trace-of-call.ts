import type { IncomingCall, OutgoingCall } from '@nestjs-thrift/transport';

/** The place of a call in a trace: lower-case hex, as in a `traceparent`. */
export interface CallTrace {
  readonly traceId: string;
  readonly spanId: string;
}

// Beside the calls and not in them: the transport knows nothing of traces, and logs must not need OpenTelemetry.
const traces = new WeakMap<IncomingCall | OutgoingCall, CallTrace>();

/** Remembers the trace of a call for the other observers, in whatever order they are told of it. */
export function setCallTrace(call: IncomingCall | OutgoingCall, trace: CallTrace): void {
  traces.set(call, trace);
}

/** The trace of a call, if something traces it. */
export function getCallTrace(call: IncomingCall | OutgoingCall): CallTrace | undefined {
  return traces.get(call);
}

import { ContextKey, type IncomingCall, type OutgoingCall } from '@nestjs-thrift/transport';

/** The place of a call in a trace: lower-case hex, as in a `traceparent`. */
export interface CallTrace {
  readonly traceId: string;
  readonly spanId: string;
}

/** By the number of the attempt: hedged attempts of a call run at the same time. */
const TRACES = new ContextKey<CallTrace[]>('telemetry.traces');

/** Remembers the trace of a call for the other observers, in whatever order they are called. */
export function setCallTrace(
  call: IncomingCall | OutgoingCall,
  { traceId, spanId }: CallTrace,
): void {
  // The context of a span has more fields, some of them undefined.
  const trace = { traceId, spanId };
  const traces = call.context.get(TRACES);
  if (traces === undefined) {
    const first: CallTrace[] = [];
    first[attemptOf(call)] = trace;
    call.context.set(TRACES, first);
  } else {
    traces[attemptOf(call)] = trace;
  }
}

/** The trace of a call, if something traces it. */
export function getCallTrace(call: IncomingCall | OutgoingCall): CallTrace | undefined {
  return call.context.get(TRACES)?.[attemptOf(call)];
}

function attemptOf(call: IncomingCall | OutgoingCall): number {
  return 'attempt' in call ? call.attempt : 0;
}

import { type Span, SpanStatusCode } from '@opentelemetry/api';
import type { CallOutcome } from '@nestjs-thrift/transport';
import { errorMessage, errorType } from '../describe-error.js';
import { statusCode } from '../status-code.js';

/** Ends a span with what the call took and how it went. */
export function endSpan(span: Span, outcome: CallOutcome): void {
  if (span.isRecording()) {
    span.setAttribute('kitex.send_size', outcome.sentBytes);
    span.setAttribute('kitex.recv_size', outcome.receivedBytes);
    const status = statusCode(outcome.error);
    if (status !== undefined) {
      span.setAttribute('rpc.status_code', status);
    }
    if (outcome.superseded) {
      span.setAttribute('thrift.superseded', true);
    }
    if (outcome.failed) {
      recordFailure(span, outcome.error);
    }
  }
  span.end();
}

function recordFailure(span: Span, error: unknown): void {
  const message = errorMessage(error);
  span.setAttribute('error.type', errorType(error));
  span.recordException(error instanceof Error ? error : message);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

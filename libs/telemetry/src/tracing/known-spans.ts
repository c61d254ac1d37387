import {
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  ProxyTracerProvider,
  type Span,
  trace,
} from '@opentelemetry/api';

const NO_PROVIDER = new ProxyTracerProvider().getDelegate();

/** Whether no SDK is registered. Asked at each call, because an SDK may be registered later. Creating a span that is not recorded costs far more. */
export function isWithoutSdk(): boolean {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider && provider.getDelegate() === NO_PROVIDER;
}

/** Whether a span is more than the stand-in that the API returns where no SDK is. */
export function isKnown(span: Span): boolean {
  if (span.isRecording()) {
    return true;
  }
  const spanContext = span.spanContext();
  // The stand-in itself is known by sight: asking whether it is valid looks at each of its digits.
  return spanContext !== INVALID_SPAN_CONTEXT && isSpanContextValid(spanContext);
}

import { context, propagation, type TextMapPropagator, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** Makes spans in this process, propagated as W3C says by default, until stopped. */
export function startSpans(
  spanProcessors: SpanProcessor[] = [],
  propagator: TextMapPropagator = new W3CTraceContextPropagator(),
): { stop(): void } {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(propagator);
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
  return {
    stop() {
      trace.disable();
      propagation.disable();
      context.disable();
    },
  };
}

/** Records the spans of each test of a file. */
export function recordSpans(propagator?: TextMapPropagator): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  let spans: ReturnType<typeof startSpans>;
  beforeAll(() => {
    spans = startSpans([new SimpleSpanProcessor(exporter)], propagator);
  });
  afterEach(() => exporter.reset());
  afterAll(() => spans.stop());
  return exporter;
}

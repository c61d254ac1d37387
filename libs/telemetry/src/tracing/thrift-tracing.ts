import {
  type Context,
  INVALID_SPAN_CONTEXT,
  type Link,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type Tracer,
  context,
  isSpanContextValid,
  propagation,
  trace,
} from '@opentelemetry/api';
import type { ClientGovernance } from '@nestjs-thrift/governance';
import type { GovernedCallStart, Subscribe } from '@nestjs-thrift/governance/internal';
import { ThriftObserver, type ThriftProcessObserver } from '@nestjs-thrift/microservice';
import {
  type CallOutcome,
  ContextKey,
  enableCurrentCall,
  type IncomingCall,
  type MessageDirection,
  type ObservedStream,
  type OutgoingCall,
  type StreamOutcome,
} from '@nestjs-thrift/transport';
import {
  CallbackReport,
  group,
  isBusinessOutcome,
  oneOf,
  type OptionsOf,
  resolveOptions,
} from '@nestjs-thrift/transport/internal';
import { LocalFailures } from '../describe-error.js';
import { SERVICE_NAMES } from '../service-names.js';
import { setCallTrace } from '../trace-of-call.js';
import { MethodSpans, requestAttributes, serverAttributes } from './call-attributes.js';
import { endSpan } from './end-span.js';
import { setHttpRoute } from './http-route.js';
import { isKnown, isWithoutSdk } from './known-spans.js';
import { endStreamSpan, recordMessage, recordMessageFailure } from './stream-span.js';
import { metadataGetter, metadataSetter } from './metadata-carrier.js';
import { TRACED_SERVICE, type TracedService, readPeer, writeService } from './peer-resource.js';

/** Options of traces. */
export const TRACING_OPTIONS = {
  /**
   * What this process says about itself to those it calls; they show it as `peer.service`.
   *
   * @defaultValue the `serviceName` of `ThriftModule.forRoot` as its name in Nest, else nothing
   */
  service: group(TRACED_SERVICE, {}),
  /** Registry names by IDL names, for `rpc.service`. @defaultValue the IDL names */
  serviceNames: SERVICE_NAMES,
  /**
   * Which messages of a stream are events of its span, `message` with `rpc.message.type` (SENT or RECEIVED), `rpc.message.id` and
   * `rpc.message.uncompressed_size`: `errors` records those that could not be encoded or decoded, with `error.type` and
   * `exception.message`; `all` in addition the first 128 of a stream.
   */
  messageEvents: oneOf(['none', 'errors', 'all'], { default: 'none' }),
};

/** What is traced, and how it is called. */
export interface ThriftTracingOptions extends OptionsOf<typeof TRACING_OPTIONS> {}

/** Something that governs calls: a `ClientGovernance`. */
export interface TracedCallSource {
  readonly onCall: Subscribe<GovernedCallStart>;
}

interface ServerState {
  readonly span: Span;
  readonly active: Context;
}

const INSTRUMENTATION_NAME = '@nestjs-thrift/telemetry';

/**
 * Traces calls with OpenTelemetry: a span per request served, active in its handler, and one per attempt of a call made. A stream
 * has one span, from its opening to its end.
 * In Nest, `ThriftTracingModule` is all there is to do; without it, one object goes into the `observers` of servers and of clients.
 * SDK, propagators and exporters are the application's; without them nothing is recorded.
 *
 * Context and baggage travel as transient metadata in the keys that Kitex's obs-opentelemetry uses, which needs a TTHeader
 * transport. Attempts after the first are linked to it, and belong to its trace also when nothing else is active.
 *
 * @example
 * const tracing = new ThriftTracing({ service: { name: 'example.gateway' } });
 * const transport = new ClientTransport({ observers: [tracing] });
 */
@ThriftObserver()
export class ThriftTracing implements ThriftProcessObserver {
  // A proxy: it finds the SDK also when that is registered later.
  readonly #tracer: Tracer = trace.getTracer(INSTRUMENTATION_NAME);
  readonly #methods: MethodSpans;
  #service: TracedService;
  readonly #messageEvents: 'none' | 'errors' | 'all';
  /** The first attempt of a call. A separate object: another one has other spans. */
  readonly #firstAttempt = new ContextKey<SpanContext>('telemetry.firstAttempt');

  readonly #sources = new WeakSet<TracedCallSource>();
  readonly #localFailures = new LocalFailures();
  readonly #report = new CallbackReport('the tracing of a call');

  /** @throws TypeError that names each wrong option. */
  constructor(options: ThriftTracingOptions = {}) {
    const resolved = resolveOptions('tracing', TRACING_OPTIONS, options);
    this.#service = resolved.service;
    this.#messageEvents = resolved.messageEvents;
    this.#methods = new MethodSpans(resolved.serviceNames);
  }

  /** Names this process, unless the options do. */
  runsAs(serviceName: string): void {
    this.#service = { ...this.#service, name: this.#service.name ?? serviceName };
  }

  /**
   * Traces the calls of a client that fail before the transport sees them (an open breaker, a limit, an access rule, no
   * instance), each with a span that has the error and its kind. A `ThriftClient` with this observer is traced by itself.
   */
  watchCalls(source: TracedCallSource): void {
    if (this.#sources.has(source)) {
      return;
    }
    this.#sources.add(source);
    source.onCall(({ call, outcome }) => this.#follow(call, outcome));
  }

  serviceAdded(governance: ClientGovernance): void {
    this.watchCalls(governance);
  }

  /** Gives the span of an HTTP request the attribute `http.route`. */
  httpRequestRouted(route: string): void {
    setHttpRoute(route);
  }

  callStarted(call: OutgoingCall, metadata: Map<string, string>): Span {
    const first = call.attempt > 0 ? call.context.get(this.#firstAttempt) : undefined;
    const parent = parentOf(context.active(), first);
    writeService(this.#service, metadata);
    if (parent === ROOT_CONTEXT && isWithoutSdk()) {
      return UNTRACED.span;
    }
    const { name, attributes } = this.#methods.of(call.service, call.method);
    const links = linksTo(first);
    const span = this.#tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes, links }, parent);
    if (span.isRecording()) {
      if (call.attempt > 0) {
        span.setAttribute('rpc.retry_count', call.attempt);
      } else {
        call.context.set(this.#firstAttempt, span.spanContext());
      }
      setCallTrace(call, span.spanContext());
    }
    if (isKnown(span)) {
      propagation.inject(trace.setSpan(parent, span), metadata, metadataSetter);
    } else if (parent !== ROOT_CONTEXT) {
      propagation.inject(parent, metadata, metadataSetter);
    }
    return span;
  }

  callFinished(_call: OutgoingCall, outcome: CallOutcome, address: string, span: unknown): void {
    this.#localFailures.attempted(outcome.error);
    const ended = span as Span;
    if (ended.isRecording()) {
      ended.setAttributes(serverAttributes(address));
    }
    endSpan(ended, outcome);
  }

  requestStarted(call: IncomingCall): ServerState {
    const remote = propagation.extract(ROOT_CONTEXT, call.metadata, metadataGetter);
    if (remote === ROOT_CONTEXT && isWithoutSdk()) {
      return UNTRACED;
    }
    const { name, attributes } = this.#methods.of(call.service, call.method);
    const span = this.#tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, remote);
    if (span.isRecording()) {
      // From the first span on: only then errors that Nest replaces are seen as they were thrown.
      enableCurrentCall();
      span.setAttributes({ ...requestAttributes(call), ...readPeer(call.metadata) });
      setCallTrace(call, span.spanContext());
    }
    return { span, active: isKnown(span) ? trace.setSpan(remote, span) : remote };
  }

  aroundHandler<T>(_call: IncomingCall, state: unknown, next: () => T): T {
    const { active } = state as ServerState;
    return active === ROOT_CONTEXT ? next() : context.with(active, next);
  }

  requestFinished(_call: IncomingCall, outcome: CallOutcome, state: unknown): void {
    endSpan((state as ServerState).span, outcome);
  }

  streamOpened(stream: ObservedStream, metadata: Map<string, string>): ServerState {
    const { outgoing, incoming } = stream;
    const state =
      outgoing === undefined
        ? this.requestStarted(incoming!)
        : { span: this.callStarted(outgoing, metadata), active: ROOT_CONTEXT };
    if (state.span.isRecording()) {
      state.span.setAttribute('rpc.thrift.streaming.mode', stream.method.kind);
    }
    return state;
  }

  aroundStreamHandler<T>(_stream: ObservedStream, state: unknown, next: () => T): T {
    const { active } = state as ServerState;
    return active === ROOT_CONTEXT ? next() : context.with(active, next);
  }

  streamMessage(
    stream: ObservedStream,
    direction: MessageDirection,
    bytes: number,
    state: unknown,
  ): void {
    const { span } = state as ServerState;
    if (span.isRecording()) {
      recordMessage(span, stream, direction, this.#messageEvents === 'all' ? bytes : undefined);
    }
  }

  streamMessageFailed(
    stream: ObservedStream,
    direction: MessageDirection,
    error: unknown,
    state: unknown,
  ): void {
    const { span } = state as ServerState;
    if (this.#messageEvents !== 'none' && span.isRecording()) {
      recordMessageFailure(span, stream, direction, error);
    }
  }

  streamEnded(stream: ObservedStream, outcome: StreamOutcome, state: unknown): void {
    this.#localFailures.attempted(outcome.error);
    endStreamSpan((state as ServerState).span, stream, outcome);
  }

  #follow(call: OutgoingCall, outcome: Promise<unknown>): void {
    if (isWithoutSdk()) {
      return;
    }
    const startTime = Date.now();
    const active = context.active();
    const traced = outcome.catch((error: unknown) => {
      if (!this.#localFailures.includes(error)) {
        return;
      }
      const { name, attributes } = this.#methods.of(call.service, call.method);
      const first = call.context.get(this.#firstAttempt);
      const options = { kind: SpanKind.CLIENT, attributes, startTime, links: linksTo(first) };
      const span = this.#tracer.startSpan(name, options, parentOf(active, first));
      const failed = !isBusinessOutcome(error, call.method);
      endSpan(span, { error, failed, durationMs: 0, sentBytes: 0, receivedBytes: 0 });
    });
    // Samplers and span processors are functions of the application.
    this.#report.returned(traced);
  }
}

/** The span of every call when none is recorded. */
const UNTRACED: ServerState = {
  span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT),
  active: ROOT_CONTEXT,
};

function linksTo(first: SpanContext | undefined): Link[] | undefined {
  return first && [{ context: first }];
}

/** What is active, or else the first attempt, so that the attempts of a call are one trace in any case. */
function parentOf(active: Context, first: SpanContext | undefined): Context {
  if (first === undefined) {
    return active;
  }
  const current = trace.getSpanContext(active);
  return current !== undefined && isSpanContextValid(current)
    ? active
    : trace.setSpanContext(active, first);
}

import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type {
  CallOutcome,
  IncomingCall,
  ObservedConnection,
  OutgoingCall,
  RejectionReason,
  RequestRejection,
  TransportObserver,
} from '@nestjs-thrift/transport';
import { isRequestMethod } from '@nestjs-thrift/transport/internal';
import type { Counter, Gauge } from 'prom-client';
import type { MetricFactory } from './metric-factory.js';
import { type ServiceTraffic, TrafficCounter } from './service-traffic.js';

const LIMITS = ['connections', 'requests', 'concurrency'];
const SIDES = ['client', 'server'] as const;
const REASONS: readonly RejectionReason[] = [
  'unknown_method',
  'unknown_service',
  'invalid_arguments',
  'invalid_payload',
  'too_large',
  'decode_limit',
];

/** Everything except the count of calls: calls in flight, bytes, rejections, connections of the server, retries. */
export class TrafficMetrics implements TransportObserver {
  readonly #slowCallMs: number;

  readonly #server = new TrafficCounter();
  readonly #client = new TrafficCounter();
  readonly #retries: Counter<'service' | 'method' | 'outcome'>;
  readonly #serverConnections: Gauge;
  readonly #slowCalls: Counter<'side' | 'service' | 'method'>;
  readonly #rejections: Counter<'limit'>;
  readonly #decodeErrors: Counter<'side'>;
  readonly #rejectedRequests: Counter<'reason'>;
  readonly #undeclaredErrors: Counter<'service' | 'method'>;
  readonly #tlsFailures: Counter;

  constructor(factory: MetricFactory, slowCallMs: number) {
    this.#slowCallMs = slowCallMs || Infinity;

    this.#exposeInFlight(factory, 'requests_in_flight', 'Requests being served', this.#server);
    this.#exposeInFlight(
      factory,
      'client_requests_in_flight',
      'Attempts of calls that have not ended',
      this.#client,
    );
    this.#exposeBytes(
      factory,
      'sent_bytes_total',
      'Bytes of messages sent, wrapping included',
      ({ sentBytes }) => sentBytes,
    );
    this.#exposeBytes(
      factory,
      'received_bytes_total',
      'Bytes of messages received, wrapping included',
      ({ receivedBytes }) => receivedBytes,
    );
    this.#retries = factory.counter({
      name: 'retries_total',
      help: 'Attempts after the first one of a call, by their outcome',
      labelNames: ['service', 'method', 'outcome'],
    });
    this.#slowCalls = factory.counter({
      name: 'slow_calls_total',
      help: 'Requests served and attempts of calls made that took long',
      labelNames: ['side', 'service', 'method'],
    });
    this.#serverConnections = factory.gauge({
      name: 'server_connections',
      help: 'Connections callers have open',
    });
    this.#rejections = factory.counter({
      name: 'limit_rejections_total',
      help: 'Connections and requests refused by a limit of the server',
      labelNames: ['limit'],
    });
    this.#decodeErrors = factory.counter({
      name: 'decode_errors_total',
      help: 'Times the received bytes were not a Thrift message',
      labelNames: ['side'],
    });
    this.#rejectedRequests = factory.counter({
      name: 'rejected_requests_total',
      help: 'Requests that the server rejected before their handler ran, by the reason in the request',
      labelNames: ['reason'],
    });
    this.#undeclaredErrors = factory.counter({
      name: 'undeclared_errors_total',
      help: 'Requests whose handler failed with an error that the method does not declare',
      labelNames: ['service', 'method'],
    });
    this.#tlsFailures = factory.counter({
      name: 'tls_handshake_failures_total',
      help: 'TLS handshakes with callers that failed',
    });
    for (const reason of REASONS) {
      this.#rejectedRequests.inc({ reason }, 0);
    }
    this.#tlsFailures.inc(0);
    // Counters that are born with their first event have no increase to alert on.
    for (const limit of LIMITS) {
      this.#rejections.inc({ limit }, 0);
    }
    for (const side of SIDES) {
      this.#decodeErrors.inc({ side }, 0);
    }
  }

  /** Shows what a server serves from 0 on. */
  serves(definition: ServiceDefinition): void {
    this.#server.expect(definition);
    const service = definition.name;
    for (const definedMethod of Object.values(definition.methods)) {
      const method = definedMethod.name;
      this.#undeclaredErrors.inc({ service, method }, 0);
      if (isRequestMethod(definedMethod)) {
        this.#slowCalls.inc({ side: 'server', service, method }, 0);
      }
    }
  }

  /** Shows what a governed client may call from 0 on. */
  calls(definition: ServiceDefinition): void {
    this.#client.expect(definition);
    const service = definition.name;
    for (const { name: method } of Object.values(definition.methods).filter(isRequestMethod)) {
      this.#slowCalls.inc({ side: 'client', service, method }, 0);
      for (const outcome of ['success', 'error']) {
        this.#retries.inc({ service, method, outcome }, 0);
      }
    }
  }

  connectionOpened({ side }: ObservedConnection): void {
    if (side === 'server') {
      this.#serverConnections.inc();
    }
  }

  connectionClosed({ side }: ObservedConnection): void {
    if (side === 'server') {
      this.#serverConnections.dec();
    }
  }

  limitExceeded(limit: 'connections' | 'requests' | 'concurrency'): void {
    this.#rejections.inc({ limit });
  }

  requestRejected(_connection: ObservedConnection, { reason }: RequestRejection): void {
    this.#rejectedRequests.inc({ reason });
  }

  undeclaredError({ service, method }: IncomingCall): void {
    this.#undeclaredErrors.inc({
      service: service.name,
      method: method.name,
    });
  }

  connectionFailed({ side }: ObservedConnection): void {
    if (side === 'server') {
      this.#tlsFailures.inc();
    }
  }

  decodeFailed({ side }: ObservedConnection): void {
    this.#decodeErrors.inc({ side });
  }

  callStarted({ service }: OutgoingCall): void {
    this.#client.started(service);
  }

  callFinished(call: OutgoingCall, outcome: CallOutcome): void {
    this.#client.ended(call.service, outcome);
    this.#countIfSlow('client', call, outcome);
    if (call.attempt > 0) {
      const service = call.service.name;
      const method = call.method.name;
      const superseded = outcome.superseded && 'superseded';
      const ended = superseded ?? (outcome.failed ? 'error' : 'success');
      this.#retries.inc({ service, method, outcome: ended });
    }
  }

  requestStarted({ service }: IncomingCall): void {
    this.#server.started(service);
  }

  requestFinished(call: IncomingCall, outcome: CallOutcome): void {
    this.#server.ended(call.service, outcome);
    this.#countIfSlow('server', call, outcome);
  }

  #countIfSlow(
    side: (typeof SIDES)[number],
    call: IncomingCall | OutgoingCall,
    { durationMs, superseded }: CallOutcome,
  ): void {
    if (superseded || durationMs < this.#slowCallMs) {
      return;
    }
    const service = call.service.name;
    this.#slowCalls.inc({ side, service, method: call.method.name });
  }

  #exposeInFlight(
    factory: MetricFactory,
    name: string,
    help: string,
    counter: TrafficCounter,
  ): void {
    const metric = factory.gauge({
      name,
      help,
      labelNames: ['service'],
      collect: () => {
        metric.reset();
        for (const { service, inFlight } of counter.all()) {
          metric.inc({ service: service.name }, inFlight);
        }
      },
    });
  }

  #exposeBytes(
    factory: MetricFactory,
    name: string,
    help: string,
    read: (traffic: ServiceTraffic) => number,
  ): void {
    const metric = factory.counter({
      name,
      help,
      labelNames: ['side', 'service'],
      collect: () => {
        metric.reset();
        for (const side of SIDES) {
          const counter = side === 'client' ? this.#client : this.#server;
          for (const traffic of counter.all()) {
            const service = traffic.service.name;
            metric.inc({ side, service }, read(traffic));
          }
        }
      },
    });
  }
}

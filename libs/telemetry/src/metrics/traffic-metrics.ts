import type {
  CallOutcome,
  IncomingCall,
  ObservedConnection,
  OutgoingCall,
  TransportObserver,
} from '@nestjs-thrift/transport';
import type { Counter, Gauge } from 'prom-client';
import { displayName, type ServiceNames } from '../service-names.js';
import type { MetricFactory } from './metric-factory.js';

const LIMITS = ['connections', 'requests', 'concurrency'];
const SIDES = ['client', 'server'];

/** What goes on besides the count of calls: calls in flight, bytes, refusals, connections of the server, retries. */
export class TrafficMetrics implements TransportObserver {
  private readonly inFlight: Gauge<'service'>;
  private readonly clientInFlight: Gauge<'service'>;
  private readonly sentBytes: Counter<'side' | 'service'>;
  private readonly receivedBytes: Counter<'side' | 'service'>;
  private readonly retries: Counter<'service' | 'method' | 'outcome'>;
  private readonly serverConnections: Gauge;
  private readonly rejections: Counter<'limit'>;
  private readonly decodeErrors: Counter<'side'>;

  constructor(
    factory: MetricFactory,
    private readonly serviceNames: ServiceNames | undefined,
  ) {
    this.inFlight = factory.gauge({
      name: 'requests_in_flight',
      help: 'Requests being served',
      labelNames: ['service'],
    });
    this.clientInFlight = factory.gauge({
      name: 'client_requests_in_flight',
      help: 'Attempts of calls that have not ended',
      labelNames: ['service'],
    });
    this.sentBytes = factory.counter({
      name: 'sent_bytes_total',
      help: 'Bytes of messages sent, wrapping included',
      labelNames: ['side', 'service'],
    });
    this.receivedBytes = factory.counter({
      name: 'received_bytes_total',
      help: 'Bytes of messages received, wrapping included',
      labelNames: ['side', 'service'],
    });
    this.retries = factory.counter({
      name: 'retries_total',
      help: 'Attempts after the first one of a call, by their outcome',
      labelNames: ['service', 'method', 'outcome'],
    });
    this.serverConnections = factory.gauge({
      name: 'server_connections',
      help: 'Connections callers have open',
    });
    this.rejections = factory.counter({
      name: 'limit_rejections_total',
      help: 'Connections and requests refused by a limit of the server',
      labelNames: ['limit'],
    });
    this.decodeErrors = factory.counter({
      name: 'decode_errors_total',
      help: 'Times something came in that is no Thrift message',
      labelNames: ['side'],
    });
    // Counters that are born with their first event have no increase to alert on.
    for (const limit of LIMITS) this.rejections.inc({ limit }, 0);
    for (const side of SIDES) this.decodeErrors.inc({ side }, 0);
  }

  connectionOpened({ side }: ObservedConnection): void {
    if (side === 'server') this.serverConnections.inc();
  }

  connectionClosed({ side }: ObservedConnection): void {
    if (side === 'server') this.serverConnections.dec();
  }

  limitExceeded(limit: 'connections' | 'requests' | 'concurrency'): void {
    this.rejections.inc({ limit });
  }

  decodeFailed({ side }: ObservedConnection): void {
    this.decodeErrors.inc({ side });
  }

  callStarted(call: OutgoingCall): void {
    this.clientInFlight.inc({ service: displayName(call.service, this.serviceNames) });
  }

  callFinished(call: OutgoingCall, outcome: CallOutcome): void {
    const service = displayName(call.service, this.serviceNames);
    this.clientInFlight.dec({ service });
    this.countBytes('client', service, outcome);
    if (call.attempt !== undefined && call.attempt > 0) {
      const method = call.method.name;
      this.retries.inc({ service, method, outcome: outcome.failed ? 'error' : 'success' });
    }
  }

  requestStarted(call: IncomingCall): void {
    this.inFlight.inc({ service: displayName(call.service, this.serviceNames) });
  }

  requestFinished(call: IncomingCall, outcome: CallOutcome): void {
    const service = displayName(call.service, this.serviceNames);
    this.inFlight.dec({ service });
    this.countBytes('server', service, outcome);
  }

  private countBytes(
    side: 'client' | 'server',
    service: string,
    { sentBytes, receivedBytes }: CallOutcome,
  ): void {
    this.sentBytes.inc({ side, service }, sentBytes);
    this.receivedBytes.inc({ side, service }, receivedBytes);
  }
}

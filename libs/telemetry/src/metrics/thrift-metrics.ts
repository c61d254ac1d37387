import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { ClientGovernance } from '@nestjs-thrift/governance';
import {
  ThriftObserver,
  type ThriftProcessObserver,
  type ThriftServerStatus,
} from '@nestjs-thrift/microservice';
import type {
  CallOutcome,
  ClientTransport,
  IncomingCall,
  MessageDirection,
  ObservedConnection,
  ObservedStream,
  RequestRejection,
  OutgoingCall,
  StreamOutcome,
  StreamRejectionReason,
} from '@nestjs-thrift/transport';
import { isRequestMethod, resolveOptions } from '@nestjs-thrift/transport/internal';
import { type Counter, register } from 'prom-client';
import { LocalFailures } from '../describe-error.js';
import type { RuntimeWarning, RuntimeWarningKind } from '../runtime/runtime-watch.js';
import { BoundedValues, MetricFactory } from './metric-factory.js';
import { EventLoopMetrics } from './event-loop-metrics.js';
import {
  type ConfigSource,
  GovernanceMetrics,
  type GovernanceSource,
} from './governance-metrics.js';
import { type GovernedCallEnd, GovernedCalls, type GovernedCallSource } from './governed-calls.js';
import { LocalFailureMetrics } from './local-failure-metrics.js';
import { MonitorRequestMetrics } from './monitor-request-metrics.js';
import { PlainRequestMetrics, type RequestMetrics } from './plain-request-metrics.js';
import { PoolMetrics, type PoolService, type PoolSource } from './pool-metrics.js';
import { StreamMetrics } from './stream-metrics.js';
import { ServerStateMetrics } from './server-state-metrics.js';
import { METRICS_OPTIONS, type ThriftMetricsOptions } from './thrift-metrics-options.js';
import { TrafficMetrics } from './traffic-metrics.js';

const WARNINGS: readonly RuntimeWarningKind[] = ['event_loop_lag', 'heap_growth'];

/**
 * The Prometheus metrics of everything Thrift in a process. In Nest, `ThriftMetricsModule` is all there is to do; without it, one
 * object goes into the `observers` of servers and of clients.
 *
 * A request for an unknown method does not belong to a service and creates no time series; addresses, callers and breakers
 * are bounded by `maxLabelValues`. Kitex: monitor-prometheus.
 *
 * @example
 * const metrics = new ThriftMetrics({ naming: 'kitex' });
 * const transport = new ClientTransport({ observers: [metrics] });
 * metrics.watchPools({ service: 'UserService' }, transport);
 */
@ThriftObserver()
export class ThriftMetrics implements ThriftProcessObserver {
  readonly #requests: RequestMetrics;
  readonly #traffic: TrafficMetrics;
  readonly #streams: StreamMetrics;
  readonly #pools: PoolMetrics;
  readonly #governance: GovernanceMetrics;
  readonly #calls: GovernedCalls;
  readonly #localFailures = new LocalFailures();
  readonly #localFailureTotals: LocalFailureMetrics;
  readonly #serverStates: ServerStateMetrics;
  readonly #eventLoop: EventLoopMetrics;
  readonly #warnings: Counter<'kind'>;

  /** @throws Error when the registry has these metrics already, TypeError that names each wrong option. */
  constructor(options: ThriftMetricsOptions = {}) {
    const {
      naming,
      registry = register,
      serviceName = '',
      serviceNames,
      durationBucketsSeconds,
      maxLabelValues,
      slowCallMs,
    } = resolveOptions('metrics', METRICS_OPTIONS, options);
    const factory = new MetricFactory(registry, naming === 'thrift' ? 'thrift_' : 'kitex_');
    this.#requests =
      naming === 'monitor-prometheus'
        ? new MonitorRequestMetrics(
            factory,
            serviceNames,
            serviceName,
            new BoundedValues(maxLabelValues),
          )
        : new PlainRequestMetrics(factory, durationBucketsSeconds);
    this.#traffic = new TrafficMetrics(factory, slowCallMs);
    this.#streams = new StreamMetrics(factory);
    this.#pools = new PoolMetrics(factory, new BoundedValues(maxLabelValues));
    this.#governance = new GovernanceMetrics(factory, new BoundedValues(maxLabelValues));
    this.#calls = new GovernedCalls({
      began: this.#requests.began?.bind(this.#requests),
      ended: (call, end) => this.#called(call, end),
    });
    this.#localFailureTotals = new LocalFailureMetrics(factory, new BoundedValues(maxLabelValues));
    this.#serverStates = new ServerStateMetrics(factory);
    this.#eventLoop = new EventLoopMetrics(factory);
    this.#warnings = factory.counter({
      name: 'runtime_warnings_total',
      help: 'Times the event loop was late or the heap grew steadily',
      labelNames: ['kind'],
    });
    // A counter that is born with its first event has no increase to alert on.
    for (const kind of WARNINGS) {
      this.#warnings.inc({ kind }, 0);
    }
  }

  /** Names this process, unless the options do. */
  runsAs(serviceName: string): void {
    this.#requests.runsAs?.(serviceName);
  }

  /**
   * Shows the connections of a client. A `ThriftClient` with this observer is shown by itself.
   *
   * @param service labels of these connections; the first one given for a source stays.
   */
  watchPools(service: PoolService, source: PoolSource): void {
    this.#pools.watch(service, source);
  }

  /** Counts the calls of a client, each once however many attempts it takes. */
  watchCalls(source: GovernedCallSource): void {
    this.#calls.watch(source);
  }

  /**
   * Shows the breakers of a client and counts its calls, from 0, and what its governance does. A `ThriftClient` with this
   * observer is watched by itself.
   */
  watchGovernance(source: GovernanceSource): void {
    const { service } = source;
    this.watchCalls(source);
    this.#governance.watch(source);
    this.#requests.calls?.(service);
    this.#traffic.calls(service);
    this.#streams.expect('client', service);
    this.#localFailureTotals.calls(service);
  }

  /** Counts the versions of a configuration that are applied and rejected. `ThriftMetricsModule` does it by itself. */
  watchConfig(source: ConfigSource): void {
    this.#governance.watchConfig(source);
  }

  /** Shows the state of a server; to be called with every change. */
  serverStateChanged(server: object, status: ThriftServerStatus): void {
    this.#serverStates.changed(server, status);
  }

  /** Counts a warning of a `RuntimeWatch`. */
  warned({ kind }: RuntimeWarning): void {
    this.#warnings.inc({ kind });
  }

  /** Stops measuring the event loop. */
  close(): void {
    this.#eventLoop.close();
  }

  serviceAdded(governance: ClientGovernance, transport: ClientTransport): void {
    const { service, targetServiceName } = governance;
    this.watchGovernance(governance);
    this.watchPools({ service: service.name, targetService: targetServiceName }, transport);
  }

  serverListening(services: readonly ServiceDefinition[]): void {
    for (const service of services) {
      this.#requests.serves?.(service);
      this.#traffic.serves(service);
      this.#streams.expect('server', service);
    }
  }

  connectionOpened(connection: ObservedConnection): void {
    this.#traffic.connectionOpened(connection);
  }

  connectionClosed(connection: ObservedConnection): void {
    this.#traffic.connectionClosed(connection);
  }

  limitExceeded(limit: 'connections' | 'requests' | 'concurrency'): void {
    this.#traffic.limitExceeded(limit);
  }

  /** Counts an error that a method does not declare. */
  undeclaredError(call: IncomingCall): void {
    this.#traffic.undeclaredError(call);
  }

  requestRejected(connection: ObservedConnection, rejection: RequestRejection): void {
    this.#traffic.requestRejected(connection, rejection);
  }

  connectionFailed(connection: ObservedConnection): void {
    this.#traffic.connectionFailed(connection);
  }

  decodeFailed(connection: ObservedConnection): void {
    this.#traffic.decodeFailed(connection);
  }

  callStarted(call: OutgoingCall): void {
    this.#traffic.callStarted(call);
  }

  callFinished(call: OutgoingCall, outcome: CallOutcome): void {
    this.#localFailures.attempted(outcome.error);
    this.#traffic.callFinished(call, outcome);
    this.#requests.attempted(call, outcome);
  }

  requestStarted(call: IncomingCall): void {
    this.#traffic.requestStarted(call);
  }

  requestFinished(call: IncomingCall, outcome: CallOutcome): void {
    this.#traffic.requestFinished(call, outcome);
    this.#requests.served(call, outcome);
  }

  streamOpened(stream: ObservedStream): unknown {
    return this.#streams.streamOpened(stream);
  }

  streamMessage(
    stream: ObservedStream,
    direction: MessageDirection,
    bytes: number,
    state: unknown,
  ): void {
    this.#streams.streamMessage(stream, direction, bytes, state);
  }

  streamEnded(stream: ObservedStream, outcome: StreamOutcome, state: unknown): void {
    this.#localFailures.attempted(outcome.error);
    this.#streams.streamEnded(stream, outcome, state);
  }

  streamRejected(connection: ObservedConnection, reason: StreamRejectionReason): void {
    this.#streams.streamRejected(connection, reason);
  }

  streamReadsPaused(connection: ObservedConnection): void {
    this.#streams.streamReadsPaused(connection);
  }

  streamFrameIgnored(connection: ObservedConnection): void {
    this.#streams.streamFrameIgnored(connection);
  }

  #called(call: OutgoingCall, end: GovernedCallEnd): void {
    // The opening of a stream is not a call; streams have metrics for themselves.
    if (isRequestMethod(call.method)) {
      this.#requests.called(call, end);
    }
    if (end.failed && this.#localFailures.includes(end.error)) {
      this.#localFailureTotals.count(call, end.error);
    }
  }
}

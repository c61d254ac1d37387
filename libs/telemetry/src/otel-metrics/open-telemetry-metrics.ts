import { type Attributes, type Histogram, type MeterProvider, metrics } from '@opentelemetry/api';
import type {
  CallOutcome,
  IncomingCall,
  OutgoingCall,
  TransportObserver,
} from '@nestjs-thrift/transport';
import { object, type OptionsOf, resolveOptions } from '@nestjs-thrift/transport/internal';
import { ThriftObserver } from '@nestjs-thrift/microservice';
import { errorType } from '../describe-error.js';
import { statusCode } from '../status-code.js';
import { serverAttributes } from '../tracing/call-attributes.js';

/** Options of metrics over OpenTelemetry. */
export const OPEN_TELEMETRY_METRICS_OPTIONS = {
  /** Whose meter records. @defaultValue the global provider, the one that an SDK registers */
  meterProvider: object<MeterProvider>('a meter provider'),
};

/** Where durations are recorded. */
export interface OpenTelemetryMetricsOptions extends OptionsOf<
  typeof OPEN_TELEMETRY_METRICS_OPTIONS
> {}

/** As the semantic conventions advise. */
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/**
 * Records durations as OpenTelemetry's semantic conventions for RPC name them: `rpc.server.call.duration` per request served and
 * `rpc.client.call.duration` per attempt of a call, without those that another attempt made needless, in seconds. For processes whose metrics go through an OpenTelemetry SDK instead of
 * Prometheus' client; register the SDK first. In Nest, `OpenTelemetryMetricsModule` is all there is to do; without it, one object goes
 * into the `observers` of servers and of clients.
 *
 * @example
 * const transport = new ClientTransport({ observers: [new OpenTelemetryMetrics()] });
 */
@ThriftObserver()
export class OpenTelemetryMetrics implements TransportObserver {
  readonly #served: Histogram;
  readonly #called: Histogram;

  /** @throws TypeError that names each wrong option. */
  constructor(options: OpenTelemetryMetricsOptions = {}) {
    const { meterProvider = metrics.getMeterProvider() } = resolveOptions(
      'openTelemetryMetrics',
      OPEN_TELEMETRY_METRICS_OPTIONS,
      options,
    );
    const meter = meterProvider.getMeter('@nestjs-thrift/telemetry');
    const histogram = (side: 'server' | 'client', description: string) =>
      meter.createHistogram(`rpc.${side}.call.duration`, {
        description,
        unit: 's',
        advice: { explicitBucketBoundaries: BUCKETS_SECONDS },
      });
    this.#served = histogram('server', 'Duration of requests served');
    this.#called = histogram('client', 'Duration of attempts of calls');
  }

  callFinished(call: OutgoingCall, outcome: CallOutcome, address: string): void {
    // The duration of a loser of backup requests was cut short by another attempt, and it did not fail either.
    if (outcome.superseded) {
      return;
    }
    const { 'server.address': host, 'server.port': port } = serverAttributes(address);
    this.#called.record(outcome.durationMs / 1000, {
      ...attributesOf(call, outcome),
      ...(host === undefined ? {} : { 'server.address': host }),
      ...(port === undefined ? {} : { 'server.port': port }),
    });
  }

  requestFinished(call: IncomingCall, outcome: CallOutcome): void {
    this.#served.record(outcome.durationMs / 1000, attributesOf(call, outcome));
  }
}

function attributesOf(
  { service, method }: IncomingCall | OutgoingCall,
  { error, failed }: CallOutcome,
): Attributes {
  const status = statusCode(error);
  return {
    'rpc.system.name': 'thrift',
    'rpc.method': `${service.name}/${method.name}`,
    ...(status === undefined ? {} : { 'rpc.status_code': status }),
    ...(failed ? { 'error.type': errorType(error) } : {}),
  };
}

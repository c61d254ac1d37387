import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { Registry } from 'prom-client';
import {
  group,
  integer,
  milliseconds,
  object,
  oneOf,
  option,
  type OptionsOf,
  orFalse,
  text,
} from '@nestjs-thrift/transport/internal';
import { RUNTIME_WATCH_OPTIONS } from '../runtime/runtime-watch.js';
import { SERVICE_NAMES } from '../service-names.js';

/** Token of the {@link ThriftMetricsOptions} of the module. */
export const THRIFT_METRICS_OPTIONS = Symbol('THRIFT_METRICS_OPTIONS');

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ThriftMetricsOptions>({
  optionsInjectionToken: THRIFT_METRICS_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createThriftMetricsOptions')
  .build();

const NAMINGS = ['thrift', 'kitex', 'monitor-prometheus'] as const;

/**
 * What metrics are called.
 *
 * - `thrift`: `thrift_requests_total` and so on.
 * - `kitex`: the same with the prefix `kitex_`.
 * - `monitor-prometheus`: calls as Kitex's monitor-prometheus counts them (`kitex_server_throughput`,
 *   `kitex_server_latency_us`, and the same for clients, with its labels and buckets), everything else with the prefix `kitex_`.
 */
export type MetricNaming = (typeof NAMINGS)[number];

/** Options of metrics. */
export const METRICS_OPTIONS = {
  /** What the metrics are called, see {@link MetricNaming}. */
  naming: oneOf(NAMINGS, { default: 'thrift' }),
  /** Where the metrics are kept. @defaultValue the global registry of prom-client, the one that nestjs-prometheus serves */
  registry: object<Registry>('a registry of prom-client'),
  /**
   * Upper bounds of the duration histograms, in seconds, rising. Not used with the naming `monitor-prometheus`, whose buckets are
   * Kitex's. @defaultValue 0.005 to 10, those of Prometheus' own clients
   */
  durationBucketsSeconds: option<readonly number[]>(
    'an array of numbers above 0, rising',
    isRising,
  ),
  /** Values a label from outside may take (addresses, callers, breakers); additional values count as `other`. */
  maxLabelValues: integer({ min: 1, default: 200 }),
  /** A call that takes this long counts as slow, in milliseconds, as of `ThriftCallLog`; 0 for none. */
  slowCallMs: milliseconds({ default: 1_000 }),
  /** What the module warns of in the log, and counts, see {@link RuntimeWatchOptions}; `false` for nothing. */
  warnings: orFalse(group(RUNTIME_WATCH_OPTIONS)),
  /** Registry names by IDL names, for the label `callee` of `monitor-prometheus`. @defaultValue the IDL names */
  serviceNames: SERVICE_NAMES,
  /**
   * Registry name of this process, for the label `caller` of `monitor-prometheus`.
   *
   * @defaultValue the `serviceName` of `ThriftModule.forRoot` with the module, else empty, shown as `unknown`
   */
  serviceName: text(),
};

/** What is measured, and under which names. */
export interface ThriftMetricsOptions extends OptionsOf<typeof METRICS_OPTIONS> {}

function isRising(bounds: unknown): boolean {
  return (
    Array.isArray(bounds) &&
    bounds.every((bound, index) => Number.isFinite(bound) && bound > (bounds[index - 1] ?? 0))
  );
}

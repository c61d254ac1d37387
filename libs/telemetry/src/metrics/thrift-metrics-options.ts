import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { RuntimeWatchOptions } from '../runtime/runtime-watch.js';
import type { ServiceNames } from '../service-names.js';

/** Token of the {@link ThriftMetricsOptions} of the module. */
export const THRIFT_METRICS_OPTIONS = Symbol('THRIFT_METRICS_OPTIONS');

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ThriftMetricsOptions>({
  optionsInjectionToken: THRIFT_METRICS_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createThriftMetricsOptions')
  .build();

/**
 * What metrics are called.
 *
 * - `thrift`: `thrift_requests_total` and so on.
 * - `kitex`: the same with the prefix `kitex_`.
 * - `monitor-prometheus`: calls as Kitex's monitor-prometheus counts them (`kitex_server_throughput`,
 *   `kitex_server_latency_us`, and the same for clients, with its labels and buckets), everything else with the prefix `kitex_`.
 */
export type MetricNaming = 'thrift' | 'kitex' | 'monitor-prometheus';

/** What is measured, and under which names. */
export interface ThriftMetricsOptions {
  /** Default `thrift`. */
  readonly naming?: MetricNaming;
  /** Where the metrics are kept. Default: the global registry of prom-client, the one that nestjs-prometheus serves. */
  readonly registry?: Registry;
  /**
   * Upper bounds of the duration histograms, in seconds, rising. Default 0.005 to 10, those of Prometheus' own clients. Not
   * used with the naming `monitor-prometheus`, whose buckets are Kitex's.
   */
  readonly durationBucketsSeconds?: readonly number[];
  /** Values a label from outside may take (addresses, callers, breakers); additional values count as `other`. Default 200. */
  readonly maxLabelValues?: number;
  /** A call that takes this long counts as slow, in milliseconds. Default 1,000, as of `ThriftCallLog`. */
  readonly slowCallMs?: number;
  /** What the module warns of in the log, and counts; false for nothing. Default: see {@link RuntimeWatchOptions}. */
  readonly warnings?: RuntimeWatchOptions | false;
  /** Registry names by IDL names, for the label `callee` of `monitor-prometheus`. @defaultValue the IDL names */
  readonly serviceNames?: ServiceNames;
  /**
   * Registry name of this process, for the label `caller` of `monitor-prometheus`.
   *
   * @defaultValue the `serviceName` of `ThriftModule.forRoot` with the module, else empty, shown as `unknown`
   */
  readonly serviceName?: string;
}

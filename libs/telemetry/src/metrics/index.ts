export { ThriftMetrics } from './thrift-metrics.js';
export { ThriftMetricsModule } from './thrift-metrics.module.js';
export { THRIFT_METRICS_OPTIONS } from './thrift-metrics-options.js';

export type { MetricNaming, ThriftMetricsOptions } from './thrift-metrics-options.js';
export type { ConfigSource, GovernanceSource } from './governance-metrics.js';
export type { PoolService, PoolSource } from './pool-metrics.js';
export type { ServiceNames } from '../service-names.js';

export {
  OpenTelemetryMetrics,
  type OpenTelemetryMetricsOptions,
} from './open-telemetry-metrics.js';
export { OpenTelemetryMetricsModule } from './open-telemetry-metrics.module.js';

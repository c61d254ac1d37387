export { ThriftHealthModule } from './thrift-health.module.js';
export { THRIFT_HEALTH_OPTIONS } from './thrift-health-options.js';
export { AdminServer } from './admin/admin-server.js';
export { InFlightCalls, type InFlightCall } from './diagnosis/in-flight-calls.js';
export type { LiveStream } from './diagnosis/live-streams.js';
export { ThriftDiagnosis } from './diagnosis/thrift-diagnosis.js';
export { EventLoopHealthIndicator } from './indicators/event-loop.health.js';
export { ThriftClientHealthIndicator } from './indicators/thrift-client.health.js';
export { ThriftPingHealthIndicator } from './indicators/thrift-ping.health.js';
export { ThriftServerHealthIndicator } from './indicators/thrift-client.health.js';
export { ThriftHealthController } from './probes/thrift-health.controller.js';
export { ThriftProbes } from './probes/thrift-probes.js';

export type { ProbeResult } from './probes/thrift-probes.js';
export type {
  AdminOptions,
  ClientCheck,
  DiagnosisOptions,
  ThriftHealthOptions,
} from './thrift-health-options.js';

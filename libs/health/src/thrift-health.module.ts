import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { AdminServer } from './admin/admin-server.js';
import { ThriftDiagnosis } from './diagnosis/thrift-diagnosis.js';
import { EventLoopHealthIndicator } from './indicators/event-loop.health.js';
import {
  ThriftClientHealthIndicator,
  ThriftServerHealthIndicator,
} from './indicators/thrift-client.health.js';
import { ThriftPingHealthIndicator } from './indicators/thrift-ping.health.js';
import { ThriftProbes } from './probes/thrift-probes.js';
import { ConfigurableModuleClass, healthSettings } from './thrift-health-options.js';

/** What the module provides to others. */
const EXPORTED = [
  AdminServer,
  EventLoopHealthIndicator,
  ThriftClientHealthIndicator,
  ThriftDiagnosis,
  ThriftPingHealthIndicator,
  ThriftProbes,
  ThriftServerHealthIndicator,
];

/**
 * Probes of a Thrift application: its servers are found in the container, clients and further checks are named.
 *
 * @example
 * ```ts
 * @Module({
 *   imports: [
 *     ThriftModule.forRoot({ server: { port: 8888, drainDelayMs: 5000 } }),
 *     ThriftHealthModule.forRoot({
 *       admin: { port: 9090 },
 *       clients: [{ name: 'users', service: UserService }],
 *     }),
 *   ],
 * })
 * class AppModule {}
 * ```
 */
@Module({
  imports: [DiscoveryModule, TerminusModule],
  providers: [healthSettings, ...EXPORTED],
  exports: EXPORTED,
})
export class ThriftHealthModule extends ConfigurableModuleClass {}

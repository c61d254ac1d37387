import { Inject, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import {
  type HealthCheckResult,
  HealthCheckService,
  type HealthIndicatorFunction,
  type HealthIndicatorResult,
  HealthIndicatorService,
} from '@nestjs/terminus';
import {
  type ThriftClient,
  ThriftServer,
  getThriftClientProxyToken,
} from '@nestjs-thrift/microservice';
import { degraded } from '../indicators/degraded.js';
import { EventLoopHealthIndicator } from '../indicators/event-loop.health.js';
import {
  ThriftClientHealthIndicator,
  ThriftServerHealthIndicator,
} from '../indicators/thrift-client.health.js';
import {
  type ClientCheck,
  HEALTH_SETTINGS,
  type HealthSettings,
} from '../thrift-health-options.js';

/** The answer to a probe. */
export interface ProbeResult {
  /** Whether the answer is yes: HTTP 200, else 503. */
  readonly passed: boolean;
  readonly result: HealthCheckResult;
}

/** Answers the two questions of an orchestrator. */
@Injectable()
export class ThriftProbes {
  readonly #maxLagMs: number;

  constructor(
    @Inject(HEALTH_SETTINGS) private readonly settings: HealthSettings,
    private readonly health: HealthCheckService,
    private readonly servers: ThriftServerHealthIndicator,
    private readonly clients: ThriftClientHealthIndicator,
    private readonly eventLoop: EventLoopHealthIndicator,
    private readonly discovery: DiscoveryService,
    private readonly modules: ModuleRef,
    private readonly indicators: HealthIndicatorService,
  ) {
    this.#maxLagMs = settings.maxEventLoopLagMs || Infinity;
  }

  /**
   * Liveness: true as long as the process can answer, also while it drains: killing it then would lose the
   * calls it finishes.
   */
  async live(): Promise<ProbeResult> {
    const { result } = await this.#check([
      () => this.eventLoop.keepsUp('eventLoop', this.#maxLagMs),
    ]);
    return { passed: true, result };
  }

  /** Should this process get calls? Not before its servers listen, and not from the first sign of a shutdown on. */
  ready(): Promise<ProbeResult> {
    const { clients = [], checks = [] } = this.settings;
    return this.#check([
      ...this.#serverChecks(),
      ...clients.map((client) => () => this.#checkClient(client)),
      ...checks,
    ]);
  }

  async #check(indicators: HealthIndicatorFunction[]): Promise<ProbeResult> {
    try {
      return { passed: true, result: await this.health.check(indicators) };
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) {
        throw error;
      }
      return { passed: false, result: error.getResponse() as HealthCheckResult };
    }
  }

  #serverChecks(): HealthIndicatorFunction[] {
    const servers = this.discovery
      .getProviders()
      .map(({ instance }) => instance as unknown)
      .filter((instance) => instance instanceof ThriftServer)
      // Every container has a server; one that the application did not connect has no handlers and never listens.
      .filter((server) => server.getHandlers().size > 0);
    return [...new Set(servers)].map((server, index) => {
      const key = index === 0 ? 'server' : `server${index + 1}`;
      return () => this.servers.isListening(key, server);
    });
  }

  async #checkClient({
    name,
    service,
    required = false,
  }: ClientCheck): Promise<HealthIndicatorResult> {
    // A name belongs to the module that registers it; the client that is worst off decides.
    const clients = this.modules.get<ThriftClient>(getThriftClientProxyToken(name), {
      strict: false,
      each: true,
    });
    const results = await Promise.all(
      clients.map((client) => this.clients.canCall(name, client, service)),
    );
    const result =
      results.find((each) => each[name]!.status === 'down') ??
      results.find((each) => each[name]!.status !== 'up' || each[name]!['degraded']) ??
      results[0]!;
    const { status, ...details } = result[name]!;
    if (required || status !== 'down') {
      return result;
    }
    return degraded(this.indicators, name, details);
  }
}

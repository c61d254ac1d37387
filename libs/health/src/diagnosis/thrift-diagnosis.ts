import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import {
  THRIFT_MODULE_OPTIONS,
  ThriftClient,
  ThriftGovernanceConfig,
  ThriftServer,
} from '@nestjs-thrift/microservice';
import { HEALTH_SETTINGS, type HealthSettings } from '../thrift-health-options.js';
import { describeClient } from './describe-client.js';
import { describeServer } from './describe-server.js';
import type { InFlightCalls } from './in-flight-calls.js';
import { redactOptions } from './redact-options.js';

/** The version of this package, written by `npm run manifests`: an application may be bundled, without our package.json. */
const VERSION = '0.1.0';
const MAX_CALLS = 200;
const RESOLUTION_MS = 10;
const NANOSECONDS_PER_MS = 1e6;
/** Tokens of what `ThriftModule.forFeature` provides for each client, before its name. */
const CLIENT_TOKEN = 'ThriftClientProxy:';
const CLIENT_OPTIONS_TOKEN = 'ThriftClientOptions:';

/** Looks into the process: what it serves, whom it calls, with which configuration, and how it fares. */
@Injectable()
export class ThriftDiagnosis implements OnApplicationShutdown {
  readonly #delay: IntervalHistogram | undefined;

  constructor(
    @Inject(HEALTH_SETTINGS) private readonly settings: HealthSettings,
    private readonly discovery: DiscoveryService,
  ) {
    if (!settings.admin?.diagnosis) {
      return;
    }
    this.#delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#delay.enable();
  }

  /** Everything there is to see, to be sent as JSON. Secrets are not in it. */
  report(): object {
    const providers = this.discovery.getProviders().map(({ token, instance }) => ({
      name: typeof token === 'string' ? token : '',
      token: token as unknown,
      instance: instance as unknown,
    }));
    const servers = providers.map(({ instance }) => instance).filter(isServer);
    const clients = providers.flatMap(({ name, instance }) =>
      instance instanceof ThriftClient ? [describeClient(nameOf(name), instance)] : [],
    );
    const root = providers.find(({ token }) => token === THRIFT_MODULE_OPTIONS);
    const features = providers.filter(({ name }) => name.startsWith(CLIENT_OPTIONS_TOKEN));
    const governance = providers.map(({ instance }) => instance).find(isGovernance);
    return {
      process: this.#describeProcess(),
      // Every container has a server; one that the application did not connect has no handlers.
      servers: [...new Set(servers)]
        .filter((server) => server.getHandlers().size > 0)
        .map(describeServer),
      calls: this.#inFlight()?.oldest(MAX_CALLS),
      streams: this.#streams(),
      clients,
      configuration: {
        module: redactOptions(root?.instance ?? {}),
        clients: Object.fromEntries(
          features.map(({ name, instance }) => [
            name.slice(CLIENT_OPTIONS_TOKEN.length),
            redactOptions(instance),
          ]),
        ),
        governance: redactOptions(governance?.source?.current),
      },
    };
  }

  onApplicationShutdown(): void {
    this.#delay?.disable();
  }

  #streams(): object | undefined {
    const calls = this.#inFlight();
    return (
      calls && { counts: calls.streamCounts(MAX_CALLS), oldest: calls.oldestStreams(MAX_CALLS) }
    );
  }

  /** `undefined` where calls and streams are not recorded. */
  #inFlight(): InFlightCalls | undefined {
    const { diagnosis } = this.settings.admin ?? {};
    return typeof diagnosis === 'object' ? diagnosis.calls : undefined;
  }

  #describeProcess(): object {
    const { pid, version, versions } = process;
    const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
    return {
      pid,
      uptimeSeconds: Math.round(process.uptime()),
      versions: { node: version, v8: versions.v8, 'nestjs-thrift': VERSION },
      memoryBytes: {
        rss,
        heapUsed,
        heapTotal,
        heapLimit: getHeapStatistics().heap_size_limit,
        external,
        arrayBuffers,
      },
      eventLoopDelayMs: this.#takeDelay(),
    };
  }

  /** Since it was last asked. */
  #takeDelay(): object | undefined {
    const delay = this.#delay;
    if (delay === undefined) {
      return undefined;
    }
    const milliseconds = (nanoseconds: number): number =>
      Math.max(0, Math.round(nanoseconds / NANOSECONDS_PER_MS) - RESOLUTION_MS);
    const taken = {
      p50: milliseconds(delay.percentile(50)),
      p99: milliseconds(delay.percentile(99)),
      max: milliseconds(delay.max),
    };
    delay.reset();
    return taken;
  }
}

function isServer(instance: unknown): instance is ThriftServer {
  return instance instanceof ThriftServer;
}

function isGovernance(instance: unknown): instance is ThriftGovernanceConfig {
  return instance instanceof ThriftGovernanceConfig;
}

function nameOf(token: string): string {
  return token.startsWith(CLIENT_TOKEN) ? token.slice(CLIENT_TOKEN.length) : token;
}

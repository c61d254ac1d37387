import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { HealthIndicatorFunction } from '@nestjs/terminus';
import type { ServiceDefinition } from '@nestjs-thrift/microservice';
import type { InFlightCalls } from './diagnosis/in-flight-calls.js';

/** Token of the {@link ThriftHealthOptions} of the module. */
export const THRIFT_HEALTH_OPTIONS = Symbol('THRIFT_HEALTH_OPTIONS');

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ThriftHealthOptions>({
  optionsInjectionToken: THRIFT_HEALTH_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createThriftHealthOptions')
  .build();

/** A client that readiness looks at. */
export interface ClientCheck {
  /** Name under which `ThriftModule.forFeature` registered it. */
  readonly name: string;
  /** The service it calls. */
  readonly service: ServiceDefinition | string;
  /**
   * Not ready while the service cannot be reached. Default false, degraded: with it, one service that is down takes
   * everything in front of it out of service.
   */
  readonly required?: boolean;
}

/** What probes look at, and where they are asked. */
export interface ThriftHealthOptions {
  /** Where `/health`, `/ready` and `/metrics`, and `/diagnosis` if asked for, are served by themselves. Default: nowhere, see {@link ThriftHealthController}. */
  readonly admin?: AdminOptions;
  /** Delay of the event loop from which on the process is degraded, in milliseconds. Default 200. */
  readonly maxEventLoopLagMs?: number;
  readonly clients?: readonly ClientCheck[];
  /** Further indicators of readiness. */
  readonly checks?: readonly HealthIndicatorFunction[];
}

/** The admin port. */
export interface AdminOptions {
  /** Default 9090; 0 takes a free one. */
  readonly port?: number;
  /** Default all interfaces: kubelet and Prometheus come from outside. */
  readonly host?: string;
  /**
   * Serves `/diagnosis`, too: what the process serves, whom it calls, over which connections, under which configuration.
   * Default false. With true it answers only this machine, and no request through a proxy on it.
   */
  readonly diagnosis?: boolean | DiagnosisOptions;
}

/** What the diagnosis shows, and to whom. */
export interface DiagnosisOptions {
  /** Addresses and networks (`10.0.0.0/8`) that may see it, instead of 127.0.0.1 and ::1. Requests that a proxy forwards are rejected. */
  readonly allowFrom?: readonly string[];
  /** Who remembers the requests being served; also to be put into the `observers` of the server. Default: they are only counted. */
  readonly calls?: InFlightCalls;
}

import { ConfigurableModuleBuilder, type FactoryProvider } from '@nestjs/common';
import type { HealthIndicatorFunction } from '@nestjs/terminus';
import type { ServiceDefinition } from '@nestjs-thrift/microservice';
import {
  either,
  flag,
  group,
  integer,
  isObject,
  listOf,
  milliseconds,
  object,
  option,
  type OptionsOf,
  required,
  type Resolved,
  resolveOptions,
  text,
} from '@nestjs-thrift/transport/internal';
import { isAddressRange } from './diagnosis/diagnosis-access.js';
import type { InFlightCalls } from './diagnosis/in-flight-calls.js';

/** Token of the {@link ThriftHealthOptions} of the module. */
export const THRIFT_HEALTH_OPTIONS = Symbol('THRIFT_HEALTH_OPTIONS');

export const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<ThriftHealthOptions>({
  optionsInjectionToken: THRIFT_HEALTH_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createThriftHealthOptions')
  .build();

/** Options of a client that readiness looks at. */
export const CLIENT_CHECK_OPTIONS = {
  /** Name under which `ThriftModule.forFeature` registered it. */
  name: required(text()),
  /** The service it calls. */
  service: required(
    option<ServiceDefinition | string>(
      'a service definition or its name in the IDL',
      (value) => isObject(value) || (typeof value === 'string' && value !== ''),
    ),
  ),
  /**
   * Not ready while the service cannot be reached. Otherwise it is degraded: if it were not ready, one service that is down would take
   * everything in front of it out of service.
   */
  required: flag({ default: false }),
};

/** A client that readiness looks at. */
export interface ClientCheck extends OptionsOf<typeof CLIENT_CHECK_OPTIONS> {}

/** Options of the diagnosis. */
export const DIAGNOSIS_OPTIONS = {
  /**
   * Addresses and networks (`10.0.0.0/8`) that may see it. Requests that a proxy forwards are rejected.
   *
   * @defaultValue 127.0.0.1 and ::1
   */
  allowFrom: listOf(option<string>('an address or a network such as 10.0.0.0/8', isAddressRange)),
  /**
   * Who remembers the requests being served; also to be put into the `observers` of the server.
   *
   * @defaultValue they are only counted
   */
  calls: object<InFlightCalls>('an InFlightCalls'),
};

/** What the diagnosis shows, and to whom. */
export interface DiagnosisOptions extends OptionsOf<typeof DIAGNOSIS_OPTIONS> {}

/** Options of the admin port. */
export const ADMIN_OPTIONS = {
  /** The port; 0 takes a free one. */
  port: integer({ max: 65_535, default: 9090 }),
  /** The address to listen on. @defaultValue all interfaces: kubelet and Prometheus come from outside */
  host: text(),
  /**
   * Serves `/diagnosis`, too: what the process serves, whom it calls, over which connections, under which configuration.
   * With `true` it answers only this machine, and no request through a proxy on it.
   *
   * @defaultValue `false`
   */
  diagnosis: either(flag(), group(DIAGNOSIS_OPTIONS)),
};

/** The admin port. */
export interface AdminOptions extends OptionsOf<typeof ADMIN_OPTIONS> {}

/** Options of probes. */
export const HEALTH_OPTIONS = {
  /**
   * Where `/health`, `/ready` and `/metrics`, and `/diagnosis` if asked for, are served by themselves.
   *
   * @defaultValue nowhere, see {@link ThriftHealthController}
   */
  admin: group(ADMIN_OPTIONS),
  /** Delay of the event loop above which the process is degraded, in milliseconds; 0 for no limit. */
  maxEventLoopLagMs: milliseconds({ default: 200 }),
  /** Clients that readiness looks at. @defaultValue none */
  clients: listOf(group(CLIENT_CHECK_OPTIONS)),
  /** Further indicators of readiness. @defaultValue none */
  checks: listOf(
    option<HealthIndicatorFunction>('a function', (value) => typeof value === 'function'),
  ),
};

/** What probes look at, and where they are asked. */
export interface ThriftHealthOptions extends OptionsOf<typeof HEALTH_OPTIONS> {}

/** Options with their defaults. */
export interface HealthSettings extends Resolved<typeof HEALTH_OPTIONS> {}

/** Token of the {@link HealthSettings} of the module. */
export const HEALTH_SETTINGS = Symbol('HEALTH_SETTINGS');

/** Checks the options of the module. @throws TypeError that names each wrong option. */
export const healthSettings: FactoryProvider<HealthSettings> = {
  provide: HEALTH_SETTINGS,
  inject: [THRIFT_HEALTH_OPTIONS],
  useFactory: (options: ThriftHealthOptions) =>
    resolveOptions('ThriftHealthModule.forRoot', HEALTH_OPTIONS, options),
};

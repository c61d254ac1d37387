import { Injectable } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { IncomingCall } from '@nestjs-thrift/transport';
import { ThriftContext } from '../context/thrift-context.js';
import { PublicErrorFilter } from '../errors/public-error.js';
import type { HandlerBinding } from '../decorators/handler-binding.js';
import { NEST_METADATA } from '../decorators/bind-method.js';

/** Calls the method of a controller directly. */
export type BareHandler = (data: unknown, call: IncomingCall) => unknown;

/** Configurations of HTTP applications that their microservice has too. */
const inherited = new WeakSet<ApplicationConfig>();

/** The microservice next to an HTTP server has its configuration (`inheritAppConfig`). */
export function inheritConfiguration(config: ApplicationConfig): void {
  inherited.add(config);
}

type Method = (...args: unknown[]) => unknown;

/**
 * Finds handlers around which nothing is bound: no guard, interceptor, pipe or filter of the method, its class or the
 * application, and one controller for all calls. Nest's pipeline gives for them what the method alone gives, at the price
 * of eighteen promises a call, so the server calls the method.
 */
@Injectable()
export class BareHandlers {
  constructor(
    private readonly config: ApplicationConfig,
    private readonly modules: ModulesContainer,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Calls what `binding` names; `undefined` where Nest has something to do. */
  find(
    binding: HandlerBinding,
    newContext: (call: IncomingCall) => ThriftContext = (call) => new ThriftContext(call),
  ): BareHandler | undefined {
    const { controller, key, takesContext } = binding;
    if (takesContext === undefined || this.#isHybrid || this.#hasGlobals) {
      return undefined;
    }
    const method = (controller.prototype as Record<string, Method>)[key]!;
    if (hasEnhancers(controller) || hasEnhancers(method)) {
      return undefined;
    }
    const instance = this.#onlyInstance(controller) as Record<string, Method> | undefined;
    if (instance === undefined) {
      return undefined;
    }
    return takesContext
      ? (data, call) => instance[key]!(data, newContext(call))
      : (data) => instance[key]!(data);
  }

  /** Whether pipes for all handlers are, or may be, there. */
  get mayHaveGlobalPipes(): boolean {
    const { config } = this;
    return (
      (this.#isHybrid && !inherited.has(config)) ||
      config.getGlobalPipes().length > 0 ||
      config.getGlobalRequestPipes().length > 0
    );
  }

  /** A microservice next to an HTTP server may have its own configuration, which cannot be read. */
  get #isHybrid(): boolean {
    // Nest says null or undefined where its types say there is one.
    return Boolean(this.adapterHost.httpAdapter);
  }

  get #hasGlobals(): boolean {
    const { config } = this;
    return [
      config.getGlobalGuards(),
      config.getGlobalRequestGuards(),
      config.getGlobalInterceptors(),
      config.getGlobalRequestInterceptors(),
      config.getGlobalPipes(),
      config.getGlobalRequestPipes(),
      config.getGlobalFilters(),
      config.getGlobalRequestFilters(),
      preRequestHooks(config),
    ].some((enhancers) => enhancers.length > 0);
  }

  #onlyInstance(controller: HandlerBinding['controller']): object | undefined {
    const wrappers = [...this.modules.values()].flatMap(({ controllers }) =>
      [...controllers.values()].filter(({ metatype }) => metatype === controller),
    );
    const [wrapper] = wrappers;
    if (wrapper === undefined || wrappers.length > 1) {
      return undefined;
    }
    return wrapper.isDependencyTreeStatic() ? (wrapper.instance as object) : undefined;
  }
}

/** The oldest Nest that is supported has none. */
function preRequestHooks(config: Partial<ApplicationConfig>): readonly unknown[] {
  return config.getGlobalPreRequestHooks?.call(config) ?? [];
}

function hasEnhancers(target: object): boolean {
  const bound = (key: string) => (Reflect.getMetadata(key, target) ?? []) as unknown[];
  return (
    bound(NEST_METADATA.guards).length > 0 ||
    bound(NEST_METADATA.interceptors).length > 0 ||
    bound(NEST_METADATA.pipes).length > 0 ||
    bound(NEST_METADATA.exceptionFilters).some((filter) => filter !== PublicErrorFilter)
  );
}

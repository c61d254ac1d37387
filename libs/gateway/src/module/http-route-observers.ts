import { type ModuleRef, ModulesContainer } from '@nestjs/core';
import type { ThriftProcessObserver } from '@nestjs-thrift/microservice';
import { isThriftObserver, providersOf } from '@nestjs-thrift/microservice/internal';
import { CallbackReport } from '@nestjs-thrift/transport/internal';
import type { HttpRequest } from './http-exchange.js';
import { routerPath, type RouteSlot } from './route-slot.js';

/** The observers of a container that follow which routes requests have. */
export class HttpRouteObservers {
  readonly #observers = new Set<ThriftProcessObserver>();
  readonly #report = new CallbackReport('httpRequestRouted of an observer');

  constructor(moduleRef: ModuleRef) {
    const modules = moduleRef.get(ModulesContainer, { strict: false });
    for (const { instance } of providersOf(modules)) {
      if (isThriftObserver(instance) && instance.httpRequestRouted !== undefined) {
        this.#observers.add(instance);
      }
    }
  }

  /** Shows the observers the route of a request, in its async context. */
  routed(slot: RouteSlot, request: HttpRequest): void {
    if (this.#observers.size === 0) {
      return;
    }
    const route = routeOf(slot, request);
    for (const observer of this.#observers) {
      try {
        observer.httpRequestRouted?.(route);
      } catch (error) {
        this.#report.threw(error);
      }
    }
  }
}

/** The path of the IDL after what the application puts before it: the prefix, and the version. */
function routeOf(slot: RouteSlot, { route, routeOptions }: HttpRequest): string {
  const matched = route?.path ?? routeOptions?.url;
  const { path } = slot.route;
  const own = routerPath(slot, routeOptions === undefined ? 'express' : 'fastify');
  if (typeof matched !== 'string') {
    return path;
  }
  return matched.endsWith(own) ? matched.slice(0, -own.length) + path : matched;
}

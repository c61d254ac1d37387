import type { Logger } from '@nestjs/common';
import { type AbstractHttpAdapter, type ModuleRef, ModulesContainer } from '@nestjs/core';
import { getThriftClientToken } from '@nestjs-thrift/microservice';
import type { GatewayDefinition } from './gateway-definition.js';
import { RAW_BODY_NEEDED } from './http-exchange.js';
import type { RouteSlot } from './route-slot.js';

/** The client of a service. @throws Error for a client that no module registers. */
export function clientOf(
  moduleRef: ModuleRef,
  { clients }: GatewayDefinition,
  service: string,
): unknown {
  const { clientName = service } = clients.find(({ name }) => name === service) ?? {};
  try {
    return moduleRef.get(getThriftClientToken(clientName), { strict: false });
  } catch (cause) {
    throw new Error(
      `no client ${clientName} for ${service}: register it with ThriftModule.forFeature`,
      { cause },
    );
  }
}

/** Checks that the controllers of overrides serve: a mistake would leave a method without any route. @throws Error */
export function requireControllers(
  moduleRef: ModuleRef,
  override: GatewayDefinition['override'],
): void {
  const modules = [...moduleRef.get(ModulesContainer, { strict: false }).values()];
  for (const [method, controller] of Object.entries(override)) {
    const isServed = modules.some((each) =>
      [...each.controllers.values()].some(({ metatype }) => metatype === controller),
    );
    if (!isServed) {
      const name = (controller as { name?: string }).name ?? 'a controller';
      throw new Error(`override leaves ${method} to ${name}, which no module has as a controller`);
    }
  }
}

/** Fails the start of an application that keeps no bytes of bodies; where it cannot be seen, requests do. */
export function requireRawBody(adapter: AbstractHttpAdapter, slots: readonly RouteSlot[]): void {
  const isNeeded = slots.some(({ binder, route }) => binder?.needsBody(route.verb));
  if (adapter?.registerParserMiddleware === undefined || !isNeeded) {
    return;
  }
  const register = adapter.registerParserMiddleware.bind(adapter);
  adapter.registerParserMiddleware = (prefix?: string, rawBody?: boolean) => {
    if (rawBody !== true) {
      throw new Error(RAW_BODY_NEEDED);
    }
    register(prefix, rawBody);
  };
}

/** Warns of routes for OPTIONS in an application that enables CORS: the adapter answers these requests itself. */
export function warnOfCors(
  adapter: AbstractHttpAdapter,
  slots: readonly RouteSlot[],
  logger: Logger,
): void {
  const paths = slots
    .filter(({ route }) => route.verb === 'OPTIONS')
    .map(({ route }) => route.path);
  if (adapter?.enableCors === undefined || paths.length === 0) {
    return;
  }
  const enable = adapter.enableCors.bind(adapter);
  adapter.enableCors = (...options: Parameters<typeof enable>) => {
    logger.warn(
      // log warn: Routes for OPTIONS are never called, because CORS is enabled. Remove them from the IDL, or do not enable CORS.
      `CORS answers OPTIONS requests before the routes of the gateway: ${paths.join(', ')}`,
    );
    return enable(...options);
  };
}

import {
  All,
  Controller,
  Delete,
  Get,
  Head,
  HttpCode,
  Inject,
  Options,
  Patch,
  Post,
  Put,
  Req,
  Res,
  SetMetadata,
  type Type,
  UseFilters,
} from '@nestjs/common';
import type { HttpVerb } from '@nestjs-thrift/idl/http';
import type { BoundArguments } from '../binding/request-binder.js';
import { BoundRequest } from './bound-request.js';
import { GatewayExceptionFilter } from './gateway-exception.filter.js';
import type { ThriftGatewayRoutes } from './gateway-options.js';
import type { HttpReply, HttpRequest } from './http-exchange.js';
import { methodKey, routerPath, type RouteSlot, THRIFT_ROUTE, thriftRoute } from './route-slot.js';
import { ThriftGateway } from './thrift-gateway.js';

const VERBS: Readonly<Record<HttpVerb, (path: string) => MethodDecorator>> = {
  GET: Get,
  POST: Post,
  PUT: Put,
  DELETE: Delete,
  PATCH: Patch,
  HEAD: Head,
  OPTIONS: Options,
  ANY: All,
};

/** What `SwaggerModule.createDocument` asks a controller for: the routes are in the document that the IDL gives. */
const EXCLUDED_FROM_SWAGGER = 'swagger/apiExcludeController';

/** Key of Nest's metadata for the path of a handler. */
const PATH = 'path';

type Handler = (args: BoundArguments, request: HttpRequest, reply: HttpReply) => Promise<unknown>;

/** A controller as one would write it by hand, with a handler for each route. */
export interface RouteController {
  readonly type: Type;
  /** Handlers by their routes. */
  readonly handlers: ReadonlyMap<RouteSlot, Handler>;
}

/**
 * The controllers of routes. There is one for each run of routes of a service: the order of all routes must stay, for Express takes
 * the first that matches.
 */
export function routeControllers(
  slots: readonly RouteSlot[],
  decorate: ThriftGatewayRoutes['decorate'] = {},
): RouteController[] {
  const runs: RouteSlot[][] = [];
  for (const slot of slots) {
    const run = runs.at(-1);
    if (run?.[0]?.route.service === slot.route.service) {
      run.push(slot);
    } else {
      runs.push([slot]);
    }
  }
  return runs.map((run) => routeController(run, decorate));
}

/** Gives the handlers the paths that the router of an adapter takes; before Nest reads them. */
export function setRouterPaths(controllers: readonly RouteController[], adapter: string): void {
  for (const { handlers } of controllers) {
    for (const [slot, handler] of handlers) {
      Reflect.defineMetadata(PATH, routerPath(slot, adapter), handler);
    }
  }
}

function routeController(
  slots: readonly RouteSlot[],
  decorate: NonNullable<ThriftGatewayRoutes['decorate']>,
): RouteController {
  const name = `${slots[0]?.route.service}Controller`;
  const classes = {
    [name]: class {
      constructor(readonly gateway: ThriftGateway) {}
    },
  };
  const type = classes[name] as unknown as Type<{ readonly gateway: ThriftGateway }>;
  Controller()(type);
  Inject(ThriftGateway)(type, undefined, 0);
  UseFilters(GatewayExceptionFilter)(type);
  SetMetadata(EXCLUDED_FROM_SWAGGER, [true])(type);
  const handlers = new Map(
    slots.map((slot) => [slot, addHandler(type, slot, decoratorsOf(slot, decorate))]),
  );
  return { type, handlers };
}

function addHandler(
  { prototype }: Type<{ readonly gateway: ThriftGateway }>,
  slot: RouteSlot,
  decorators: readonly MethodDecorator[],
): Handler {
  const { method, verb } = slot.route;
  const name = freeName(prototype as object, method.name);
  const handler = {
    [name](
      this: { readonly gateway: ThriftGateway },
      ...[args, request, reply]: Parameters<Handler>
    ) {
      return this.gateway.handle(slot, args, request, reply);
    },
  }[name] as Handler;
  const descriptor: TypedPropertyDescriptor<unknown> = {
    value: handler,
    writable: true,
    configurable: true,
  };
  Object.defineProperty(prototype, name, descriptor);
  const own = [
    VERBS[verb](routerPath(slot, 'express')),
    HttpCode(200),
    SetMetadata(THRIFT_ROUTE, thriftRoute(slot.route)),
    ...decorators,
  ];
  for (const decorator of own) {
    decorator(prototype as object, name, descriptor);
  }
  const parameters = [BoundRequest(slot), Req(), Res({ passthrough: true })];
  for (const [index, decorator] of parameters.entries()) {
    decorator(prototype as object, name, index);
  }
  const types = parameters.map(() => Object);
  Reflect.defineMetadata('design:paramtypes', types, prototype as object, name);
  return handler;
}

function decoratorsOf(
  { route }: RouteSlot,
  decorate: NonNullable<ThriftGatewayRoutes['decorate']>,
): readonly MethodDecorator[] {
  const keys = [`${route.service}.*`, methodKey(route)];
  return keys.flatMap((key) => (Object.hasOwn(decorate, key) ? (decorate[key] ?? []) : []));
}

/** A method of several routes has a handler for each. */
function freeName(prototype: object, name: string): string {
  let free = name;
  for (let count = 2; free in prototype; count += 1) {
    free = `${name}_${count}`;
  }
  return free;
}

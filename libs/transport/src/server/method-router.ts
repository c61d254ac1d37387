import type {
  MethodDefinition,
  RequestMethod,
  ServiceDefinition,
  StreamMethod,
  StructCodec,
} from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { MessageName, type ApplicationException } from '@nestjs-thrift/codec/wire';
import { isRequestMethod } from '../call/request-method.js';
import { requireDefinition } from '../call/require-definition.js';
import type { MethodHandler, ServedService } from '../call/incoming-call.js';
import { shorten } from '../errors/application-failure.js';
import { ApplicationExceptionType } from '../errors/remote.error.js';
import { type StreamMethodName, streamMethodName } from '../wire/streaming/stream-frame-writer.js';

/** What the routes of all methods have. */
interface RouteBase {
  readonly service: ServiceDefinition;
  readonly handler: MethodHandler;
  /** Requests whose handler has not finished; a counter, because to keep the calls themselves costs every one of them. */
  inFlight: number;
}

/** A method with what serves it. */
export interface MethodRoute extends RouteBase {
  readonly method: RequestMethod;
  /** Codec of results; absent for oneway methods. */
  readonly result: StructCodec<FieldValues> | undefined;
  /** The bare name, for replies. */
  readonly name: MessageName;
  readonly streamName?: undefined;
}

/** A method with a stream, with what serves it. */
export interface StreamRoute extends RouteBase {
  readonly method: StreamMethod;
  /** The name, for frames. */
  readonly streamName: StreamMethodName;
}

/** A method with requests whose handler has not finished, and how many. */
export interface AbortedCalls {
  readonly service: ServiceDefinition;
  readonly method: MethodDefinition;
  readonly count: number;
}

/** How a method is served. */
export type Route = MethodRoute | StreamRoute;

type Routes = ReadonlyMap<string, Route>;

/** How requests are routed whose service name does not decide. */
export interface RoutingOptions {
  /** Serves requests without a service name whose method several services have. */
  readonly fallbackService?: string | undefined;
  /** Rejects requests that name a service that is not served. */
  readonly rejectUnknownServiceName?: boolean;
  /** Rejects requests that name no service. */
  readonly rejectMissingServiceName?: boolean;
}

function requireServices(services: unknown): asserts services is readonly ServedService[] {
  if (!Array.isArray(services)) {
    throw new TypeError('a server needs an array of services: [{ definition, handlers }]');
  }
  services.forEach((service: Partial<ServedService> | undefined, index) => {
    requireDefinition(service?.definition, `services[${index}].definition of a server`);
    if (typeof service?.handlers !== 'object' || service.handlers === null) {
      throw new TypeError(
        `service ${service!.definition!.name} has no handlers: give an object with a function for each method`,
      );
    }
  });
}

/** Finds the method a request is for, by the rules of Kitex and of Apache's multiplexed names. */
export class MethodRouter {
  readonly #options: RoutingOptions;

  /** What is served. */
  readonly definitions: readonly ServiceDefinition[];
  readonly #services = new Map<string, Routes>();
  /** All methods by `Service:method`, and by their bare name: that of the fallback service, else of the only one. */
  readonly #routes = new Map<string, Route>();
  /** Bare names that several services have, with the names of these services. */
  readonly #ambiguous = new Map<string, string[]>();

  /**
   * @throws TypeError when a service has no definition or no handlers, a method has no handler, two services have the same name, the fallback service is not served, or several
   *   services have a method of the same name and neither option says what happens to requests without a service name.
   */
  constructor(services: readonly ServedService[], options: RoutingOptions = {}) {
    this.#options = options;
    requireServices(services);
    this.definitions = services.map(({ definition }) => definition);
    for (const service of services) {
      this.#add(service);
    }
    this.#checkFallback();
    this.#checkAmbiguous();
  }

  /** The method called `name`; `serviceName` is what a TTHeader said, if there was one. */
  find(name: string, serviceName: string | undefined): Route | undefined {
    if (serviceName !== undefined && serviceName !== '') {
      const routes = this.#services.get(serviceName);
      if (routes !== undefined) {
        return routes.get(name);
      }
      return this.#options.rejectUnknownServiceName || this.#ambiguous.has(name)
        ? undefined
        : this.#routes.get(name);
    }
    return this.#options.rejectMissingServiceName && !name.includes(':')
      ? undefined
      : this.#routes.get(name);
  }

  /** Why {@link MethodRouter.find} found nothing. */
  explain(fullName: string, serviceName: string | undefined): ApplicationException {
    const [prefix, bare] = splitName(fullName);
    const name = shorten(fullName);
    const method = shorten(bare);
    const service = serviceName || prefix;
    if (service === '') {
      if (this.#options.rejectMissingServiceName) {
        const message = `no service name for method ${name}`;
        return { type: ApplicationExceptionType.NO_SERVICE_NAME, message };
      }
      const known = [...this.#services.keys()].join(', ');
      const message = `unknown method ${name} (service ${known})`;
      return { type: ApplicationExceptionType.UNKNOWN_METHOD, message };
    }
    if (!this.#services.has(service)) {
      const message = `unknown service ${shorten(service)}, method ${method}`;
      return { type: ApplicationExceptionType.UNKNOWN_SERVICE, message };
    }
    const message = `unknown method ${method} (service ${shorten(service)})`;
    return { type: ApplicationExceptionType.UNKNOWN_METHOD, message };
  }

  /** What is being served now. */
  unfinished(kind: 'calls' | 'streams'): readonly AbortedCalls[] {
    return [...new Set(this.#routes.values())]
      .filter(({ inFlight }) => inFlight > 0)
      .filter(({ streamName }) => (streamName === undefined) === (kind === 'calls'))
      .map(({ service, method, inFlight }) => ({ service, method, count: inFlight }));
  }

  #add({ definition, handlers }: ServedService): void {
    if (this.#services.has(definition.name)) {
      throw new TypeError(
        `service ${definition.name} is served twice; give every service one set of handlers`,
      );
    }
    const routes = new Map<string, Route>();
    this.#services.set(definition.name, routes);
    for (const declared of Object.values(definition.methods)) {
      const { name } = declared;
      const handler = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
      if (handler === undefined) {
        throw new TypeError(`method ${name} of service ${definition.name} has no handler`);
      }
      const route = routeOf(definition, declared, handler);
      const fullName = `${definition.name}:${name}`;
      routes.set(name, route).set(fullName, route);
      this.#routes.set(fullName, route);
      this.#addBareName(route);
    }
  }

  #addBareName(route: Route): void {
    const { name } = route.method;
    const known = this.#routes.get(name);
    if (known === undefined) {
      this.#routes.set(name, route);
      return;
    }
    const owners = this.#ambiguous.get(name) ?? [known.service.name];
    this.#ambiguous.set(name, [...owners, route.service.name]);
    if (route.service.name === this.#options.fallbackService) {
      this.#routes.set(name, route);
    }
  }

  #checkFallback(): void {
    const { fallbackService } = this.#options;
    if (fallbackService !== undefined && !this.#services.has(fallbackService)) {
      const known = [...this.#services.keys()].join(', ');
      throw new TypeError(
        `fallbackService "${fallbackService}" is not served; name one of ${known}`,
      );
    }
  }

  /** Kitex does not start either: the order of the services would decide which one serves such a request. */
  #checkAmbiguous(): void {
    const { fallbackService, rejectMissingServiceName } = this.#options;
    if (rejectMissingServiceName) {
      return;
    }
    const open = [...this.#ambiguous].filter(
      ([, owners]) => fallbackService === undefined || !owners.includes(fallbackService),
    );
    if (open.length > 0) {
      const methods = open.map(([name, owners]) => `${name} (${owners.join(', ')})`).join(', ');
      throw new TypeError(
        `several services have methods of the same name: ${methods}; requests over Framed and Buffered name no service: ` +
          `name the service for them as fallbackService, or reject them with rejectMissingServiceName: true`,
      );
    }
  }
}

function routeOf(
  service: ServiceDefinition,
  method: MethodDefinition,
  handler: MethodHandler,
): Route {
  if (!isRequestMethod(method)) {
    const streamName = streamMethodName(method);
    return { service, method, handler, streamName, inFlight: 0 };
  }
  const name = new MessageName(method.name);
  const result = method.kind === 'unary' ? method.result : undefined;
  return { service, method, handler, result, name, inFlight: 0 };
}

/** The method of a multiplexed name: callers that put the service before it expect a reply without it. */
export function bareName(name: string): string {
  return splitName(name)[1];
}

/** Service and method of a multiplexed name; the service is empty for a bare one. */
function splitName(name: string): [service: string, method: string] {
  const colon = name.indexOf(':');
  return colon === -1 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

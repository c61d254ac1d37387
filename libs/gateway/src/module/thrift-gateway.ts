import { Inject, Injectable, Logger, type OnModuleInit, StreamableFile } from '@nestjs/common';
import { HttpAdapterHost, ModuleRef } from '@nestjs/core';
import {
  type HttpStatuses,
  type ServerStream,
  THRIFT_HTTP_STATUSES,
  ThriftRpcError,
} from '@nestjs-thrift/microservice';
import type { OpenApiDocument, OpenApiOptions } from '@nestjs-thrift/codegen/openapi';
import { CallbackReport, resolveOptions } from '@nestjs-thrift/transport/internal';
import { type Answer, JSON_TYPE } from '../answer/answer.js';
import { businessCodes } from '../answer/error-enums.js';
import { ErrorRenderer, type ErrorOptions } from '../answer/error-renderer.js';
import { type JsonWriter, JsonWriters } from '../answer/json-writers.js';
import { messageWriter } from '../answer/message-writer.js';
import { ResultRenderer } from '../answer/result-renderer.js';
import { type BoundArguments, RequestBinder } from '../binding/request-binder.js';
import { ValueReaders } from '../values/value-readers.js';
import { refuse } from './bound-request.js';
import { CallMetadata } from './call-metadata.js';
import {
  GATEWAY_DEFINITION,
  GATEWAY_OPTIONS_TOKEN,
  type GatewayDefinition,
} from './gateway-definition.js';
import {
  GATEWAY_OPTIONS,
  type GatewaySettings,
  type ThriftGatewayOptions,
} from './gateway-options.js';
import { callOf, type GatewayMethod, methodOf } from './gateway-route.js';
import {
  type HttpReply,
  type HttpRequest,
  messageOf,
  responseOf,
  setHeaders,
} from './http-exchange.js';
import { HttpRouteObservers } from './http-route-observers.js';
import { i64RepresentationOf } from './i64-representation.js';
import { methodKey, type RouteSlot, thriftRoute, type ThriftRoute } from './route-slot.js';
import { clientOf, requireControllers, requireRawBody, warnOfCors } from './start-checks.js';
import { streamAnswer } from './stream-answer.js';
import { argumentsCheck } from './validate-arguments.js';

/**
 * What a document says in addition to its routes: title, version, description, servers, the prefix of the application, and which
 * authentication its guards require.
 */
export type GatewayOpenApiOptions = Pick<
  OpenApiOptions,
  'title' | 'version' | 'description' | 'servers' | 'prefix' | 'security' | 'securitySchemes'
>;

/** The gateway of an application: what its generated handlers do. */
@Injectable()
export class ThriftGateway implements OnModuleInit {
  /** The routes that are served, in the order of their registration. */
  readonly routes: readonly ThriftRoute[];
  readonly #definition: GatewayDefinition;
  readonly #settings: GatewaySettings;
  readonly #metadata: CallMetadata;
  readonly #methods = new Map<RouteSlot, GatewayMethod>();
  /** Where an error came from, until a filter asks. */
  readonly #failed = new WeakMap<object, GatewayMethod>();
  readonly #logger = new Logger(ThriftGateway.name);
  readonly #failures = new CallbackReport('the logger');
  readonly #remarks = new Map<string, CallbackReport>();
  #observers: HttpRouteObservers | undefined;

  /** @throws TypeError that names every wrong option. */
  constructor(
    @Inject(GATEWAY_DEFINITION) definition: GatewayDefinition,
    @Inject(GATEWAY_OPTIONS_TOKEN) options: ThriftGatewayOptions,
    private readonly moduleRef: ModuleRef,
    adapterHost: HttpAdapterHost,
  ) {
    this.#definition = definition;
    this.routes = definition.slots.map(({ route }) => thriftRoute(route));
    this.#settings = resolveOptions('gateway', GATEWAY_OPTIONS, options);
    this.#metadata = new CallMetadata(this.#settings);
    this.#bindSlots();
    requireRawBody(adapterHost.httpAdapter, definition.slots);
    warnOfCors(adapterHost.httpAdapter, definition.slots, this.#logger);
  }

  /**
   * Generates the OpenAPI 3.1 document of the routes, methods that `override` leaves to controllers aside. The generator is loaded
   * with the first one.
   *
   * @example
   * SwaggerModule.setup('docs', app, (await app.get(ThriftGateway).openApi({ title: 'Users' })) as never);
   */
  async openApi(options: GatewayOpenApiOptions = {}): Promise<OpenApiDocument> {
    const { generateOpenApi } = await import('@nestjs-thrift/codegen/openapi');
    const { schema, clients, override, expose } = this.#definition;
    return generateOpenApi(schema, {
      ...options,
      services: clients.map(({ name }) => name),
      without: Object.keys(override),
      expose,
      i64: this.#settings.i64,
      problemDetails: this.#settings.problemDetails,
      statuses: this.#statuses(),
    });
  }

  /** How requests and answers are mapped. @internal */
  get settings(): GatewaySettings {
    return this.#settings;
  }

  /** Finds the clients. @throws Error for a client that no module registers, and for an override that none serves. */
  onModuleInit(): void {
    const { schema, slots, override } = this.#definition;
    const { i64, cookies = {}, baseResp } = this.#settings;
    const writers = new JsonWriters(schema, i64);
    const results = { cookies, baseRespStatus: baseResp?.nonZero };
    const errors: ErrorOptions = {
      cookies,
      statuses: this.#statuses(),
      businessCodes: businessCodes(schema, this.#settings.errorEnums ?? []),
      problemDetails: this.#settings.problemDetails,
    };
    for (const slot of slots) {
      const { service, method } = slot.route;
      const parameters = method.parameters.map(({ name }) => name);
      this.#methods.set(slot, {
        writeMessage:
          method.stream === 'server' && method.returns !== undefined
            ? messageWriter(method.returns, schema, writers)
            : undefined,
        call: callOf(
          clientOf(this.moduleRef, this.#definition, service),
          service,
          method.name,
          parameters,
        ),
        results: new ResultRenderer(method, schema, writers, results),
        errors: new ErrorRenderer(method, schema, writers, errors),
      });
    }
    requireControllers(this.moduleRef, override);
    this.#observers = new HttpRouteObservers(this.moduleRef);
  }

  /** Calls the method of a route and sends its result. @internal */
  async handle(
    slot: RouteSlot,
    args: BoundArguments,
    request: HttpRequest,
    reply: HttpReply,
  ): Promise<unknown> {
    const method = this.#methods.get(slot);
    if (method === undefined) {
      throw new Error(`${methodKey(slot.route)} was called before the application was initialized`);
    }
    this.#observers?.routed(slot, request);
    const response = responseOf(reply);
    const cancellation = new AbortController();
    const cancel = () => cancellation.abort();
    // Once the response is closed its result has no reader; after the answer the call has ended, and cancelling does nothing.
    response.once('close', cancel);
    try {
      const outcome = this.#call(slot, method, args, request, reply, cancellation.signal);
      if (method.writeMessage !== undefined) {
        const stream = outcome as ServerStream<unknown>;
        return await this.#sendStream(method, method.writeMessage, stream, request, reply);
      }
      const result = await outcome;
      response.off('close', cancel);
      return this.#send(method.results.render(result, this.#remarkOn(slot)), reply);
    } catch (error) {
      response.off('close', cancel);
      this.#failed.set(request, method);
      return refuse(error, slot);
    }
  }

  /** The answer for an error that a call for a request rejected with. @internal */
  errorAnswer(error: Error, request: HttpRequest): Answer | undefined {
    return this.#failed.get(request)?.errors.render(error, (message) => this.#logger.warn(message));
  }

  #call(
    { route }: RouteSlot,
    method: GatewayMethod,
    args: BoundArguments,
    request: HttpRequest,
    reply: HttpReply,
    signal: AbortSignal,
  ): unknown {
    if (route.method.stream !== undefined) {
      return method.call(args, this.#metadata.streamOptionsFor(messageOf(request), signal));
    }
    const options = this.#metadata.optionsFor(messageOf(request), signal);
    if (this.#metadata.readsBackward) {
      options.onBackwardMetadata = (values) => setHeaders(reply, this.#metadata.headersOf(values));
    }
    return method.call(args, options);
  }

  #sendStream(
    method: GatewayMethod,
    write: JsonWriter,
    stream: ServerStream<unknown>,
    request: HttpRequest,
    reply: HttpReply,
  ): Promise<unknown> {
    const { readsBackward } = this.#metadata;
    return streamAnswer(stream, request, reply, {
      firstItemMs: this.#settings.firstItemMs,
      headersOf: readsBackward ? (values) => this.#metadata.headersOf(values) : undefined,
      write,
      writeError: (error) => this.#streamFailure(method, error),
    });
  }

  /** The body that an error would have had before the response began. */
  #streamFailure({ errors }: GatewayMethod, error: unknown): string {
    const { status, body } = errors.render(error as Error, (line) => this.#logger.warn(line));
    if (error instanceof ThriftRpcError) {
      this.logFailure(error, status);
    }
    return String(body ?? JSON.stringify({ statusCode: status }));
  }

  /** Logs a failure that its caller gets no text of. A caller that left is none. @internal */
  logFailure(error: ThriftRpcError, status: number): void {
    this.#failures.run(() => {
      if (error.code === 'CANCELLED') {
        // log debug: The client of an HTTP request left before the reply.
        this.#logger.debug(`${status}: ${error.message}`);
      } else {
        this.#logger.error(error);
      }
    });
  }

  #bindSlots(): void {
    const { schema, clients, i64 } = this.#definition;
    const { binary, unknownFields, bodyFallback } = this.#settings;
    for (const { name, service } of clients) {
      const options = {
        binary,
        unknownFields,
        bodyFallback,
        i64: i64RepresentationOf(service, i64),
      };
      const readers = new ValueReaders(schema, options);
      for (const slot of this.#definition.slots.filter(({ route }) => route.service === name)) {
        const { method } = slot.route;
        slot.binder = new RequestBinder(method, schema, readers, options);
        slot.check = argumentsCheck(methodOf(service, method.name));
        slot.settings = this.#settings;
      }
    }
  }

  /** Text goes out as it is; bytes need a stream, for Express would write an object of numbers. */
  #send({ status, headers, body }: Answer, reply: HttpReply): unknown {
    reply.status(status);
    setHeaders(reply, headers);
    if (body instanceof Uint8Array) {
      const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
      return new StreamableFile(body, { type, length: body.length });
    }
    const isObject = this.#settings.i64 === 'string' && headers.at(-1)?.[1] === JSON_TYPE;
    return isObject && body !== undefined && body.startsWith('{') ? JSON.parse(body) : body;
  }

  #statuses(): HttpStatuses {
    try {
      return this.moduleRef.get<HttpStatuses>(THRIFT_HTTP_STATUSES, { strict: false });
    } catch {
      return {};
    }
  }

  #remarkOn({ route }: RouteSlot): (message: string) => void {
    return (message) => {
      const key = methodKey(route);
      const report =
        this.#remarks.get(key) ??
        new CallbackReport(`the result of ${key}`, (line) => this.#logger.warn(line));
      this.#remarks.set(key, report);
      report.threw(new Error(message));
    };
  }
}

import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { governMethod, originalOf } from '../governance/govern-method.js';
import { mayStream, observableStream } from '../stream/stream-handler.js';
import {
  type ControllerClass,
  HANDLER_BINDING,
  type HandlerBinding,
  patternOf,
} from './handler-binding.js';

/**
 * Names that Nest keeps its metadata under. It exports them for itself alone; a test holds them against the
 * installed version.
 */
export const NEST_METADATA = {
  /** Of a class and a method: what the parameter decorators said. */
  parameterDecorators: '__routeArguments__',
  /** Of a class or a method: its exception filters. */
  exceptionFilters: '__exceptionFilters__',
  /** Of a class or a method: its guards, interceptors and pipes. */
  guards: '__guards__',
  interceptors: '__interceptors__',
  pipes: '__pipes__',
  /** Of a function: the patterns it handles. */
  pattern: 'microservices:pattern',
} as const;

/**
 * Identifies this transport in Nest. Its handlers are bound to Thrift servers alone, so a hybrid
 * application does not offer them over its other transports.
 */
export const THRIFT_TRANSPORT = Symbol.for('nestjs-thrift');

type Callback = (this: unknown, ...args: unknown[]) => unknown;

/** Declares one method of a controller class as the handler of a method of the service. */
export function bindMethod(
  controller: ControllerClass,
  key: string,
  service: ServiceDefinition | string,
  method: string,
): void {
  const prototype = controller.prototype as Record<string, Callback>;
  if (!Object.hasOwn(prototype, key)) {
    ownInheritedMethod(prototype, key);
  }
  if (mayStream(service, method)) {
    observableStream(prototype, key);
  }
  const handler = `${controller.name}.${key}`;
  const takesContext = passContextByDefault(controller, key);
  rejectIgnoredSchemas(controller, key, handler);
  const binding: HandlerBinding = { service, method, handler, controller, key, takesContext };
  const descriptor = Object.getOwnPropertyDescriptor(prototype, key)!;
  const extras = { [HANDLER_BINDING]: binding };
  MessagePattern(patternOf(service, method), THRIFT_TRANSPORT, extras)(prototype, key, descriptor);
}

/** Nest keeps patterns on the function, so classes that inherit one function would fight over its pattern. */
function ownInheritedMethod(prototype: Record<string, Callback>, key: string): void {
  const inherited = prototype[key]!;
  const original = originalOf(inherited);
  if (original !== undefined) {
    // Separate policies, because those of the class may differ.
    const value = governMethod(prototype, key, original, inherited);
    Object.defineProperty(prototype, key, { value, writable: true, configurable: true });
    return;
  }
  const own: Callback = function (...args) {
    return inherited.apply(this, args);
  };
  for (const metadataKey of Reflect.getMetadataKeys(inherited)) {
    Reflect.defineMetadata(metadataKey, Reflect.getMetadata(metadataKey, inherited), own);
  }
  Object.defineProperty(own, 'name', { value: key });
  Object.defineProperty(own, 'length', { value: inherited.length });
  Object.defineProperty(prototype, key, { value: own, writable: true, configurable: true });
}

interface Parameter {
  readonly pipes: readonly (object & { readonly schema?: unknown; readonly transform?: unknown })[];
}

/** Nest 11 takes the options of a parameter for a pipe, and ignores it because it has no `transform`. */
function rejectIgnoredSchemas(controller: ControllerClass, key: string, handler: string): void {
  const parameters = Object.values(
    Reflect.getMetadata(NEST_METADATA.parameterDecorators, controller, key) as Record<
      string,
      Parameter
    >,
  );
  for (const pipe of parameters.flatMap(({ pipes }) => pipes)) {
    if (pipe.schema !== undefined && pipe.transform === undefined && typeof pipe !== 'function') {
      throw new TypeError(
        `${handler}: @Payload({ schema }) needs Nest 12; on Nest 11 write @Payload(new ThriftValidationPipe({ schema }))`,
      );
    }
  }
}

/**
 * Nest gives an undecorated handler of a custom transport its payload alone. One that declares a single parameter has no
 * use for more, and is spared what every further parameter costs in Nest: two promises a call.
 *
 * @returns whether the handler gets the context; `undefined` if its decorators require it.
 */
function passContextByDefault(controller: ControllerClass, key: string): boolean | undefined {
  if (Reflect.hasMetadata(NEST_METADATA.parameterDecorators, controller, key)) {
    return undefined;
  }
  Payload()(controller.prototype as object, key, 0);
  const { length } = (controller.prototype as Record<string, Callback>)[key]!;
  if (length !== 1) {
    Ctx()(controller.prototype as object, key, 1);
  }
  return length !== 1;
}

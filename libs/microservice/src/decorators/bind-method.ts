import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { THRIFT_TRANSPORT } from './transport-id.js';
import { governMethod, originalOf } from '../governance/govern-method.js';
import {
  type ControllerClass,
  HANDLER_BINDING,
  type HandlerBinding,
  patternOf,
} from './handler-binding.js';
import { NEST_METADATA } from './nest-metadata.js';

type Callback = (this: unknown, ...args: unknown[]) => unknown;

/** Declares one method of a controller class as the handler of a method of the service. */
export function bindMethod(
  controller: ControllerClass,
  key: string,
  service: ServiceDefinition | string,
  method: string,
): void {
  const prototype = controller.prototype as Record<string, Callback>;
  if (!Object.hasOwn(prototype, key)) ownInheritedMethod(prototype, key);
  const takesContext = passContextByDefault(controller, key);
  const handler = `${controller.name}.${key}`;
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
    // Policies of its own, as those of the class may differ.
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

/**
 * Nest gives an undecorated handler of a custom transport its payload alone. One that declares a single parameter has no
 * use for more, and is spared what every further parameter costs in Nest: two promises a call.
 *
 * @returns whether the handler gets the context; `undefined` if its decorators say so.
 */
function passContextByDefault(controller: ControllerClass, key: string): boolean | undefined {
  if (Reflect.hasMetadata(NEST_METADATA.parameterDecorators, controller, key)) return undefined;
  Payload()(controller.prototype as object, key, 0);
  const { length } = (controller.prototype as Record<string, Callback>)[key]!;
  if (length !== 1) Ctx()(controller.prototype as object, key, 1);
  return length !== 1;
}

import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { MessageHandler } from '@nestjs/microservices';
import {
  type HandlerBinding,
  bindingOf,
  patternOf,
  serviceName,
} from '../decorators/handler-binding.js';

/** A handler Nest registered for a pattern that already had one. */
export interface DuplicateHandler {
  readonly pattern: string;
  /** `Class.method` of both, as far as known. */
  readonly handlers: readonly [string, string];
}

/** Names a handler in messages. */
export function handlerName(extras: object | undefined): string {
  return bindingOf(extras)?.handler ?? 'a handler declared by its pattern';
}

/** The services that registered handlers were declared for, each once, in the order of registration. */
export function boundServices(
  handlers: ReadonlyMap<string, MessageHandler>,
): (ServiceDefinition | string)[] {
  const services = new Map<string, ServiceDefinition | string>();
  for (const binding of bindings(handlers)) {
    const name = serviceName(binding.service);
    if (!services.has(name) || typeof binding.service !== 'string') {
      services.set(name, binding.service);
    }
  }
  return [...services.values()];
}

/**
 * Makes sure that every method of every service has one handler.
 *
 * @throws Error that names everything wrong at once: methods without a handler, with two, and handlers of methods the
 *   service does not have.
 */
export function checkHandlers(
  services: readonly ServiceDefinition[],
  handlers: ReadonlyMap<string, MessageHandler>,
  duplicates: readonly DuplicateHandler[],
): void {
  const problems = [
    ...servedTwice(services),
    ...missing(services, handlers),
    ...doubled(services, duplicates),
    ...unknown(services, handlers),
  ];
  if (problems.length > 0) {
    throw new Error(`cannot serve Thrift: ${problems.join('; ')}`);
  }
}

function servedTwice(services: readonly ServiceDefinition[]): string[] {
  const names = services.map(({ name }) => name);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${name} is served twice`);
}

function missing(
  services: readonly ServiceDefinition[],
  handlers: ReadonlyMap<string, MessageHandler>,
): string[] {
  return patternsOf(services)
    .filter((pattern) => !handlers.has(pattern))
    .map((pattern) => `${pattern} has no handler`);
}

function doubled(
  services: readonly ServiceDefinition[],
  duplicates: readonly DuplicateHandler[],
): string[] {
  const served = new Set(patternsOf(services));
  return duplicates
    .filter(({ pattern }) => served.has(pattern))
    .map(({ pattern, handlers }) => `${pattern} has two handlers: ${handlers.join(', ')}`);
}

function unknown(
  services: readonly ServiceDefinition[],
  handlers: ReadonlyMap<string, MessageHandler>,
): string[] {
  const known = new Set(patternsOf(services));
  const served = new Set(services.map(({ name }) => name));
  return bindings(handlers)
    .filter(({ service }) => served.has(serviceName(service)))
    .map(({ service, method, handler }) => ({ pattern: patternOf(service, method), handler }))
    .filter(({ pattern }) => !known.has(pattern))
    .map(({ pattern, handler }) => `${handler} is decorated for ${pattern}, which the IDL lacks`);
}

function patternsOf(services: readonly ServiceDefinition[]): string[] {
  return services.flatMap((service) =>
    Object.keys(service.methods).map((method) => patternOf(service, method)),
  );
}

function bindings(handlers: ReadonlyMap<string, MessageHandler>): HandlerBinding[] {
  return [...handlers.values()].flatMap((handler) => bindingOf(handler.extras) ?? []);
}

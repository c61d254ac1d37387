import type { MessageHandler } from '@nestjs/microservices';
import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import type { MethodHandler, ServedService } from '@nestjs-thrift/transport';
import { payloadReader } from '../client/payload.js';
import { ThriftContext } from '../context/thrift-context.js';
import { bindingOf, patternOf } from '../decorators/handler-binding.js';
import type { BareHandler, BareHandlers } from './bare-handlers.js';
import { settle, settleBare } from './settle.js';

/** The hooks of the server, asked at each request: instrumentation may set them late. */
export interface HookedServer {
  isHooked(): boolean;
  betweenHooks(context: ThriftContext, handle: () => unknown): Promise<unknown>;
}

/**
 * Gives each method of a service the handler that Nest registered for it, called directly where nothing is bound around it.
 *
 * @param handlers have one for every method.
 */
export function servedService(
  definition: ServiceDefinition,
  handlers: ReadonlyMap<string, MessageHandler>,
  bareHandlers: BareHandlers | undefined,
  server: HookedServer,
): ServedService {
  const served: Record<string, MethodHandler> = {};
  for (const method of Object.values(definition.methods)) {
    const handler = handlers.get(patternOf(definition, method.name))!;
    const binding = bindingOf(handler.extras);
    const bare = binding && bareHandlers?.find(binding);
    served[method.name] = bare
      ? callDirectly(method, bare, server)
      : callThroughNest(method, handler, server);
  }
  return { definition, handlers: served };
}

function callDirectly(
  method: MethodDefinition,
  handler: BareHandler,
  server: HookedServer,
): MethodHandler {
  const payloadOf = payloadReader(method);
  return (args, call) => {
    const data = payloadOf(args);
    return server.isHooked()
      ? server.betweenHooks(new ThriftContext(call), () => settleBare(handler, data, call))
      : settleBare(handler, data, call);
  };
}

function callThroughNest(
  method: MethodDefinition,
  handler: MessageHandler,
  server: HookedServer,
): MethodHandler {
  const payloadOf = payloadReader(method);
  return (args, call) => {
    const data = payloadOf(args);
    const context = new ThriftContext(call);
    return server.isHooked()
      ? server.betweenHooks(context, () => settle(handler, data, context))
      : settle(handler, data, context);
  };
}

import type { MessageHandler } from '@nestjs/microservices';
import type { MethodDefinition, ServiceDefinition, StreamMethod } from '@nestjs-thrift/codec';
import type { IncomingCall, MethodHandler, ServedService } from '@nestjs-thrift/transport';
import { payloadReader } from '../client/payload.js';
import { ThriftContext } from '../context/thrift-context.js';
import { ThriftStreamContext } from '../context/thrift-stream-context.js';
import { bindingOf, patternOf } from '../decorators/handler-binding.js';
import type { BareHandler, BareHandlers } from './bare-handlers.js';
import { settle, settleBare, settleBareMessages, settleMessages } from './settle.js';

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
    if (method.kind === 'unary' || method.kind === 'oneway') {
      const bare = binding && bareHandlers?.find(binding);
      served[method.name] = bare
        ? callDirectly(method, bare, server)
        : callThroughNest(method, handler, server);
    } else {
      const bare = binding && bareHandlers?.find(binding, streamContext);
      served[method.name] = serveStream(method, handler, bare, server);
    }
  }
  return { definition, handlers: served };
}

function streamContext(call: IncomingCall): ThriftStreamContext {
  return new ThriftStreamContext(call);
}

/** A method whose handler returns one value answers as a unary one; the others return their messages. */
function serveStream(
  method: StreamMethod,
  handler: MessageHandler,
  bare: BareHandler | undefined,
  server: HookedServer,
): MethodHandler {
  const payloadOf = payloadReader(method);
  const sendsOne = method.kind === 'client';
  const direct = sendsOne ? settleBare : settleBareMessages;
  const throughNest = sendsOne ? settle : settleMessages;
  return (args, call) => {
    const data = payloadOf(args);
    const context = streamContext(call);
    const handle = (): unknown =>
      bare === undefined ? throughNest(handler, data, context) : direct(bare, data, call);
    return server.isHooked() ? server.betweenHooks(context, handle) : handle();
  };
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

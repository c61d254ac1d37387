import type { ReadPacket, WritePacket } from '@nestjs/microservices';
import { invokeUntilCancelled, startForSubscriber } from './cancellable-call.js';
import type { CallRoute, ClientServices, Route } from './client-services.js';
import { readPatternData } from './payload.js';
import { openForSubscriber } from './subscribed-stream.js';

/**
 * Makes the call, or opens the stream, that a pattern stands for, for a subscriber of Nest.
 *
 * @returns the function that Nest calls when the subscriber leaves.
 */
export function publishTo(
  services: ClientServices,
  { pattern, data }: ReadPacket,
  callback: (packet: WritePacket) => void,
): () => void {
  let route: Route;
  try {
    route = services.route(pattern);
  } catch (err) {
    callback({ err });
    return () => undefined;
  }
  if ('open' in route) {
    return openForSubscriber(route, data, callback);
  }
  const called = route;
  return startForSubscriber((cancellation) => call(called, data, cancellation), callback);
}

async function call(
  { method, invoke }: CallRoute,
  data: unknown,
  cancellation: AbortController,
): Promise<unknown> {
  const { args, options } = readPatternData(method, data);
  return invokeUntilCancelled(invoke, args, options, cancellation);
}

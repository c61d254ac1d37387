import { mediaTypeOf } from '../request/media-type.js';
import { linesOf } from '../request/json-lines.js';
import { UnsupportedMediaTypeError } from '../request/request-body.js';
import { NDJSON_TYPE } from '../stream/stream-format.js';
import { InvalidRequestError } from '../values/binding-run.js';
import type { BoundArguments, RequestBinder } from '../binding/request-binder.js';
import { bodyChunks, type HttpRequest, messageOf, unboundRequest } from './http-exchange.js';
import type { RouteSlot } from './route-slot.js';

/** The messages that the lines of a body stand for. The next line is read when the service takes the next message. */
export function boundMessages(
  slot: RouteSlot,
  binder: RequestBinder,
  request: HttpRequest,
  maxBytes: number,
): AsyncGenerator<unknown> {
  const { name } = mediaTypeOf(messageOf(request).headers['content-type']);
  if (name !== '' && name !== NDJSON_TYPE) {
    throw new UnsupportedMediaTypeError(name, NDJSON_TYPE);
  }
  return messages(slot, binder, request, maxBytes);
}

async function* messages(
  slot: RouteSlot,
  binder: RequestBinder,
  request: HttpRequest,
  maxBytes: number,
): AsyncGenerator<unknown> {
  const unbound = unboundRequest(request, slot);
  let number = 0;
  for await (const line of linesOf(bodyChunks(request), maxBytes)) {
    number += 1;
    yield messageFrom(() => {
      const args = binder.bindLine(unbound, line);
      slot.check?.(args);
      return args;
    }, number);
  }
}

function messageFrom(bind: () => BoundArguments, number: number): unknown {
  try {
    const [message] = Object.values(bind());
    return message;
  } catch (error) {
    throw error instanceof InvalidRequestError ? error.within(`line ${number}`) : error;
  }
}

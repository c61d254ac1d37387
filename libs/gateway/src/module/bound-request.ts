import {
  BadRequestException,
  createParamDecorator,
  type ExecutionContext,
  PayloadTooLargeException,
  UnsupportedMediaTypeException,
} from '@nestjs/common';
import type { BoundArguments } from '../binding/request-binder.js';
import { LineTooLongError } from '../request/json-lines.js';
import { UnsupportedMediaTypeError } from '../request/request-body.js';
import { InvalidRequestError } from '../values/binding-run.js';
import { boundMessages } from './bound-messages.js';
import { bodyOf, type HttpRequest, unboundRequest } from './http-exchange.js';
import { ProblemException } from './problem.exception.js';
import type { RouteSlot } from './route-slot.js';

/** The arguments that a request stands for, as a parameter of a handler: pipes get them as a custom parameter. */
export const BoundRequest = createParamDecorator(bindRequest);

function bindRequest(slot: RouteSlot, context: ExecutionContext): unknown {
  const http = context.switchToHttp();
  try {
    const bound = bind(slot, http.getRequest<HttpRequest>());
    return bound instanceof Promise ? bound.catch((error: unknown) => refuse(error, slot)) : bound;
  } catch (error) {
    return refuse(error, slot);
  }
}

function bind(slot: RouteSlot, request: HttpRequest): BoundArguments | Promise<BoundArguments> {
  const { binder, settings } = slot;
  if (binder === undefined || settings === undefined) {
    throw new Error('the gateway is not initialized');
  }
  const { stream, parameters } = slot.route.method;
  if (stream === 'client') {
    const messages = boundMessages(slot, binder, request, settings.maxBodyBytes);
    return { [parameters[0]?.name ?? '']: messages };
  }
  const unbound = unboundRequest(request, slot);
  const bytes = binder.needsBody(unbound.verb) ? bodyOf(request, settings.maxBodyBytes) : undefined;
  const bound =
    bytes instanceof Promise
      ? bytes.then((read) => binder.bind(unbound, read))
      : binder.bind(unbound, bytes);
  return bound instanceof Promise
    ? bound.then((args) => checked(slot, args))
    : checked(slot, bound);
}

function checked({ check }: RouteSlot, args: BoundArguments): BoundArguments {
  check?.(args);
  return args;
}

/** Throws what Nest answers with. */
export function refuse(error: unknown, { settings }: RouteSlot): never {
  if (error instanceof UnsupportedMediaTypeError) {
    throw new UnsupportedMediaTypeException(error.message);
  }
  if (error instanceof LineTooLongError) {
    throw new PayloadTooLargeException(error.message);
  }
  if (!(error instanceof InvalidRequestError)) {
    throw error;
  }
  const { message, problems } = error;
  const extra = Object.fromEntries(problems.map((problem) => [problem.place, problem.message]));
  if (settings?.problemDetails !== true) {
    throw new BadRequestException({ statusCode: 400, error: 'Bad Request', message, extra });
  }
  throw new ProblemException({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: message,
    violations: extra,
  });
}

import type { MessageHandler } from '@nestjs/microservices';
import { NEST_METADATA } from '../decorators/bind-method.js';
import { bindingOf, type HandlerBinding } from '../decorators/handler-binding.js';

interface Parameter {
  readonly schema?: unknown;
  readonly pipes: readonly unknown[];
}

/**
 * Makes sure that `@Payload({ schema })` validates: without a pipe around the handler the schema is never read.
 *
 * @param globalPipes whether the application has pipes for all handlers; any of them may read schemas.
 * @throws Error that names each handler whose schema is not read.
 */
export function checkSchemas(handlers: Iterable<MessageHandler>, globalPipes: boolean): void {
  if (globalPipes) {
    return;
  }
  const unread = [...handlers]
    .map(({ extras }) => bindingOf(extras))
    .filter((binding) => binding !== undefined && hasUnreadSchema(binding))
    .map((binding) => binding!.handler);
  if (unread.length > 0) {
    throw new Error(
      `the schema of @Payload({ schema }) is not read in ${unread.join(', ')}: add app.useGlobalPipes(new ThriftValidationPipe())`,
    );
  }
}

function hasUnreadSchema({ controller, key }: HandlerBinding): boolean {
  const method = (controller.prototype as Record<string, object>)[key]!;
  if (hasPipes(controller) || hasPipes(method)) {
    return false;
  }
  const parameters = Reflect.getMetadata(NEST_METADATA.parameterDecorators, controller, key) as
    Record<string, Parameter> | undefined;
  return Object.values(parameters ?? {}).some(
    ({ schema, pipes }) => schema !== undefined && pipes.length === 0,
  );
}

function hasPipes(target: object): boolean {
  const pipes = (Reflect.getMetadata(NEST_METADATA.pipes, target) ?? []) as unknown[];
  return pipes.length > 0;
}

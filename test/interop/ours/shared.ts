import type { MethodHandler } from '@nestjs-thrift/transport';

type Handlers = Readonly<Record<string, MethodHandler>>;

/** Serves Orders. */
export const orderHandlers: Handlers = {
  owner: ({ id }) => `order ${id as number}`,
};

/** Serves Stock, which has a method of the same name. */
export const stockHandlers: Handlers = {
  owner: ({ article }) => `stock ${article as string}`,
  left: ({ article }) => (article as string).length,
};

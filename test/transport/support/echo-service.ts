import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import type { MethodHandler, ServedService } from '@nestjs-thrift/transport';

const schema = compileSchema(
  loadSchemaFromText(`
    exception Failure { 1: string reason, 2: i32 code }

    struct Node { 1: optional Node child, 2: optional string label }

    struct Strict { 1: required string must }

    service Base {
      string where()
    }

    service Echo extends Base {
      string echo(1: string text) throws (1: Failure failure)
      void ping()
      oneway void fire(1: string text)
      i32 add(1: i32 left, 2: i32 right)
      Node nest(1: Node node)
      list<string> tags(1: list<string> tags)
      map<string, i32> counts(1: map<string, i32> counts)
      bool strict(1: Strict value)
    }

    service Other extends Base {
      string other(1: string text)
    }
  `),
);

export const Echo = schema.service('Echo');
export const Other = schema.service('Other');
export const Failure = schema.exception('Failure');

/** Handlers of the Echo service; what a test needs otherwise it gives. */
export function echoService(overrides: Record<string, MethodHandler> = {}): ServedService {
  return {
    definition: Echo,
    handlers: {
      where: () => 'Echo',
      echo: ({ text }) => text,
      ping: () => undefined,
      fire: () => undefined,
      add: ({ left, right }) => Number(left) + Number(right),
      nest: ({ node }) => node,
      tags: ({ tags }) => tags,
      counts: ({ counts }) => counts,
      strict: () => true,
      ...overrides,
    },
  };
}

export const otherService: ServedService = {
  definition: Other,
  handlers: { where: () => 'Other', other: ({ text }) => text },
};

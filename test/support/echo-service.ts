import type { ThriftException } from '@nestjs-thrift/codec';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import type { CallOptions, MethodHandler, ServedService } from '@nestjs-thrift/transport';

const schema = compileSchema(
  loadSchemaFromText(
    `exception Failure { 1: string reason, 2: i32 code }

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
    }`,
    { file: 'echo.thrift' },
  ),
);

/** What tests call of Echo through a typed client. */
export interface EchoClient {
  echo(text: string, options?: CallOptions): Promise<string>;
  ping(options?: CallOptions): Promise<void>;
  fire(text: string, options?: CallOptions): Promise<void>;
  add(left: number, right: number, options?: CallOptions): Promise<number>;
  tags(tags: readonly string[], options?: CallOptions): Promise<string[]>;
  counts(
    counts: Readonly<Record<string, number>>,
    options?: CallOptions,
  ): Promise<Record<string, number>>;
}

export const Echo = schema.service<EchoClient>('Echo');
export const Other = schema.service('Other');

/** Declared by `echo`. */
export const Failure = schema.exception('Failure') as unknown as new (fields: {
  readonly reason: string;
  readonly code?: number;
}) => ThriftException & { readonly reason: string; readonly code?: number };

/** Echo with handlers that return their argument; a test overrides those it is about. */
export function echoService(
  overrides: Readonly<Record<string, MethodHandler>> = {},
): ServedService {
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

/** A second service, which inherits a method of the same name as Echo does. */
export const otherService: ServedService = {
  definition: Other,
  handlers: { where: () => 'Other', other: ({ text }) => text },
};

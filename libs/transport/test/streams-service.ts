import * as t from '@nestjs-thrift/codec/descriptor';

interface Text {
  value?: string;
}

const TextSchema: t.Struct<Text> = t.struct('Text', () => ({ value: t.optional(1, t.string) }));

/** What a generator would make of {@link Streams}. */
export interface StreamsClient {
  Say(text: string): Promise<string>;
  Note(text: string): Promise<void>;
  Watch(text: Text): Promise<unknown>;
}

/** A service with a unary method, a oneway method and one with a stream of the server. */
export const Streams = t.service<StreamsClient>('Streams', () => ({
  Say: { input: { text: t.field(1, t.string) }, output: t.string },
  Note: { kind: 'oneway', input: { text: t.field(1, t.string) } },
  Watch: { kind: 'server', input: { text: t.field(1, TextSchema) }, output: TextSchema },
}));

/** What is said of its stream. */
export const NOT_SUPPORTED_TEXT =
  'Streams.Watch has a stream (kind server), and streams are not supported yet: declare a unary or oneway method';

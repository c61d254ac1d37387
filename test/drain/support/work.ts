import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import type { CallOptions, ServerStream, StreamOptions } from '@nestjs-thrift/microservice';

const compiled = compileSchema(
  loadSchemaFromText(
    `struct WatchRequest {
       /** Whether the handler ends when its server drains. */
       1: required bool ends_with_drain
     }
     struct Tick {
       1: required string instance
       2: required i32 n
     }
     service Work {
       /** Answers with the text and the instance that did it, after a while. */
       string Do(1: string text, 2: i32 milliseconds)
       /** Never answers. */
       void Hang()
       /** Sends messages without end. */
       Tick Watch(1: WatchRequest request) (streaming.mode = "server")
     }`,
    { file: 'work.thrift' },
  ),
);

export interface WatchRequest {
  ends_with_drain: boolean;
}

export interface Tick {
  instance: string;
  n: number;
}

export interface WorkClient {
  Do(text: string, milliseconds: number, options?: CallOptions): Promise<string>;
  Hang(options?: CallOptions): Promise<void>;
  Watch(request: WatchRequest, options?: StreamOptions): ServerStream<Tick>;
}

export const Work = compiled.service<WorkClient>('Work');

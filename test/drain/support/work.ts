import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import type { CallOptions } from '@nestjs-thrift/microservice';

const compiled = compileSchema(
  loadSchemaFromText(
    `service Work {
       /** Answers with the text and the instance that did it, after a while. */
       string Do(1: string text, 2: i32 milliseconds)
       /** Never answers. */
       void Hang()
     }`,
    { file: 'work.thrift' },
  ),
);

export interface WorkClient {
  Do(text: string, milliseconds: number, options?: CallOptions): Promise<string>;
  Hang(options?: CallOptions): Promise<void>;
}

export const Work = compiled.service<WorkClient>('Work');

import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';

/** What the Nest server serves: a part of Target by the same names, so that the same neighbour can call it. */
export const NestTarget = compileSchema(
  loadSchemaFromText(
    `
    service Target {
      string echo(1: string text)
      /** A value every now and then, without an end. */
      i32 ticks()
      /** Lasts this long, and sees whether its signal aborts. */
      oneway void slowNote(1: i32 milliseconds)
      void fail()
    }
  `,
    { file: 'nest-target.thrift' },
  ),
).service('Target');

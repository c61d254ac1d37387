import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import type { CallOptions } from '@nestjs-thrift/transport';

export interface SoakClient {
  echo(payload: Buffer, options?: CallOptions): Promise<Buffer>;
  wait(ms: number, options?: CallOptions): Promise<void>;
  fill(bytes: number, options?: CallOptions): Promise<Buffer>;
  note(text: string, options?: CallOptions): Promise<void>;
}

/** What the servers of a soak serve. */
export const Soak = compileSchema(
  loadSchemaFromText(`
    service Soak {
      binary echo(1: binary payload)
      void wait(1: i32 ms)
      binary fill(1: i32 bytes)
      oneway void note(1: string text)
    }
  `),
).service<SoakClient>('Soak');

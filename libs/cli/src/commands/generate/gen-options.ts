import type { CodecProtocol } from '@nestjs-thrift/codec/compiler';

/** What the user asked of `gen`. */
export interface GenOptions {
  readonly out: string;
  readonly include: readonly string[];
  readonly i64: 'bigint' | 'number' | 'string';
  readonly invalidUtf8: 'replace' | 'error';
  readonly protocols: readonly CodecProtocol[];
  readonly validators?: true;
  readonly jsonSchema?: true;
  readonly watch?: true;
  readonly check?: true;
  readonly json?: true;
}

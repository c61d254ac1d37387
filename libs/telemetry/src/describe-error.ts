import { ThriftRpcError } from '@nestjs-thrift/codec';

/** Handlers may throw anything; `instanceof Error` also misses errors of other realms. */
interface Thrown {
  readonly name?: unknown;
  readonly message?: unknown;
}

/** What kind of error it is, of low cardinality: the code of one of ours, else the name of its class. */
export function errorType(error: unknown): string {
  if (error instanceof ThriftRpcError) return error.code;
  const name = (error as Thrown | null | undefined)?.name;
  return typeof name === 'string' && name !== '' ? name : '_OTHER';
}

/** What an error says. */
export function errorMessage(error: unknown): string {
  const message = (error as Thrown | null | undefined)?.message;
  return typeof message === 'string' ? message : String(error);
}

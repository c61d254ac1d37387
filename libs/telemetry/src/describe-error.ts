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
  if (typeof name !== 'string' || name === '') return '_OTHER';
  // Classes that leave the name of Error as it is, such as cockatiel's, are known by their constructor alone.
  return name === 'Error' ? (error as object).constructor.name || name : name;
}

/** What an error says. */
export function errorMessage(error: unknown): string {
  const message = (error as Thrown | null | undefined)?.message;
  return typeof message === 'string' ? message : String(error);
}

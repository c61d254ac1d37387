import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import {
  type CallOptions,
  ClientTransport,
  type ClientTransportOptions,
  type MethodHandler,
  ServerTransport,
  type ServerTransportOptions,
  createClient,
} from '@nestjs-thrift/transport';
import { cleanUp } from './cleanup.js';

const schema = compileSchema(
  loadSchemaFromText(
    `exception Refused { 1: required string message }
     service Echo {
       string Say(1: string text) throws (1: Refused refused)
       oneway void Note(1: string text)
     }`,
    { file: 'echo.thrift' },
  ),
);

export interface EchoClient {
  Say(text: string, options?: CallOptions): Promise<string>;
  Note(text: string, options?: CallOptions): Promise<void>;
}

export const Echo = schema.service<EchoClient>('Echo');
export const Refused = schema.exception('Refused') as unknown as new (fields: {
  message: string;
}) => Error;

/** Serves Echo on a free port until the test is over. */
export async function serveEcho(
  say: MethodHandler,
  options: ServerTransportOptions = {},
): Promise<{ server: ServerTransport; endpoint: string }> {
  const handlers = { Say: say, Note: () => undefined };
  const server = new ServerTransport([{ definition: Echo, handlers }], {
    host: '127.0.0.1',
    port: 0,
    ...options,
  });
  await server.listen();
  cleanUp(() => server.close());
  return { server, endpoint: server.address };
}

/** A client of Echo until the test is over. */
export function callEcho(
  endpoint: string,
  options: ClientTransportOptions = {},
): { echo: EchoClient; transport: ClientTransport } {
  const transport = new ClientTransport(options);
  cleanUp(() => transport.close());
  return { echo: createClient(Echo, { transport, endpoints: [endpoint] }), transport };
}

import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';
import { small } from '../../payloads.js';
import { expectSame, type Peer } from '../peer.js';

type ManyClient = Readonly<Record<string, (request: unknown) => Promise<unknown>>>;

/** A service of `count` methods, of which the last one is called, whatever the payload asked for. */
export function thriftWithMethods(count: number): Peer {
  const methods = Array.from(
    { length: count },
    (_, index) => `Counter Call${index}(1: Counter request)`,
  );
  const idl = `struct Counter { 1: required i64 value }\nservice Many { ${methods.join('\n')} }`;
  const service = compileSchema(
    loadSchemaFromText(idl, { file: 'many.thrift' }),
  ).service<ManyClient>('Many');
  const payload = small((value) => value);
  return {
    async startServer() {
      const echo = (args: { request?: unknown }) => args.request;
      const handlers = Object.fromEntries(Object.keys(service.methods).map((name) => [name, echo]));
      const server = new ServerTransport([{ definition: service, handlers }], {
        port: 0,
        host: '127.0.0.1',
      });
      await server.listen();
      return { port: Number(server.address.split(':').at(-1)), close: () => server.close() };
    },

    async connect(port) {
      const transport = new ClientTransport({ transport: 'Framed', connection: { mode: 'mux' } });
      const client = createClient(service, { transport, endpoints: [`127.0.0.1:${port}`] });
      const call = () => client[`Call${count - 1}`]!(payload);
      return {
        verify: async () => expectSame(await call(), payload),
        call,
        close: () => transport.close(),
      };
    },
  };
}

import type { ServiceDefinition, StructCodec } from '@nestjs-thrift/codec';
import type { FieldValues } from '@nestjs-thrift/codec/internal';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';
import { unaryMethod } from '#test/methods.js';
import { cleanUp } from '#test/cleanup.js';

interface EchoClient {
  echo(text: string): Promise<string>;
}

const METHODS = ['writeBinary', 'readBinary', 'writeCompact', 'readCompact'] as const;
const handlers = { echo: ({ text }: { text?: unknown }) => text };

function echoService(): ServiceDefinition<EchoClient> {
  const schema = loadSchemaFromText('service Echo { string echo(1: string text) }');
  return compileSchema(schema).service<EchoClient>('Echo');
}

/** Watches which methods of a codec are made. */
function watch(codec: StructCodec<FieldValues>): () => string[] {
  const before = { ...codec };
  return () => METHODS.filter((method) => codec[method] !== before[method]);
}

describe('the option compile', () => {
  it('makes what a server needs for both protocols when the server is made', () => {
    const definition = echoService();
    const { args, result } = unaryMethod(definition, 'echo');
    const [ofArgs, ofResult] = [watch(args), watch(result)];
    const served = [{ definition, handlers }];
    new ServerTransport(served, {});
    expect([ofArgs(), ofResult()]).toEqual([[], []]);
    new ServerTransport(served, { compile: 'at-start' });
    expect(ofArgs()).toEqual(['readBinary', 'readCompact']);
    expect(ofResult()).toEqual(['writeBinary', 'writeCompact']);
  });

  it('makes what a client needs for its protocol when the client of a service is made', async () => {
    const server = new ServerTransport([{ definition: echoService(), handlers }], {
      port: 0,
      host: '127.0.0.1',
    });
    await server.listen();
    cleanUp(() => server.close());
    const definition = echoService();
    const { args, result } = unaryMethod(definition, 'echo');
    const [ofArgs, ofResult] = [watch(args), watch(result)];
    const transport = new ClientTransport({ compile: 'at-start', protocol: 'compact' });
    cleanUp(() => transport.close());
    const client = createClient(definition, { transport, endpoints: [server.address] });
    expect([ofArgs(), ofResult()]).toEqual([['writeCompact'], ['readCompact']]);
    await expect(client.echo('a')).resolves.toBe('a');
  });

  it('is rejected with another value', () => {
    const options = { compile: 'now' as never };
    expect(() => new ClientTransport(options)).toThrow(
      /\.compile must be one of 'first-use', 'at-start'/,
    );
    expect(() => new ServerTransport([], options)).toThrow(
      /\.compile must be one of 'first-use', 'at-start'/,
    );
  });
});

import { type ServiceDefinition, ThriftException } from '@nestjs-thrift/codec';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText, type Schema } from '@nestjs-thrift/idl';
import {
  BizStatusError,
  ClientTransport,
  type ClientTransportOptions,
  createClient,
  type DuplexStream,
  RemoteError,
  type ServerStream,
  ServerTransport,
  type StreamOptions,
} from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { GeneratedFolder } from '#test/generated-folder.js';
import { exceptionMessage, FrameCollector } from '#test/raw-streams.js';
import { serveRaw } from '#test/raw-server.js';
import { generated } from '../../libs/cli/test/support/generate.js';

const IDL = `
struct Message { 1: required string text }
exception NotFound { 1: required string name 2: optional i64 id 3: optional list<Message> near }
exception Locked { 1: required string owner }

service Files {
  Message Watch(1: Message req) throws (3: NotFound missing, 7: Locked locked) (streaming.mode = "server")
  Message Upload(1: Message req) throws (1: Locked locked) (streaming.mode = "client")
  Message Edit(1: Message req) throws (1: NotFound missing) (streaming.mode = "bidirectional")
}
`;

interface Message {
  readonly text: string;
}

interface FilesClient {
  Watch(request: Message, options?: StreamOptions): ServerStream<Message>;
  Upload(requests: readonly Message[], options?: StreamOptions): Promise<Message>;
  Edit(options?: StreamOptions): DuplexStream<Message, Message>;
}

type Exception = new (
  fields?: Readonly<Record<string, unknown>>,
) => ThriftException & Record<string, unknown>;

/** The service and its exceptions, by one of the ways to get codecs. */
interface Made {
  readonly Files: ServiceDefinition<FilesClient>;
  readonly NotFound: Exception;
  readonly Locked: Exception;
}

let schema: Schema;
let folder: GeneratedFolder;

beforeAll(() => {
  schema = loadSchemaFromText(IDL, { file: 'files.thrift' });
  folder = new GeneratedFolder();
});
afterAll(() => folder.remove());

function compiled(codeGeneration: 'auto' | 'off'): Made {
  const made = compileSchema(schema, { codeGeneration });
  return {
    Files: made.service<FilesClient>('Files'),
    NotFound: made.exception('NotFound'),
    Locked: made.exception('Locked'),
  };
}

async function written(codecs: 'lazy' | 'static'): Promise<Made> {
  const files = generated(schema, 'bigint', codecs);
  folder.write(files.map(({ path, text }) => ({ path: `${codecs}/${path}`, text })));
  return folder.import<Made>(`${codecs}/files.ts`);
}

const WAYS: Readonly<Record<string, () => Made | Promise<Made>>> = {
  'compiled from IDL at run time': () => compiled('auto'),
  interpreted: () => compiled('off'),
  generated: () => written('lazy'),
  'generated with static codecs': () => written('static'),
};

interface Peers {
  readonly client: FilesClient;
  /** Errors of handlers that the application receives. */
  readonly reported: unknown[];
}

/** @param thrown what handlers end with, after one message where the server sends many. */
async function peers({ Files }: Made, thrown: () => Error): Promise<Peers> {
  const reported: unknown[] = [];
  const send = async function* (): AsyncGenerator<Message> {
    yield { text: 'first' };
    throw thrown();
  };
  const handlers = { Watch: send, Edit: send, Upload: () => Promise.reject(thrown()) };
  const server = new ServerTransport([{ definition: Files, handlers }], {
    port: 0,
    host: '127.0.0.1',
    onHandlerError: (error) => void reported.push(error),
  });
  await server.listen();
  cleanUp(() => server.close({ drainTimeoutMs: 0 }));
  return { client: clientOf(Files, server.address), reported };
}

function clientOf<Client>(
  service: ServiceDefinition<Client>,
  address: string,
  options: ClientTransportOptions = {},
): Client {
  const transport = new ClientTransport({ connectTimeoutMs: 30_000, ...options });
  cleanUp(() => transport.destroy());
  return createClient(service, { transport, endpoints: [address] });
}

/** How a stream ended: the texts before its error, and that. */
async function endOf(
  stream: AsyncIterable<Message>,
): Promise<{ readonly texts: string[]; readonly error: unknown }> {
  const texts: string[] = [];
  try {
    for await (const { text } of stream) {
      texts.push(text);
    }
    return { texts, error: undefined };
  } catch (error) {
    return { texts, error };
  }
}

describe.each(Object.entries(WAYS))(
  'declared exceptions of methods with a stream, %s',
  (_name, make) => {
    it('reach the loop of the client as their class, after the messages before them', async () => {
      const made = await make();
      const near = [{ text: 'a' }, { text: 'b' }];
      const thrown = new made.NotFound({ name: 'x', id: 2n ** 60n, near });
      const { client, reported } = await peers(made, () => thrown);

      const watched = await endOf(client.Watch({ text: 'q' }));
      const edited = await endOf(client.Edit());

      for (const { texts, error } of [watched, edited]) {
        expect(texts).toEqual(['first']);
        expect(error).toBeInstanceOf(made.NotFound);
        expect(error).toMatchObject({ name: 'x', id: 2n ** 60n, near });
      }
      expect(reported).toEqual([]);
    });

    it('reject the answer to a stream of the client', async () => {
      const made = await make();
      const { client } = await peers(made, () => new made.Locked({ owner: 'ada' }));

      const answer = client.Upload([{ text: 'a' }]);

      await expect(answer).rejects.toBeInstanceOf(made.Locked);
      await expect(answer).rejects.toMatchObject({ owner: 'ada' });
    });

    it('have the class that their place in the throws clause says', async () => {
      const made = await make();
      const { client } = await peers(made, () => new made.Locked({ owner: 'ada' }));

      const { error } = await endOf(client.Watch({ text: 'q' }));

      expect(error).toBeInstanceOf(made.Locked);
    });
  },
);

describe('an exception that cannot be sent with its type', () => {
  it('is internal to a method that does not declare it', async () => {
    const made = compiled('auto');
    const { client, reported } = await peers(made, () => new made.NotFound({ name: 'x' }));

    await expect(client.Upload([])).rejects.toMatchObject({
      code: 'REMOTE_ERROR',
      message: 'internal error',
    });
    expect(reported).toHaveLength(1);
  });

  it('is reported and has its text alone, if its struct is too large for a trailer', async () => {
    const made = compiled('auto');
    const thrown = new made.Locked({ owner: 'x'.repeat(60_000) });
    const { client, reported } = await peers(made, () => thrown);

    const stream = client.Watch({ text: 'q' });
    const { texts, error } = await endOf(stream);

    expect(texts).toEqual(['first']);
    expect(error).toBeInstanceOf(RemoteError);
    expect((error as Error).message).toContain('biz error: Locked: {');
    expect([...(await stream.trailers).keys()]).toEqual([]);
    expect(reported).toMatchObject([{ code: 'ENCODE_FAILED', cause: thrown }]);
    expect(String(reported)).toContain('exception "locked" of Files.Watch does not fit');
  });

  it('is an error of the server, if it is not as the IDL says', async () => {
    const made = compiled('auto');
    const { client, reported } = await peers(made, () => new made.Locked());

    await expect(client.Upload([])).rejects.toMatchObject({ message: 'internal error' });
    expect(String(reported)).toContain('the exception "locked" of Files.Upload cannot be encoded');
    expect(String(reported)).toContain('Locked.owner');
  });
});

it('a business status too long for a header arrives on a method with a long name, without the end of its text', async () => {
  const method = 'M'.repeat(200);
  const idl = `struct A {} service Long { A ${method}(1: A a) (streaming.mode = "client") }`;
  const Long = compileSchema(loadSchemaFromText(idl, { file: 'long.thrift' })).service<
    Record<string, (requests: readonly object[]) => Promise<object>>
  >('Long');
  const handlers = {
    [method]: () => Promise.reject(new BizStatusError(7, 'x'.repeat(80_000))),
  };
  const server = new ServerTransport([{ definition: Long, handlers }], {
    port: 0,
    host: '127.0.0.1',
  });
  await server.listen();
  cleanUp(() => server.close({ drainTimeoutMs: 0 }));
  const client = clientOf(Long, server.address);
  await expect(client[method]!([])).rejects.toMatchObject({ statusCode: 7 });
});

/** A struct with a text in its first field. */
const locked = (owner: string): string =>
  Buffer.concat([Buffer.from([0x0b, 0, 1, 0, 0, 0, owner.length]), Buffer.from(`${owner}\0`)]) //
    .toString('base64');

describe('a client that gets the strings of a declared exception from a hostile server', () => {
  const TEXT = 'biz error: as text';

  async function errorOf(
    strings: Readonly<Record<string, string>>,
    options: ClientTransportOptions = {},
  ): Promise<unknown> {
    const address = await serveRaw((socket) => {
      const frames = new FrameCollector(socket, ({ id, text }) => {
        if (text === 'TRAILER') {
          const payload = exceptionMessage('Watch', 6, TEXT);
          frames.send({ id, type: 4, method: 'Watch', strings, payload });
        }
      });
    });
    const client = clientOf(compiled('auto').Files, address, options);
    const { error } = await endOf(client.Watch({ text: 'q' }));
    return error;
  }

  it('takes what a server of this project sends', async () => {
    const error = await errorOf({ 'nt-exception': '7', 'nt-exception-body': locked('ada') });
    expect(error).toMatchObject({ owner: 'ada' });
  });

  it.each([
    ['a field id that is not declared', { 'nt-exception': '2', 'nt-exception-body': locked('a') }],
    ['a field id in another form', { 'nt-exception': '07', 'nt-exception-body': locked('a') }],
    ['no struct', { 'nt-exception': '7' }],
    ['no field id', { 'nt-exception-body': locked('a') }],
    ['an empty struct', { 'nt-exception': '7', 'nt-exception-body': '' }],
    ['what is not base64', { 'nt-exception': '7', 'nt-exception-body': `-${locked('a')}` }],
    ['half a struct', { 'nt-exception': '7', 'nt-exception-body': 'CwABAAAA' }],
    ['a length that nothing has', { 'nt-exception': '7', 'nt-exception-body': 'CwABf////w==' }],
    ['a struct without a required field', { 'nt-exception': '7', 'nt-exception-body': 'AA==' }],
  ])('keeps the application exception for %s', async (_what, strings) => {
    expect(await errorOf(strings)).toMatchObject({ code: 'REMOTE_ERROR', type: 6, message: TEXT });
  });

  it('decodes no more than maxDecodedBytes', async () => {
    const list = Buffer.from([0x0b, 0, 1, 0, 0, 0, 0, 0x0f, 0, 3, 0x0c, 0, 0, 0x20, 0]);
    const empty = Buffer.from([0x0b, 0, 1, 0, 0, 0, 0, 0]);
    const messages = Array.from({ length: 0x2000 }, () => empty);
    const missing = Buffer.concat([list, ...messages, Buffer.from([0])]);
    const few = Buffer.concat([list, ...messages.slice(0, 4), Buffer.from([0])]);
    few.writeUInt32BE(4, 11);
    const of = (body: Buffer) => ({
      'nt-exception': '3',
      'nt-exception-body': body.toString('base64').slice(0, 65_535),
    });
    expect(await errorOf(of(few), { maxDecodedBytes: 4_096 })).toBeInstanceOf(ThriftException);
    expect(await errorOf(of(missing), { maxDecodedBytes: 4_096 })).toMatchObject({ message: TEXT });
  });
});

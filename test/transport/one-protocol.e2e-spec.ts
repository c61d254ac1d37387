import type { MethodDefinition, ServiceDefinition } from '@nestjs-thrift/codec';
import { ThriftClient } from '@nestjs-thrift/microservice';
import {
  ApplicationExceptionType,
  ClientTransport,
  createClient,
  ServerTransport,
  type ClientTransportOptions,
} from '@nestjs-thrift/transport';
import { createMethodInvoker } from '@nestjs-thrift/transport/internal';
import { run } from '@nestjs-thrift/cli';
import { cleanUp } from '#test/cleanup.js';
import { GeneratedFolder } from '#test/generated-folder.js';
import { memoryIo } from '#test/memory-io.js';
import { RawClient, request } from '#test/raw-client.js';

const IDL = `
struct Note { 1: required string text }

service Notes {
  Note keep(1: Note note)
  oneway void drop(1: Note note)
}
`;

interface NotesClient {
  keep(note: { text: string }): Promise<{ text: string }>;
}

/** Multiplexed calls. */
const OUT_OF_ORDER = 1;
const note = { text: 'a' };
const without = (protocol: string): string =>
  `Notes.keep_args: this code was generated without ${protocol}; generate it with --protocols binary,compact`;

describe.each([
  { spoken: 'binary', missing: 'compact', missingName: 'Compact' },
  { spoken: 'compact', missing: 'binary', missingName: 'Binary' },
] as const)('code generated for $spoken alone', ({ spoken, missing, missingName }) => {
  const folder = new GeneratedFolder();
  let alone: ServiceDefinition<NotesClient>;
  let complete: ServiceDefinition<NotesClient>;
  let server: ServerTransport;
  let transport: ClientTransport;

  beforeAll(async () => {
    folder.write([{ path: 'notes.thrift', text: IDL }]);
    alone = await generated('alone', '--protocols', spoken);
    complete = await generated('complete');
  });

  afterAll(() => folder.remove());

  async function generated(out: string, ...options: string[]): Promise<typeof alone> {
    await run(['gen', 'notes.thrift', '-o', out, ...options], memoryIo(folder.path));
    const module = await folder.import<{ readonly Notes: typeof alone }>(`${out}/notes.ts`);
    return module.Notes;
  }

  async function serve(definition: ServiceDefinition): Promise<void> {
    const handlers = {
      keep: ({ note: kept }: Record<string, unknown>) => kept,
      drop: () => undefined,
    };
    const started = new ServerTransport([{ definition, handlers }], { port: 0, host: '127.0.0.1' });
    cleanUp(() => started.close({ exitWaitMs: 0 }));
    await started.listen();
    server = started;
  }

  async function connect(): Promise<RawClient> {
    const client = await RawClient.open(server.address);
    cleanUp(() => client.close());
    return client;
  }

  function open(protocol: 'binary' | 'compact', options: ClientTransportOptions = {}): void {
    const opened = new ClientTransport({ protocol, connectTimeoutMs: 30_000, ...options });
    cleanUp(() => opened.destroy());
    transport = opened;
  }

  const keep = (): MethodDefinition => complete.methods['keep']!;

  describe('in a server', () => {
    const transports = ['Buffered', 'Framed', 'TTHeader', 'TTHeaderFramed'] as const;

    it.each(transports)('answers over %s in what it does not speak, and closes', async (shape) => {
      await serve(alone);
      const [stranger, neighbour] = [await connect(), await connect()];
      const talk = { transport: shape, protocol: missing };

      expect(await stranger.call(keep(), { note }, talk)).toMatchObject({
        ...talk,
        type: 3,
        body: { type: ApplicationExceptionType.PROTOCOL_ERROR, message: without(missingName) },
      });
      await stranger.closed();
      expect(await neighbour.call(keep(), { note }, { ...talk, protocol: spoken })).toMatchObject({
        body: { success: note },
      });
    });

    it('keeps a multiplexed connection, on which other calls go on', async () => {
      await serve(alone);
      const client = await connect();
      const talk = { transport: 'TTHeaderFramed', flags: OUT_OF_ORDER } as const;

      for (const sequenceId of [1, 3]) {
        const refused = await client.call(
          keep(),
          { note },
          { ...talk, protocol: missing, sequenceId },
        );
        expect(refused).toMatchObject({ type: 3, sequenceId });
        const next = { ...talk, protocol: spoken, sequenceId: sequenceId + 1 };
        expect(await client.call(keep(), { note }, next)).toMatchObject({
          body: { success: note },
          sequenceId: sequenceId + 1,
        });
      }
    });

    it('closes without a word on a oneway call, and has nothing left to drain', async () => {
      await serve(alone);
      const stranger = await connect();
      stranger.send(request(complete.methods['drop']!, { note }, { protocol: missing, type: 4 }));

      expect(await stranger.closed()).toBe(0);
      await server.close();
      expect(server.state).toBe('closed');
    });
  });

  describe('in a client', () => {
    it('makes no client for what it does not speak', async () => {
      open(missing);
      const endpoints = ['127.0.0.1:1'];

      expect(() => createClient(alone, { transport, endpoints })).toThrow(without(missingName));
      expect(() => new ThriftClient({ services: [alone], protocol: missing, endpoints })).toThrow(
        without(missingName),
      );
      createClient(complete, { transport, endpoints });
      await new ThriftClient({ services: [alone], protocol: spoken, endpoints }).close();
    });

    it('fails a call that nobody checked before, and the connection serves the next', async () => {
      await serve(complete);
      open(missing, { connection: { mode: 'long', maxPerAddress: 1 } });
      const endpoints = [server.address];
      const call = createMethodInvoker(alone, alone.methods['keep']!, (outgoing) =>
        transport.call({ ...outgoing, endpoint: server.address }),
      );
      const client = createClient(complete, { transport, endpoints });

      await expect(client.keep(note)).resolves.toEqual(note);
      await expect(call({ note })).rejects.toMatchObject({
        code: 'ENCODE_FAILED',
        reason: 'NOT_IMPLEMENTED',
        message: expect.stringContaining(without(missingName)) as string,
      });
      await expect(client.keep(note)).resolves.toEqual(note);
      expect(transport.stats().get(server.address)).toMatchObject({
        dialled: 1,
        active: 0,
        idle: 1,
      });
    });

    it('calls servers that speak more', async () => {
      await serve(complete);
      open(spoken);
      const client = createClient(alone, { transport, endpoints: [server.address] });

      await expect(client.keep(note)).resolves.toEqual(note);
    });
  });
});

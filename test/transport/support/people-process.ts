// A server and clients of generated code in one process: `people-process.ts FOLDER CODECS`. Prints how many calls were right.
import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServiceDefinition, StructCodec } from '@nestjs-thrift/codec';
import { ClientTransport, createClient, ServerTransport } from '@nestjs-thrift/transport';

interface Person {
  readonly id: bigint;
}

interface PeopleClient {
  Save(person: Person): Promise<Person>;
  Join(words: string[], between: string, times?: number): Promise<string>;
  Touch(id: bigint): Promise<void>;
  Notify(text: string): Promise<void>;
}

interface Generated {
  readonly People: ServiceDefinition<PeopleClient>;
  readonly PersonSchema: StructCodec<Person> & { create(init: object): Person };
  readonly NotFound: new (init: { id: bigint; reason?: string }) => Error;
}

const [folder = '', codecs] = process.argv.slice(2);

async function load<T>(file: string): Promise<T> {
  return (await import(pathToFileURL(join(folder, file)).href)) as T;
}

// oxlint-disable-next-line typescript/no-implied-eval -- shows that the process forbids it
throws(() => new Function('return 1')(), EvalError);
const { People, PersonSchema, NotFound } = await load<Generated>('people.ts');
let calls = 0;
let notified = (_text: string): void => {};
const server = new ServerTransport(
  [
    {
      definition: People,
      handlers: {
        Save: ({ person }) => {
          const { id } = person as Person;
          if (id === 404n) {
            throw new NotFound({ id, reason: 'unknown' });
          }
          return person;
        },
        Join: ({ words, between, times }) =>
          (words as string[]).join(between as string).repeat(times as number),
        Touch: () => undefined,
        Notify: ({ text }) => notified(text as string),
      },
    },
  ],
  { port: 0, host: '127.0.0.1' },
);
await server.listen();

for (const transport of ['Buffered', 'Framed', 'TTHeaderFramed'] as const) {
  for (const protocol of ['binary', 'compact'] as const) {
    const connections = new ClientTransport({ transport, protocol });
    const people = createClient(People, { transport: connections, endpoints: [server.address] });
    const friend = PersonSchema.create({ id: 2n, contact: { phone: 7n } });
    const person = PersonSchema.create({
      id: 1n,
      name: 'Ada',
      friends: [friend],
      files: { cv: Buffer.from('text') },
      contact: { mail: 'ada@example.org' },
      marks: [1.5, -0.25],
    });
    deepEqual({ ...(await people.Save(person)) }, { ...person, level: 1, page: 20 });
    await rejects(people.Save(PersonSchema.create({ id: 404n })), (error) => {
      ok(error instanceof NotFound);
      deepEqual(Object.fromEntries(Object.entries(error)), {
        name: 'NotFound',
        id: 404n,
        reason: 'unknown',
      });
      return true;
    });
    equal(await people.Join(['a', 'b'], '-'), 'a-b');
    equal(await people.Touch(1n), undefined);
    const arrived = new Promise<string>((resolve) => (notified = resolve));
    await people.Notify(`${transport} ${protocol}`);
    equal(await arrived, `${transport} ${protocol}`);
    calls += 5;
    await connections.close();
  }
}
await server.close();

if (codecs === 'static') {
  const { PersonCodec } = await load<Record<string, StructCodec>>('people.codec.ts');
  for (const method of ['writeBinary', 'readBinary', 'writeCompact', 'readCompact'] as const) {
    equal(PersonSchema[method], PersonCodec![method], `${method} is not the one of the file`);
  }
}
console.log(JSON.stringify({ calls, codecs }));

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@nestjs-thrift/cli';
import { cleanUp } from '#test/cleanup.js';
import { memoryIo } from '#test/memory-io.js';
import { until } from '#test/until.js';

const IDL = `
enum Kind { SMALL = 3 }
struct Item {
  1: required i64 id, 2: string name, 3: Kind kind, 4: list<string> tags, 5: map<i32, double> sums, 6: optional Item next
}
struct Request { 1: i64 id, 2: optional string note }
service Base { void Ping() }
service Shop extends Base {
  Item Get(1: Request request)
  list<Item> List()
  oneway void Note(1: string text)
}
service Stock { i32 Count(1: string name) void Ping() }`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mock-'));
  writeFileSync(join(folder, 'shop.thrift'), IDL);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A mock that runs until the test ends. */
async function mock(...argv: string[]) {
  const io = memoryIo(folder);
  const ended = run(['mock', 'shop.thrift', '--port', '0', ...argv], io);
  await until(() => io.err().includes('; Ctrl-C stops'));
  cleanUp(async () => {
    io.interrupt();
    await ended;
  });
  const [, address = ''] = /on (\S+);/.exec(io.err()) ?? [];
  return { address, io, ended };
}

async function call(address: string, ...argv: string[]) {
  const io = memoryIo(folder);
  const connection = ['--idl', 'shop.thrift', '--connect-timeout', '5s'];
  const code = await run(['call', address, ...argv, ...connection], io);
  return { code, out: io.out(), err: io.err() };
}

describe('mock', () => {
  it('replies with examples that repeat what the request has, over every transport', async () => {
    const { address, io } = await mock();
    const expected = {
      id: '7',
      name: 'name',
      kind: 'SMALL',
      tags: ['tag'],
      sums: { '1': 1.5 },
    };
    for (const transport of ['buffered', 'framed', 'ttheader-framed']) {
      const { out } = await call(address, 'Shop.Get', 'id=7', '--transport', transport);
      expect(JSON.parse(out)).toEqual(expected);
    }
    expect(JSON.parse((await call(address, 'List')).out)).toEqual([{ ...expected, id: '1' }]);
    expect((await call(address, 'Count', 'name=x')).out).toBe('1\n');
    expect((await call(address, 'Shop.Ping')).code).toBe(0);
    // A field that the request leaves out is not an object to look into.
    expect(io.out()).toContain('Shop.Get {"request":{"id":"7"}}');
  });

  it('replies with what the file has, checked against the IDL', async () => {
    writeFileSync(
      join(folder, 'replies.json'),
      '{"Shop.Get": {"id": 9007199254740993, "name": "Ada"}}',
    );
    const { address } = await mock('--replies', 'replies.json');
    expect(JSON.parse((await call(address, 'Shop.Get', 'id=7')).out)).toEqual({
      id: '9007199254740993',
      name: 'Ada',
    });
    writeFileSync(join(folder, 'wrong.json'), '{"Shop.Get": {"id": "x"}}');
    const io = memoryIo(folder);
    expect(await run(['mock', 'shop.thrift', '--replies', 'wrong.json'], io)).toBe(3);
    expect(io.err()).toContain('the reply of Shop.Get: id must be a 64-bit integer');
  });

  it('fails the share of calls it is asked to, and ends with 130 at Ctrl-C', async () => {
    const { address, io, ended } = await mock('--error-rate', '100', '--quiet');
    expect(await call(address, 'Shop.Ping')).toMatchObject({ code: 4 });
    expect(io.out()).toBe('');
    io.interrupt();
    expect(await ended).toBe(130);
  });

  it('names a port that is in use', async () => {
    const { address } = await mock();
    const io = memoryIo(folder);
    const port = address.slice(address.lastIndexOf(':') + 1);
    expect(await run(['mock', 'shop.thrift', '--port', port], io)).toBe(4);
    expect(io.err()).toContain(port);
  });
});

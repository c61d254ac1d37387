import { BizStatusError, ClientTransport, createClient } from '@nestjs-thrift/transport';
import { NoSuchItem, Shop, type ShopClient, shopAt } from '../../test/shop.js';
import { type ThriftTestingServer, createThriftTestingServer } from './thrift-testing-server.js';

describe('createThriftTestingServer', () => {
  let server: ThriftTestingServer<ShopClient>;
  let transport: ClientTransport;
  let shop: ShopClient;

  beforeAll(async () => {
    server = await createThriftTestingServer(Shop, {
      find: (name) => ({ name, price: 3 }),
      add: async (left, right) => left + right,
      where: (context) => context.remoteAddress,
    });
    ({ shop, transport } = shopAt(server.address));
  });

  afterAll(async () => {
    await transport.close();
    await server.close();
  });

  afterEach(() => server.reset());

  it('serves methods with plain functions that take the parameters of the IDL', async () => {
    expect(await shop.find('pen')).toEqual({ name: 'pen', price: 3 });
    expect(await shop.add(2, 3)).toBe(5);
    expect(await shop.where()).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it.each(['Buffered', 'Framed', 'TTHeader', 'TTHeaderFramed'] as const)(
    'serves and records %s in both protocols',
    async (name) => {
      for (const protocol of ['binary', 'compact'] as const) {
        const caller = shopAt(server.address, name, protocol);
        expect(await caller.shop.add(20, 22)).toBe(42);
        await caller.transport.close();
        expect(server.calls.at(-1)).toMatchObject({ transport: name, protocol, args: [20, 22] });
      }
    },
  );

  it('records what a call said about itself', async () => {
    const metadata = { shard: '7' };
    await shop.find('pen', { metadata, persistentMetadata: { tenant: 'a' }, timeoutMs: 700 });
    expect(server.calls).toEqual([
      {
        method: 'find',
        args: ['pen'],
        caller: 'test.caller',
        callerMethod: '',
        metadata,
        persistentMetadata: { tenant: 'a' },
        headers: {
          strings: expect.objectContaining({ isn: 'Shop', RPC_TRANSIT_shard: '7' }),
          ints: expect.objectContaining({ 3: 'test.caller', 9: 'find', 12: '700' }),
        },
        transport: 'TTHeaderFramed',
        protocol: 'binary',
      },
    ]);
  });

  it('records no headers of a call that has none', async () => {
    const caller = shopAt(server.address, 'Framed');
    await caller.shop.find('pen');
    await caller.transport.close();
    expect(server.calls[0]).toMatchObject({ method: 'find', headers: undefined, caller: '' });
  });

  it('gives the calls of one method with the types of its arguments', async () => {
    await shop.find('pen');
    await shop.add(1, 2);
    const [call] = server.callsOf('add');
    const sum: number = call!.args[0] + call!.args[1];
    expect(sum).toBe(3);
    expect(server.callsOf('find')).toHaveLength(1);
  });

  it('records a oneway call', async () => {
    const noted = new Promise<string>((resolve) => server.handle({ note: resolve }));
    await shop.note('hello');
    expect(await noted).toBe('hello');
    expect(server.callsOf('note')).toHaveLength(1);
  });

  it('can be programmed again between tests, and restores its first handlers', async () => {
    server.handle({ find: (name) => ({ name: `no ${name}` }) });
    expect(await shop.find('pen')).toMatchObject({ name: 'no pen' });
    await server.reset();
    expect(server.calls).toEqual([]);
    expect(await shop.find('pen')).toMatchObject({ name: 'pen' });
  });

  it('answers with declared exceptions and business statuses', async () => {
    server.handle({ find: () => Promise.reject(new NoSuchItem({ name: 'pen' })) });
    await expect(shop.find('pen')).rejects.toThrow(NoSuchItem);
    server.handle({
      find: () => {
        throw new BizStatusError(1002, 'no');
      },
    });
    await expect(shop.find('pen')).rejects.toMatchObject({ statusCode: 1002 });
  });

  it('says what an unexpected error of a handler was', async () => {
    server.handle({ find: () => Promise.reject(new Error('no such fixture')) });
    await expect(shop.find('pen')).rejects.toThrow('no such fixture');
  });

  it('says which handler is missing and how to give it', async () => {
    await expect(shop.open()).rejects.toThrow(
      'the testing server has no handler for Shop.open; give it one with handle({ open: … })',
    );
    expect(server.calls).toHaveLength(1);
  });

  it('refuses a handler for a method there is none of', () => {
    const misspelt = { fnid: () => undefined };
    expect(() => server.handle(misspelt as object)).toThrow(
      'Shop has no method fnid; it has find, add, where, open, note',
    );
  });

  it('carries the call into everything a handler does', async () => {
    const behind = await createThriftTestingServer(Shop, { add: (left, right) => left + right });
    const inner = new ClientTransport();
    const next = createClient(Shop, { transport: inner, endpoints: [behind.address] });
    server.handle({ add: (left, right) => next.add(left, right) });
    await shop.add(1, 1, { persistentMetadata: { tenant: 'a' } });
    expect(behind.calls).toMatchObject([{ persistentMetadata: { tenant: 'a' } }]);
    await inner.close();
    await behind.close();
  });

  it('closes at the end of a block, and listens on the port asked for', async () => {
    let address: string;
    {
      await using first = await createThriftTestingServer(Shop);
      ({ address } = first);
    }
    const port = Number(address.split(':')[1]);
    await using second = await createThriftTestingServer(Shop, {}, { port });
    expect(second.address).toBe(address);
    await expect(createThriftTestingServer(Shop, {}, { port })).rejects.toThrow('EADDRINUSE');
  });

  it('rejects a port out of range', async () => {
    await expect(createThriftTestingServer(Shop, {}, { port: 65_536 })).rejects.toThrow(
      new TypeError('createThriftTestingServer.port must be an integer from 0 to 65535; got 65536'),
    );
  });

  it('passes bytes that are not Thrift to the server behind', async () => {
    const answer = await fetch(`http://${server.address}/`).catch((error: unknown) => error);
    expect(answer).toMatchObject({ message: 'fetch failed' });
    expect(await shop.add(1, 1)).toBe(2);
  });
});

import { connect } from 'node:net';
import {
  ClientTransport,
  ConnectError,
  ConnectionLostError,
  RemoteError,
  RpcTimeoutError,
} from '@nestjs-thrift/transport';
import { createCall } from '@nestjs-thrift/transport/internal';
import { ProtocolError } from '@nestjs-thrift/codec';
import { unaryMethod } from '#test/methods.js';
import { until } from '#test/until.js';
import { Shop, type ShopClient, shopAt } from '../../test/shop.js';
import {
  type ThriftTestingServer,
  createThriftTestingServer,
} from '../server/thrift-testing-server.js';

describe('faults of a testing server', () => {
  let server: ThriftTestingServer<ShopClient>;
  let transport: ClientTransport;
  let shop: ShopClient;

  beforeAll(async () => {
    server = await createThriftTestingServer(Shop, {
      add: (left, right) => left + right,
      find: (name) => ({ name }),
      note: () => undefined,
    });
    ({ shop, transport } = shopAt(server.address));
  });

  afterAll(async () => {
    await transport.close();
    await server.close();
  });

  afterEach(() => server.reset());

  it('holds a reply back', async () => {
    server.faults.delay(60_000);
    await expect(shop.add(1, 2, { timeoutMs: 500 })).rejects.toThrow(RpcTimeoutError);
    expect(server.callsOf('add')).toHaveLength(1);
    expect(await shop.add(1, 2)).toBe(3);
  });

  it('lets a reply through after its delay', async () => {
    server.faults.delay(1);
    expect(await shop.add(1, 2)).toBe(3);
  });

  it('resets the connection after the call was served', async () => {
    server.faults.reset();
    await expect(shop.add(1, 2)).rejects.toThrow(ConnectionLostError);
    expect(server.calls).toHaveLength(1);
    expect(await shop.add(1, 2)).toBe(3);
  });

  it('sends garbage', async () => {
    server.faults.garbage();
    await expect(shop.add(1, 2)).rejects.toThrow(ProtocolError);
    expect(await shop.add(1, 2)).toBe(3);
  });

  it('sends half a frame and then nothing', async () => {
    server.faults.halfFrame();
    await expect(shop.add(1, 2, { timeoutMs: 500 })).rejects.toThrow(RpcTimeoutError);
    expect(await shop.add(1, 2)).toBe(3);
  });

  it('sends half a frame and closes', async () => {
    server.faults.halfFrame({ thenClose: true });
    await expect(shop.add(1, 2)).rejects.toThrow(ConnectionLostError);
    expect(await shop.add(1, 2)).toBe(3);
  });

  it.each([
    ['Buffered', 'binary'],
    ['Framed', 'binary'],
    ['Framed', 'compact'],
    ['TTHeader', 'compact'],
    ['TTHeaderFramed', 'binary'],
  ] as const)('answers another call: %s %s', async (name, protocol) => {
    const caller = shopAt(server.address, name, protocol);
    server.faults.wrongSequenceId();
    const outcome = caller.shop.add(1, 2);
    await expect(outcome).rejects.toThrow(RemoteError);
    await expect(outcome).rejects.toMatchObject({ type: 4 });
    expect(await caller.shop.add(1, 2)).toBe(3);
    await caller.transport.close();
  });

  it('refuses connections until the faults are cleared, on the same port', async () => {
    const caller = shopAt(server.address);
    await server.faults.refuseConnections();
    await server.faults.refuseConnections();
    await expect(caller.shop.add(1, 2)).rejects.toThrow(ConnectError);
    await server.faults.clear();
    // Clients leave an address alone for a moment after a refused attempt.
    await until(async () => (await caller.shop.add(1, 2).catch(() => 0)) === 3);
    await caller.transport.close();
  });

  it('cuts callers off that are waiting when connections are refused', async () => {
    const arrived = new Promise<void>((resolve) => {
      server.handle({
        add: () => {
          resolve();
          return new Promise(() => undefined);
        },
      });
    });
    const outcome = shop.add(1, 2).catch((error: unknown) => error);
    await arrived;
    await server.faults.refuseConnections();
    expect(await outcome).toBeInstanceOf(ConnectionLostError);
  });

  it('strikes so many replies, of one method, in the order planned', async () => {
    server.faults.reset({ method: 'add', times: 2 });
    server.faults.garbage({ method: 'add' });
    expect(await shop.find('pen')).toMatchObject({ name: 'pen' });
    await expect(shop.add(1, 2)).rejects.toThrow(ConnectionLostError);
    await expect(shop.add(1, 2)).rejects.toThrow(ConnectionLostError);
    await expect(shop.add(1, 2)).rejects.toThrow(ProtocolError);
    expect(await shop.add(1, 2)).toBe(3);
  });

  it('strikes again and again until cleared', async () => {
    server.faults.reset({ times: Infinity });
    for (let call = 0; call < 5; call++) {
      await expect(shop.add(1, 2)).rejects.toThrow(ConnectionLostError);
    }
    await server.faults.clear();
    expect(await shop.add(1, 2)).toBe(3);
  });

  it('strikes one call of many on a connection', async () => {
    const mux = new ClientTransport({ connection: { mode: 'mux' } });
    const { address: endpoint } = server;
    const add = (left: number) =>
      mux.call(
        createCall(
          Shop,
          unaryMethod(Shop, 'add'),
          { left, right: 1 },
          { timeoutMs: left === 0 ? 500 : 20_000, address: endpoint },
        ),
      );
    await add(5);
    server.faults.delay(60_000);
    const outcomes = await Promise.allSettled([add(0), add(1), add(2)]);
    expect(outcomes).toMatchObject([
      { status: 'rejected' },
      { status: 'fulfilled', value: 2 },
      { status: 'fulfilled', value: 3 },
    ]);
    await mux.close();
  });

  it('leaves oneway calls alone', async () => {
    server.faults.reset();
    await shop.note('hello');
    await expect(shop.add(1, 2)).rejects.toThrow(ConnectionLostError);
  });

  it('goes along when a caller leaves before its reply', async () => {
    server.faults.delay(1000);
    const caller = shopAt(server.address);
    const outcome = caller.shop.add(1, 2).catch((error: unknown) => error);
    await until(() => server.calls.length > 0);
    caller.transport.destroy();
    expect(await outcome).toMatchObject({ code: 'CLOSED' });
  });

  it('answers a caller that has ended its side', async () => {
    server.faults.delay(20);
    const [host, port] = server.address.split(':');
    const socket = connect({ host: host!, port: Number(port), allowHalfOpen: true });
    const name = Buffer.from('add').toString('hex');
    const message = `80010001${'00000003'}${name}00000007${'08000100000001'}${'08000200000002'}00`;
    socket.end(Buffer.from((message.length / 2).toString(16).padStart(8, '0') + message, 'hex'));
    const chunks = await socket.toArray();
    expect(Buffer.concat(chunks as Buffer[]).toString('hex')).toContain('0800000000000300');
  });

  it.each<[string, () => void]>([
    [
      'delay(delayMs) must be milliseconds, an integer from 0 to 2147483647; got -1',
      () => server.faults.delay(-1),
    ],
    [
      'fault.times must be an integer of 1 or more, or Infinity; got 0',
      () => server.faults.reset({ times: 0 }),
    ],
    [
      'fault.times must be an integer of 1 or more, or Infinity; got NaN',
      () => server.faults.streams.silent({ times: NaN }),
    ],
    [
      'unknown option fault.mehtod; did you mean method?',
      () => server.faults.garbage({ mehtod: 'add' } as object),
    ],
    [
      'unknown option fault.thenclose; did you mean thenClose?',
      () => server.faults.halfFrame({ thenclose: true } as object),
    ],
    [
      'cutAfter(messages) must be an integer of 0 or more; got 1.5',
      () => server.faults.streams.cutAfter(1.5),
    ],
  ])('rejects a wrong option: %s', (message, plan) => {
    expect(plan).toThrow(new TypeError(message));
  });
});

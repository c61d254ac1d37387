import { jest } from '@jest/globals';
import {
  ClientTransport,
  ClientClosedError,
  createClient,
  type ConnectionMode,
  type LongPoolOptions,
  type PoolStats,
} from '../index.js';
import { until } from '#test/until.js';
import { SayService, type SayServiceClient } from '../../test/say-service.js';
import { replyBytes, ScriptedServer, type ScriptedRequest } from '../../test/scripted-server.js';

describe('connections of a client', () => {
  let server: ScriptedServer;
  let transport: ClientTransport;
  let client: SayServiceClient;

  beforeAll(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  });
  afterAll(() => jest.useRealTimers());

  beforeEach(async () => {
    server = await new ScriptedServer().listen();
  });

  afterEach(() => {
    jest.restoreAllMocks();
    transport.destroy();
    server.close();
  });

  function open(connection: ConnectionMode, others: ScriptedServer[] = []): void {
    transport = new ClientTransport({ connection, readTimeoutMs: 0 });
    const endpoints = [server, ...others].map(({ address }) => address);
    client = createClient(SayService, { transport, endpoints, attemptTimeoutMs: 0 });
  }

  function openLong(options: LongPoolOptions = {}): void {
    open({ mode: 'long', ...options });
  }

  function stats(address = server.address): PoolStats {
    return transport.stats().get(address)!;
  }

  /** Makes `count` calls at once and answers them when all have come. */
  async function callAtOnce(count: number): Promise<void> {
    const before = server.requests.length;
    const answer = server.onRequest;
    server.onRequest = () => undefined;
    const calls = Array.from({ length: count }, (_, index) => client.say(String(index)));
    await server.request(before + count);
    server.onRequest = answer;
    for (const request of server.requests.slice(before)) {
      request.socket.write(replyBytes(request));
    }
    await Promise.all(calls);
  }

  it('gives a call its whole connectTimeoutMs and attemptTimeoutMs, however long the process worked before in the same turn', async () => {
    const other = await new ScriptedServer().listen();
    transport = new ClientTransport({ connectTimeoutMs: 500, readTimeoutMs: 0 });
    const endpoints = [server.address, other.address];
    client = createClient(SayService, { transport, endpoints, attemptTimeoutMs: 0 });
    const first = client.say('first').catch((error: Error) => error);
    jest.advanceTimersByTime(10_000);
    const second = client.say('second', { attemptTimeoutMs: 500 });
    jest.advanceTimersByTime(400);
    await expect(second).resolves.toBe('ok');
    await expect(first).resolves.toMatchObject({ code: 'CONNECT_FAILED' });
    other.close();
  });

  describe('kept for one call at a time', () => {
    it('dials for each call that finds none idle, and uses them again', async () => {
      openLong();
      await callAtOnce(3);
      expect(stats()).toEqual({
        active: 0,
        idle: 3,
        pending: 0,
        unsentBytes: 0,
        opened: 3,
        openFailures: 0,
        reused: 0,
      });
      await callAtOnce(3);
      expect(stats()).toMatchObject({ opened: 3, reused: 3 });
    });

    it('takes the one used last first', async () => {
      openLong();
      await callAtOnce(3);
      const last = server.requests.length;
      for (let count = 0; count < 5; count++) {
        await client.say('x');
      }
      const used = new Set(server.requests.slice(last).map(({ socket }) => socket));
      expect(used.size).toBe(1);
    });

    it('keeps at most maxIdlePerAddress', async () => {
      openLong({ maxIdlePerAddress: 2 });
      await callAtOnce(5);
      expect(stats()).toMatchObject({ idle: 2, opened: 5 });
      await until(() => server.sockets.filter((socket) => socket.readableEnded).length === 3);
    });

    it('keeps at most maxIdleGlobal over all addresses', async () => {
      const other = await new ScriptedServer().listen();
      open({ mode: 'long', maxIdlePerAddress: 1, maxIdleGlobal: 1 }, [other]);
      await client.say('first');
      await client.say('second');
      expect(stats().idle + stats(other.address).idle).toBe(1);
      // The place of a connection that is in use again is free for the other address.
      server.onRequest = () => undefined;
      void client.say('third').catch(() => undefined);
      await server.request(2);
      await client.say('fourth');
      expect(stats(other.address).idle).toBe(1);
      other.close();
    });

    it('never has more than maxPerAddress; further calls wait their turn', async () => {
      openLong({ maxPerAddress: 2 });
      const order: number[] = [];
      const pending: ScriptedRequest[] = [];
      server.onRequest = (request) => pending.push(request);
      const calls = Array.from({ length: 6 }, (_, index) =>
        client.say(String(index)).then(() => order.push(index)),
      );
      await until(() => pending.length === 2);
      expect(stats()).toMatchObject({ active: 2, pending: 4, opened: 2 });
      for (let answered = 0; answered < 6; answered++) {
        await until(() => pending.length > 0);
        const request = pending.shift()!;
        request.socket.write(replyBytes(request));
        await until(() => order.length === answered + 1);
      }
      await Promise.all(calls);
      expect(order).toEqual([0, 1, 2, 3, 4, 5]);
      expect(server.sockets).toHaveLength(2);
    });

    it('gives the turn of a cancelled call to the next', async () => {
      openLong({ maxPerAddress: 1 });
      server.onRequest = () => undefined;
      const first = client.say('1');
      const request = await server.request(1);
      const cancellation = new AbortController();
      const second = client.say('2', { signal: cancellation.signal });
      const third = client.say('3');
      cancellation.abort();
      await expect(second).rejects.toMatchObject({ code: 'CANCELLED' });
      server.onRequest = (next) => next.socket.write(replyBytes(next));
      request.socket.write(replyBytes(request));
      await expect(Promise.all([first, third])).resolves.toEqual(['ok', 'ok']);
      expect(server.requests).toHaveLength(2);
    });

    it('opens a new connection for pending calls when a connection is lost', async () => {
      openLong({ maxPerAddress: 1 });
      server.onRequest = ({ socket }) => void socket.resetAndDestroy();
      const first = client.say('1');
      await until(() => server.sockets.length === 1);
      const second = client.say('2');
      await expect(first).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
      server.onRequest = (request) => request.socket.write(replyBytes(request));
      await expect(second).resolves.toBe('ok');
    });

    it('closes what was idle for longer than maxIdleTimeoutMs', async () => {
      openLong({ maxIdleTimeoutMs: 5000 });
      await callAtOnce(2);
      jest.advanceTimersByTime(4000);
      await client.say('x');
      jest.advanceTimersByTime(1020);
      expect(stats().idle).toBe(1);
      jest.advanceTimersByTime(4000);
      expect(stats().idle).toBe(0);
      await until(() => server.sockets.every((socket) => socket.readableEnded));
    });

    it('does not go below minIdlePerAddress for that', async () => {
      openLong({ maxIdleTimeoutMs: 5000, minIdlePerAddress: 2 });
      await callAtOnce(4);
      jest.advanceTimersByTime(20_000);
      expect(stats()).toMatchObject({ idle: 2, opened: 4 });
    });

    it('replaces connections of a certain age, not all at once', async () => {
      const chances = [0, 1];
      jest.spyOn(Math, 'random').mockImplementation(() => chances.shift() ?? 0);
      openLong({ maxAgeMs: 10_000 });
      await callAtOnce(2);
      jest.advanceTimersByTime(9100);
      expect(stats().idle).toBe(1);
      jest.advanceTimersByTime(900);
      expect(stats().idle).toBe(0);
      await client.say('x');
      expect(stats().opened).toBe(3);
    });

    it('replaces an old connection also when it is never idle for long', async () => {
      openLong({ maxAgeMs: 10_000 });
      server.onRequest = () => undefined;
      const call = client.say('1');
      const request = await server.request(1);
      jest.advanceTimersByTime(10_010);
      request.socket.write(replyBytes(request));
      await call;
      expect(stats().idle).toBe(0);
    });
  });

  describe('made in advance', () => {
    it('are minIdlePerAddress per instance', async () => {
      const other = await new ScriptedServer().listen();
      open({ mode: 'long', minIdlePerAddress: 3 }, [other]);
      await transport.warmUp([server.address, other.address]);
      expect(stats()).toMatchObject({ idle: 3, opened: 3 });
      expect(stats(other.address)).toMatchObject({ idle: 3, opened: 3 });
      await client.say('x');
      expect(stats()).toMatchObject({ opened: 3, reused: 1 });
      other.close();
    });

    it('are not made twice', async () => {
      openLong({ minIdlePerAddress: 2 });
      await Promise.all([transport.warmUp([server.address]), transport.warmUp([server.address])]);
      expect(stats().opened).toBe(2);
    });

    it('are tried for all instances before one that is away is reported', async () => {
      const away = await new ScriptedServer().listen();
      away.close();
      openLong({ minIdlePerAddress: 1 });
      const warmUp = transport.warmUp([away.address, server.address]);
      await expect(warmUp).rejects.toMatchObject({ code: 'CONNECT_FAILED', address: away.address });
      expect(stats().idle).toBe(1);
    });

    it('are replaced when they are lost, after a rest', async () => {
      openLong({ minIdlePerAddress: 2 });
      await transport.warmUp([server.address]);
      await until(() => server.sockets.length === 2);
      for (const socket of server.sockets) {
        socket.destroy();
      }
      await until(() => stats().idle === 0);
      expect(stats().opened).toBe(2);
      jest.advanceTimersByTime(1020);
      await until(() => stats().idle === 2);
    });

    it('are opened behind the first call of a client that does not warm up', async () => {
      openLong({ minIdlePerAddress: 3 });
      await client.say('x');
      jest.advanceTimersByTime(20);
      await until(() => stats().idle === 3);
      expect(stats()).toMatchObject({ opened: 3, openFailures: 0 });
    });

    it('are opened at most minIdlePerAddress a second while the server closes them', async () => {
      openLong({ minIdlePerAddress: 2 });
      await client.say('x');
      for (let round = 0; round < 20; round++) {
        server.sockets.forEach((socket) => socket.destroy());
        jest.advanceTimersByTime(20);
        await until(() => stats().active + stats().idle < 2);
      }
      expect(stats().opened).toBeLessThan(5);
    });

    it('are not asked for again at an address that only calls know, once it is away', async () => {
      openLong({ minIdlePerAddress: 2 });
      await client.say('x');
      jest.advanceTimersByTime(20);
      await until(() => stats().idle === 2);
      server.close();
      await until(() => stats().idle === 0);
      jest.advanceTimersByTime(1_020);
      await until(() => stats().openFailures === 2);
      jest.advanceTimersByTime(10_000);
      await new Promise<void>((done) => setImmediate(done));
      expect(stats().openFailures).toBe(2);
    });

    it('are all of a multiplexed pool', async () => {
      open({ mode: 'mux', connectionsPerAddress: 3 });
      await transport.warmUp([server.address]);
      expect(stats()).toMatchObject({ idle: 3, opened: 3 });
    });
  });

  describe('shared by all calls', () => {
    it('are made one by one while calls go on', async () => {
      open({ mode: 'mux', connectionsPerAddress: 2 });
      await callAtOnce(10);
      expect(stats().opened).toBe(1);
      await client.say('x');
      await until(() => stats().opened === 2);
      await callAtOnce(10);
      expect(stats()).toMatchObject({ opened: 2, idle: 2 });
      const counts = server.sockets.map(
        (socket) => server.requests.slice(11).filter((request) => request.socket === socket).length,
      );
      expect(counts).toEqual([5, 5]);
    });

    it('carry at most maxInFlightPerConnection; further calls wait', async () => {
      open({ mode: 'mux', maxInFlightPerConnection: 2 });
      server.onRequest = () => undefined;
      const calls = [client.say('1'), client.say('2'), client.say('3')];
      await expect(client.say('4')).rejects.toMatchObject({ code: 'POOL_EXHAUSTED' });
      const first = await server.request(1);
      await server.request(2);
      expect(stats()).toMatchObject({ active: 1, pending: 1 });
      server.onRequest = (request) => request.socket.write(replyBytes(request));
      for (const request of server.requests.slice()) {
        request.socket.write(replyBytes(request));
      }
      await expect(Promise.all(calls)).resolves.toEqual(['ok', 'ok', 'ok']);
      expect(first.socket).toBe(server.requests[2]!.socket);
    });

    it('stay open when another connection cannot be opened', async () => {
      open({ mode: 'mux', connectionsPerAddress: 2 });
      await client.say('1');
      const { address } = server;
      server.stopListening();
      for (let count = 0; count < 5; count++) {
        await expect(client.say('x')).resolves.toBe('ok');
        await until(() => stats(address).openFailures === 1);
      }
      jest.advanceTimersByTime(1020);
      await client.say('x');
      await until(() => stats(address).openFailures === 2);
    });
  });

  describe('in use by no call', () => {
    it('are one per call in short mode', async () => {
      open({ mode: 'short' });
      await client.say('1');
      await client.say('2');
      expect(stats()).toEqual({
        active: 0,
        idle: 0,
        pending: 0,
        unsentBytes: 0,
        opened: 2,
        openFailures: 0,
        reused: 0,
      });
      await until(() => server.sockets.every((socket) => socket.readableEnded));
    });
  });

  describe('checked by connect()', () => {
    it.each(['long', 'mux'] as const)('are used by calls afterwards in mode %s', async (mode) => {
      open({ mode });
      await transport.connect(server.address);
      await client.say('x');
      expect(stats()).toMatchObject({ opened: 1, reused: 1 });
    });

    it('are new ones each time, so that the check means something', async () => {
      openLong();
      await transport.connect(server.address);
      server.stopListening();
      await expect(transport.connect(server.address)).rejects.toMatchObject({
        code: 'CONNECT_FAILED',
      });
    });

    it('are not queued', async () => {
      openLong();
      for (let count = 0; count < 3; count++) {
        await transport.connect(server.address);
      }
      expect(stats()).toMatchObject({ opened: 3, idle: 1 });
    });

    it.each(['nonsense', 'host', 'host:0', 'host:70000', '[::1:80', 'unix:'])(
      'are refused for the address %j',
      async (endpoint) => {
        openLong();
        await expect(transport.connect(endpoint)).rejects.toThrow(/is not host:port/);
        await expect(client.say('x', { address: endpoint })).rejects.toMatchObject({
          code: 'CONNECT_FAILED',
        });
      },
    );

    it('are refused for an empty address, also as an option of a call', async () => {
      openLong();
      await expect(transport.connect('')).rejects.toThrow(/is not host:port/);
      await expect(client.say('x', { address: '' })).rejects.toThrow(
        'address must be a non-empty string',
      );
    });
  });

  describe.each(['long', 'mux', 'short'] as const)('of an end in mode %s', (mode) => {
    beforeEach(() => open({ mode }));

    it('finish their calls when the instance is removed', async () => {
      await client.say('0');
      server.onRequest = () => undefined;
      const call = client.say('1');
      const request = await server.request(2);
      transport.removeEndpoint(server.address);
      expect(transport.stats().size).toBe(0);
      request.socket.write(replyBytes(request));
      await expect(call).resolves.toBe('ok');
      await until(() => server.sockets.every((socket) => socket.readableEnded));
    });

    it('finish their calls when the client closes, which takes no more', async () => {
      server.onRequest = () => undefined;
      const call = client.say('1');
      const request = await server.request(1);
      const closed = transport.close();
      await expect(client.say('2')).rejects.toBeInstanceOf(ClientClosedError);
      await expect(transport.connect(server.address)).rejects.toBeInstanceOf(ClientClosedError);
      request.socket.write(replyBytes(request));
      await expect(call).resolves.toBe('ok');
      await closed;
      await until(() => server.sockets.every((socket) => socket.readableEnded));
    });

    it('finish their calls when the client closes after the instance was removed', async () => {
      server.onRequest = () => undefined;
      const call = client.say('1');
      const request = await server.request(1);
      transport.removeEndpoint(server.address);
      const closed = transport.close();
      request.socket.write(replyBytes(request));
      await expect(call).resolves.toBe('ok');
      await closed;
    });

    it('serve calls that wait for a connection before the client closes', async () => {
      const call = client.say('1');
      const closed = transport.close();
      await expect(call).resolves.toBe('ok');
      await closed;
    });

    it('do not keep the client from closing for ever', async () => {
      server.onRequest = () => undefined;
      const call = client.say('1');
      await server.request(1);
      const closed = transport.close(1000);
      expect(transport.close()).toBe(closed);
      jest.advanceTimersByTime(1000);
      await expect(call).rejects.toBeInstanceOf(ClientClosedError);
      await closed;
    });
  });
});

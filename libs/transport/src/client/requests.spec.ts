import { MessageType } from '@nestjs-thrift/codec/wire';
import { unaryMethod } from '#test/methods.js';
import {
  ClientTransport,
  createClient,
  nextAttempt,
  type CallOptions,
  type CallOutcome,
  type ClientTransportOptions,
  type IncomingCall,
} from '../index.js';
import { callStorage, createCall, createMethodInvoker } from '../internal/index.js';
import { until } from '#test/until.js';
import { SayService, type SayServiceClient } from '../../test/say-service.js';
import {
  exceptionBody,
  replyBytes,
  ScriptedServer,
  type ScriptedRequest,
} from '../../test/scripted-server.js';

describe('what a client sends', () => {
  let server: ScriptedServer;
  let transport: ClientTransport;
  let client: SayServiceClient;

  beforeEach(async () => {
    server = await new ScriptedServer().listen();
  });

  afterEach(() => {
    transport.destroy();
    server.close();
  });

  function open(options: ClientTransportOptions = {}, attemptTimeoutMs = 0): void {
    // Machines that run tests can be slow.
    transport = new ClientTransport({
      connectTimeoutMs: 30_000,
      readTimeoutMs: 0,
      ...options,
    });
    client = createClient(SayService, { transport, endpoints: [server.address], attemptTimeoutMs });
  }

  async function requestOf(options?: CallOptions): Promise<ScriptedRequest> {
    await client.say('hi', options);
    return server.requests.at(-1)!;
  }

  /** A request being served, as far as calls made meanwhile look at it. */
  function serving(call: Partial<IncomingCall>): IncomingCall {
    const nothing = new Map<string, string>();
    const method = SayService.methods['hush']!;
    const incoming = { method, deadline: Infinity, persistentMetadata: nothing, ...call };
    return incoming as IncomingCall;
  }

  it('names the service and the method, and nothing that was not said', async () => {
    open();
    const request = await requestOf();
    expect(request).toMatchObject({ name: 'say', type: MessageType.CALL, flags: 0 });
    expect(request.transport).toBe('TTHeaderFramed');
    expect(request.headerSequenceId).toBe(request.sequenceId);
    expect(Object.fromEntries(request.strings)).toEqual({ isn: 'SayService' });
    expect(Object.fromEntries(request.ints)).toEqual({
      1: 'framed',
      6: 'SayService',
      9: 'say',
      22: '1',
    });
  });

  it('tells who calls whom, and the timeouts', async () => {
    open({ transport: 'TTHeader', serviceName: 'gateway', targetServiceName: 'svc.say' });
    const request = await requestOf({ timeoutMs: 800, connectTimeoutMs: 200 });
    const { 12: timeout, ...others } = Object.fromEntries(request.ints);
    expect(others).toEqual({
      1: 'unframed',
      3: 'gateway',
      6: 'svc.say',
      9: 'say',
      17: '200',
      22: '1',
    });
    expect(Number(timeout)).toBeGreaterThan(0);
    expect(Number(timeout)).toBeLessThanOrEqual(800);
  });

  it.each([1, 9, 10, 99, 1000, 12_345, 999_999_999, 2_147_483_647])(
    'writes a connect timeout of %i ms as a number',
    async (connectTimeoutMs) => {
      open();
      await transport.connect(server.address);
      const request = await requestOf({ connectTimeoutMs });
      expect(request.ints.get(17)).toBe(String(connectTimeoutMs));
    },
  );

  it('carries metadata of one hop and of all hops', async () => {
    open();
    const request = await requestOf({
      metadata: { tk: 'tv', 'gdpr-token': 'secret', empty: '' },
      persistentMetadata: { pk: 'pü' },
    });
    expect(Object.fromEntries(request.strings)).toEqual({
      isn: 'SayService',
      RPC_TRANSIT_tk: 'tv',
      'RPC_TRANSIT_gdpr-token': 'secret',
      RPC_PERSIST_pk: 'pü',
    });
  });

  it('marks a repeated attempt', async () => {
    open();
    const { address } = server;
    const call = createCall(SayService, unaryMethod(SayService, 'say'), { text: 'x' }, { address });
    await transport.call(nextAttempt(call, { attempt: 2 }));
    await transport.call(call);
    const marks = server.requests.map(({ strings }) => strings.get('RPC_PERSIST_RetryReq'));
    expect(marks).toEqual(['2', undefined]);
  });

  it('sends oneway calls as such and does not wait', async () => {
    open();
    server.onRequest = () => undefined;
    await expect(client.shout('hey')).resolves.toBeUndefined();
    const request = await server.request(1);
    expect(request.type).toBe(MessageType.ONEWAY);
    expect(request.ints.get(22)).toBe('4');
  });

  it('sends a oneway call before a connection of short mode closes', async () => {
    open({ connection: { mode: 'short' } });
    await client.shout('hey');
    await expect(server.request(1)).resolves.toMatchObject({ name: 'shout' });
  });

  it('puts the service before the method for multiplexed processors', async () => {
    open({ transport: 'Framed', multiplexedNames: true });
    server.onRequest = (request) =>
      request.socket.write(replyBytes(request, { name: request.name.split(':')[1]! }));
    const request = await requestOf();
    expect(request.name).toBe('SayService:say');
  });

  it('carries on what the request being served brought', async () => {
    open();
    const incoming = serving({
      deadline: performance.now() + 700,
      persistentMetadata: new Map([
        ['trace', 'abc'],
        ['tenant', 'from caller'],
      ]),
    });
    const options = { timeoutMs: 60_000, persistentMetadata: { tenant: 'mine' } };
    // The call waits for its connection, and is written when nothing is being served any more.
    const call = callStorage.run({ call: incoming }, () => client.say('hi', options));
    await call;
    const { strings, ints } = server.requests[0]!;
    expect(strings.get('RPC_PERSIST_trace')).toBe('abc');
    expect(strings.get('RPC_PERSIST_tenant')).toBe('mine');
    expect(ints.get(20)).toBe('hush');
    expect(Number(ints.get(12))).toBeLessThanOrEqual(700);
  });

  it('does not outlive the request being served', async () => {
    open();
    server.onRequest = () => undefined;
    const incoming = serving({ deadline: performance.now() + 50 });
    const call = callStorage.run({ call: incoming }, () => client.say('hi'));
    await expect(call).rejects.toThrow(/before the deadline of the request being served/);
  });

  it('does not keep the request alive that happened to need a connection', async () => {
    open();
    const seen: unknown[] = [];
    const observer = { connectionOpened: () => void seen.push(callStorage.getStore()) };
    open({ observers: [observer] });
    await callStorage.run({ call: serving({}) }, () => client.say('hi'));
    expect(seen).toEqual([undefined]);
  });

  it('hands the strings of the reply to the caller, also with an exception', async () => {
    open();
    const received: Record<string, string>[] = [];
    const onBackwardMetadata = (values: ReadonlyMap<string, string>): void => {
      received.push(Object.fromEntries(values));
    };
    const strings = { back: 'value' };
    server.onRequest = (request) => request.socket.write(replyBytes(request, { strings }));
    await client.say('1', { onBackwardMetadata });
    server.onRequest = (request) => {
      const exception = { type: MessageType.EXCEPTION, body: exceptionBody(6, 'x'), strings };
      request.socket.write(replyBytes(request, exception));
    };
    await client.say('2', { onBackwardMetadata }).catch(() => undefined);
    expect(received).toEqual([strings, strings]);
  });

  it('calls the instances in turn, or the one that is named', async () => {
    const other = await new ScriptedServer().listen();
    transport = new ClientTransport();
    const endpoints = [server.address, other.address];
    client = createClient(SayService, { transport, endpoints });
    for (let count = 0; count < 4; count++) {
      await client.say('x');
    }
    expect([server.requests.length, other.requests.length]).toEqual([2, 2]);
    for (let count = 0; count < 3; count++) {
      await client.say('x', { address: other.address });
    }
    expect([server.requests.length, other.requests.length]).toEqual([2, 5]);
    other.close();
  });

  it('waits three seconds by default', async () => {
    transport = new ClientTransport();
    client = createClient(SayService, { transport, endpoints: [server.address] });
    const request = await requestOf();
    expect(Number(request.ints.get(12))).toBeGreaterThan(1000);
    expect(Number(request.ints.get(12))).toBeLessThanOrEqual(3000);
  });

  it.each([-1, Number.NaN])('rejects a timeout of %p ms for a call', async (timeoutMs) => {
    open();
    await expect(client.say('x', { timeoutMs })).rejects.toThrow(
      /call\(SayService\.say\)\.timeoutMs must be milliseconds/,
    );
  });

  it('rejects a client without an address', () => {
    open();
    const create = (endpoints: string[], timeoutMs?: number) => () =>
      createClient(SayService, { transport, endpoints, timeoutMs });
    expect(create([])).toThrow(
      /createClient\(SayService\)\.endpoints must be an array of at least 1, .*; got an array of 0/,
    );
    expect(create(['nowhere'])).toThrow(
      /endpoints\[0\] must be an address \(host:port.*got the string "nowhere"/,
    );
    expect(create([server.address], -1)).toThrow(/\.timeoutMs must be milliseconds/);
  });

  it('says that a call names no instance', async () => {
    open();
    const say = SayService.methods['say']!;
    const invoke = createMethodInvoker(SayService, say, (call) => transport.call(call));
    await expect(invoke({ text: 'x' })).rejects.toThrow(/SayService\.say has no instance to call/);
  });

  it('does not mix up services that share an inherited method', async () => {
    open();
    const Derived = { name: 'Derived', methods: SayService.methods };
    const derived = createClient<SayServiceClient>(Derived, {
      transport,
      endpoints: [server.address],
    });
    await client.say('1');
    await derived.say('2');
    await client.say('3');
    const names = server.requests.map(({ strings }) => strings.get('isn'));
    expect(names).toEqual(['SayService', 'Derived', 'SayService']);
  });

  it('tells observers of connections and calls, and sends what they add', async () => {
    const events: unknown[] = [];
    const outcomes: CallOutcome[] = [];
    open({
      observers: [
        {
          connectionOpened: ({ side }) => void events.push(`${side} opened`),
          connectionClosed: ({ address }) => void events.push(`closed ${address}`),
          connectionFailed: ({ address }) => void events.push(`failed ${address}`),
          callStarted: (call, metadata) => {
            metadata.set('traceparent', '00-1');
            return call.method.name;
          },
          callFinished: (_call, outcome, address, state) => {
            outcomes.push(outcome);
            events.push([state, address]);
          },
        },
      ],
    });
    const request = await requestOf();
    expect(request.strings.get('RPC_TRANSIT_traceparent')).toBe('00-1');
    const wrong = client.say(1 as unknown as string);
    await expect(wrong).rejects.toMatchObject({ code: 'ENCODE_FAILED' });
    server.onRequest = ({ socket }) => void socket.destroy();
    await expect(client.say('x')).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    server.stopListening();
    await expect(client.say('x')).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    const { address } = server;
    expect(events).toEqual([
      'client opened',
      ['say', address],
      ['say', address],
      ['say', address],
      `closed ${address}`,
      `failed ${address}`,
      ['say', ''],
    ]);
    expect(outcomes.map(({ failed }) => failed)).toEqual([false, true, true, true]);
    expect(outcomes[0]!.sentBytes).toBeGreaterThan(80);
    expect(outcomes[0]!.receivedBytes).toBe(replyBytes(request).length);
    expect(outcomes[1]).toMatchObject({ sentBytes: 0, receivedBytes: 0 });
    expect(outcomes.every(({ durationMs }) => durationMs > 0)).toBe(true);
  });

  it('sends large calls to a slow reader, without losing any', async () => {
    open({ connection: { mode: 'mux' } });
    server.onConnection = (socket) => {
      socket.pause();
      setImmediate(() => socket.resume());
    };
    const text = 'x'.repeat(300_000);
    const calls = Array.from({ length: 20 }, () => client.say(text));
    await expect(Promise.all(calls)).resolves.toHaveLength(20);
  });

  it.each([
    [
      { transport: 'Frame' },
      /^client\.transport must be one of 'Buffered', 'Framed', .*; got the string "Frame"/,
    ],
    [{ protocol: 'json' }, /client\.protocol must be one of 'binary', 'compact'/],
    [{ connectTimeoutMs: -1 }, /client\.connectTimeoutMs must be milliseconds, an integer from 0/],
    [{ readTimeoutMs: 1.5 }, /client\.readTimeoutMs must be milliseconds, an integer from 0/],
    [{ maxFrameBytes: 2 ** 31 }, /maxFrameBytes must be an integer from 1 to 1073741824/],
    [
      { connection: { mode: 'pool' } },
      /client\.connection\.mode must be one of 'long', 'mux', 'short'; got the string "pool"/,
    ],
    [{ connection: { mode: 'long', maxPerAddress: 0 } }, /connection\.maxPerAddress must be/],
    [{ connection: { mode: 'mux', connectionsPerAddress: -1 } }, /connectionsPerAddress must be/],
  ])('refuses the options %j', (options, message) => {
    open();
    expect(() => new ClientTransport(options as ClientTransportOptions)).toThrow(message);
  });

  it('closes its end when the server closed its own', async () => {
    open();
    await client.say('x');
    server.sockets[0]!.end();
    const [socket] = server.sockets;
    await until(() => socket!.destroyed);
    expect(socket!.readableEnded).toBe(true);
  });
});

import { jest } from '@jest/globals';
import { EncodeError, ProtocolError } from '@nestjs-thrift/codec';
import { MessageType } from '@nestjs-thrift/codec/wire';
import { unaryMethod } from '#test/methods.js';
import {
  ApplicationExceptionType,
  BizStatusError,
  CancelledError,
  ClientTransport,
  ClientClosedError,
  ConnectError,
  ConnectionLostError,
  createClient,
  LimitExceededError,
  nextAttempt,
  PoolExhaustedError,
  RemoteError,
  RpcTimeoutError,
  type ClientTransportOptions,
  type PoolStats,
} from '../index.js';
import { createCall } from '../internal/index.js';
import { until } from '#test/until.js';
import { Refused, SayService, type SayServiceClient } from '../../test/say-service.js';
import {
  EMPTY_STRUCT,
  exceptionBody,
  replyBytes,
  ScriptedServer,
  textResult,
  type ReplyScript,
} from '../../test/scripted-server.js';

describe('ClientTransport with peers that misbehave', () => {
  let server: ScriptedServer;
  let transport: ClientTransport;
  let client: SayServiceClient;

  beforeAll(() => {
    // Sockets are real, time is not. One clock for all tests, as the process has one wheel of deadlines.
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  });
  afterAll(() => jest.useRealTimers());

  beforeEach(async () => {
    server = await new ScriptedServer().listen();
  });

  afterEach(() => {
    transport.destroy();
    server.close();
  });

  function open(options: ClientTransportOptions = {}, attemptTimeoutMs = 500): void {
    transport = new ClientTransport({ transport: 'TTHeaderFramed', ...options });
    client = createClient(SayService, { transport, endpoints: [server.address], attemptTimeoutMs });
  }

  function stats(): PoolStats {
    return transport.stats().get(server.address)!;
  }

  function answer(script: ReplyScript): void {
    server.onRequest = (request) => request.socket.write(replyBytes(request, script));
  }

  /** The error a call ends with; it must name the method and the address. */
  async function failure(call: Promise<unknown>): Promise<Error> {
    const error = await call.then(
      () => Promise.reject(new Error('the call succeeded')),
      (reason: Error) => reason,
    );
    expect(error.message).toContain('SayService.say');
    expect(error.message).toContain(server.address);
    return error;
  }

  describe.each(['long', 'short', 'mux'] as const)('in mode %s', (mode) => {
    beforeEach(() => open({ connection: { mode } }));

    it('reports a port without a listener', async () => {
      server.close();
      const errors = await Promise.all([failure(client.say('1')), failure(client.say('2'))]);
      for (const error of errors) {
        expect(error).toBeInstanceOf(ConnectError);
        expect(error.message).toMatch(/ECONNREFUSED.*is the server up/);
        expect(error).toMatchObject({ code: 'CONNECT_FAILED', address: server.address });
      }
      expect(stats()).toMatchObject({ opened: 0, pending: 0 });
      expect(stats().openFailures).toBeGreaterThan(0);
    });

    it('gives up a call at its deadline', async () => {
      server.onRequest = () => undefined;
      const call = failure(client.say('1'));
      await server.request(1);
      jest.advanceTimersByTime(520);
      const error = await call;
      expect(error).toBeInstanceOf(RpcTimeoutError);
      expect(error.message).toMatch(
        /within 500 ms; give it more time \(attemptTimeoutMs, timeoutMs\)/,
      );
      expect(stats().active).toBe(0);
    });

    it('does not blame the peer for the time before a request left, however long the process was busy', async () => {
      transport.destroy();
      open({ connection: { mode }, readTimeoutMs: 700, connectTimeoutMs: 60_000 }, 0);
      await client.say('connects');
      const before = client.say('before');
      jest.advanceTimersByTime(10_000);
      const after = client.say('after');
      await expect(Promise.all([before, after])).resolves.toEqual(['ok', 'ok']);
    });

    it.each([
      ['of the client', { readTimeoutMs: 700 }, { attemptTimeoutMs: 10_000 }, 700],
      ['of the call', { readTimeoutMs: 700 }, { attemptTimeoutMs: 10_000, readTimeoutMs: 40 }, 40],
      ['by default', {}, {}, 2000],
    ])(
      'gives up a call when the peer is silent for too long: the limit %s',
      async (_whose, options, callOptions, limitMs) => {
        transport.destroy();
        open({ connection: { mode }, ...options }, 0);
        server.onRequest = () => undefined;
        const call = failure(client.say('1', callOptions));
        await server.request(1);
        jest.advanceTimersByTime(limitMs + 20);
        const error = await call;
        expect(error).toBeInstanceOf(RpcTimeoutError);
        expect(error.message).toMatch(new RegExp(`sent nothing for ${limitMs} ms.*readTimeoutMs`));
        await until(() => server.sockets[0]!.readableEnded);
      },
    );

    it('waits for the timeout of the call when no read timeout is set', async () => {
      server.onRequest = () => undefined;
      const call = failure(client.say('1', { attemptTimeoutMs: 10_000 }));
      await server.request(1);
      jest.advanceTimersByTime(9_990);
      expect(stats().active).toBe(1);
      jest.advanceTimersByTime(30);
      expect((await call).message).toMatch(/within 10000 ms/);
    });

    it('loses a call when the peer closes in the middle of a reply', async () => {
      server.onRequest = (request) => request.socket.end(replyBytes(request).subarray(0, 20));
      const error = await failure(client.say('1'));
      expect(error).toBeInstanceOf(ConnectionLostError);
      expect(error.message).toMatch(/closed by the server in the middle of a reply.*unknown/);
      expect(stats()).toMatchObject({ active: 0, idle: 0 });
    });

    it('loses a call when the peer resets', async () => {
      server.onRequest = ({ socket }) => void socket.resetAndDestroy();
      const error = await failure(client.say('1'));
      expect(error).toBeInstanceOf(ConnectionLostError);
      expect(error.message).toMatch(/ECONNRESET.*repeat it only if/);
      expect(stats()).toMatchObject({ active: 0, idle: 0 });
    });

    it('refuses an answer that is not Thrift', async () => {
      server.onRequest = ({ socket }) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
      const error = await failure(client.say('1'));
      expect(error).toBeInstanceOf(ProtocolError);
      expect(error.message).toMatch(
        /is not a Thrift message: .*is this the port of a Thrift server/,
      );
      expect(stats()).toMatchObject({ active: 0, idle: 0 });
    });

    it('refuses an answer that is too large before it comes', async () => {
      server.onRequest = ({ socket }) => socket.write(Buffer.from('7fffffff80010002', 'hex'));
      await expect(failure(client.say('1'))).resolves.toMatchObject({ reason: 'SIZE_LIMIT' });
    });

    it('refuses a result that is not of its type', async () => {
      answer({ body: Buffer.from([11, 0, 0, 0, 0, 0, 200, 1, 0]) });
      const error = await failure(client.say('1'));
      expect(error).toBeInstanceOf(ProtocolError);
      expect(error.message).toMatch(/cannot be read: .*do both sides have the same IDL/);
      await until(() => server.sockets[0]!.readableEnded);
    });

    it.each([
      ['a wrong sequence id', { sequenceId: 99, headerSequenceId: undefined }, 4],
      ['a wrong method name', { name: 'hush' }, 3],
      ['a wrong message type', { type: MessageType.CALL }, 2],
    ])('refuses %s and drops the connection', async (_, script, type) => {
      server.onRequest = (request) =>
        request.socket.write(
          replyBytes(request, { ...script, headerSequenceId: request.headerSequenceId }),
        );
      const error = await failure(client.say('1'));
      expect(error).toMatchObject({ code: 'REMOTE_ERROR', type });
      await until(() => server.sockets[0]!.readableEnded);
    });

    it('does not take an answer without a result for one', async () => {
      answer({ body: EMPTY_STRUCT });
      const error = await failure(client.say('1'));
      expect(error).toMatchObject({ type: ApplicationExceptionType.MISSING_RESULT });
    });

    it('does not let arguments that cannot be encoded harm others', async () => {
      const calls = [client.say('1'), failure(client.say(2 as unknown as string)), client.say('3')];
      const [first, second, third] = await Promise.all(calls);
      expect([first, third]).toEqual(['ok', 'ok']);
      expect(second).toBeInstanceOf(EncodeError);
      expect((second as Error).message).toMatch(/cannot be encoded: .*text: expected string/);
      expect(server.requests).toHaveLength(2);
    });

    it('fails all calls when it is destroyed', async () => {
      server.onRequest = () => undefined;
      const calls = [failure(client.say('1')), failure(client.say('2'))];
      await server.request(2);
      transport.destroy(new Error('shutting down'));
      for (const error of await Promise.all(calls)) {
        expect(error).toBeInstanceOf(ClientClosedError);
        expect(error.cause).toEqual(new Error('shutting down'));
      }
      await expect(failure(client.say('3'))).resolves.toBeInstanceOf(ClientClosedError);
    });

    it('fails calls that wait for a connection when it is destroyed', async () => {
      const call = failure(client.say('1'));
      transport.destroy();
      await expect(call).resolves.toBeInstanceOf(ClientClosedError);
      expect(server.requests).toHaveLength(0);
    });

    it('cancels a call that is in flight', async () => {
      server.onRequest = () => undefined;
      const cancellation = new AbortController();
      const call = failure(client.say('1', { signal: cancellation.signal }));
      await server.request(1);
      cancellation.abort(new Error('had enough'));
      const error = await call;
      expect(error).toBeInstanceOf(CancelledError);
      expect(error.cause).toEqual(new Error('had enough'));
    });

    it('cancels a call that waits for a connection', async () => {
      const cancellation = new AbortController();
      const call = failure(client.say('1', { signal: cancellation.signal }));
      cancellation.abort();
      await expect(call).resolves.toBeInstanceOf(CancelledError);
      expect(stats().pending).toBe(0);
      await until(() => stats().opened === 1);
      expect(server.requests).toHaveLength(0);
    });

    it('does not begin a call whose signal fired before', async () => {
      const call = failure(client.say('1', { signal: AbortSignal.abort() }));
      await expect(call).resolves.toBeInstanceOf(CancelledError);
      expect(transport.stats().size).toBe(0);
    });

    it('resolves a call whose function for backward metadata throws', async () => {
      const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
      const onBackwardMetadata = (): void => {
        throw new Error('mine');
      };
      await expect(client.say('1', { onBackwardMetadata })).resolves.toBe('ok');
      await expect(client.say('2')).resolves.toBe('ok');
      warn.mockRestore();
    });
  });

  describe('without multiplexing', () => {
    beforeEach(() => open());

    it('does not use a connection again after a timeout', async () => {
      server.onRequest = () => undefined;
      const call = failure(client.say('1'));
      const late = await server.request(1);
      jest.advanceTimersByTime(520);
      await call;
      late.socket.write(replyBytes(late, { body: textResult('late') }));
      answer({ body: textResult('fresh') });
      await expect(client.say('2')).resolves.toBe('fresh');
      expect(stats()).toMatchObject({ opened: 2, reused: 0 });
    });

    it('does not use a connection again after a cancelled call', async () => {
      server.onRequest = () => undefined;
      const cancellation = new AbortController();
      const call = failure(client.say('1', { signal: cancellation.signal }));
      await server.request(1);
      cancellation.abort();
      await call;
      answer({});
      await client.say('2');
      expect(stats()).toMatchObject({ opened: 2, reused: 0 });
    });

    it.each([1, 7, 20])('drops the connection after an exception of type %i', async (type) => {
      answer({ type: MessageType.EXCEPTION, body: exceptionBody(type, 'sorry') });
      await expect(client.say('1')).rejects.toThrow(new RemoteError(type, 'sorry'));
      await until(() => server.sockets[0]!.readableEnded);
      expect(stats().idle).toBe(0);
    });

    it.each([6, 1000])('keeps the connection after an exception of type %i', async (type) => {
      answer({ type: MessageType.EXCEPTION, body: exceptionBody(type, 'sorry') });
      await expect(client.say('1')).rejects.toThrow(new RemoteError(type, 'sorry'));
      expect(stats().idle).toBe(1);
    });

    it.each(['request over limit', 'request over limit: request too frequent'])(
      'recognises a server that is over a limit and keeps the connection: %s',
      async (message) => {
        answer({ type: MessageType.EXCEPTION, body: exceptionBody(6, message) });
        const error = await failure(client.say('1'));
        expect(error).toBeInstanceOf(LimitExceededError);
        expect(error).toMatchObject({ code: 'LIMIT_EXCEEDED', address: server.address });
        expect(error.message).toContain(message);
        expect(stats().idle).toBe(1);
      },
    );

    it.each([
      [1000, 'request over limit: request too frequent'],
      [6, 'biz error: remote or network error[remote]: request over limit'],
      [6, 'request over limits'],
    ])('takes an exception of type %i for a RemoteError: %s', async (type, message) => {
      answer({ type: MessageType.EXCEPTION, body: exceptionBody(type, message) });
      await expect(client.say('1')).rejects.toThrow(new RemoteError(type, message));
    });

    it('takes an exception whatever its name and sequence id', async () => {
      answer({ type: MessageType.EXCEPTION, name: '', sequenceId: 0, body: exceptionBody(6, 'x') });
      await expect(client.say('1')).rejects.toThrow(new RemoteError(6, 'x'));
    });

    it('names an exception that comes without a text', async () => {
      answer({ type: MessageType.EXCEPTION, body: exceptionBody(1) });
      await expect(client.say('1')).rejects.toThrow(new RemoteError(1, 'unknown method'));
    });

    it('drops the connection when the reply announces that it is about to close', async () => {
      answer({ strings: { crrst: '0' } });
      await expect(client.say('1')).resolves.toBe('ok');
      await until(() => server.sockets[0]!.readableEnded);
      await client.say('2');
      expect(stats().opened).toBe(2);
    });

    it('drops a connection that sends while it is idle', async () => {
      await client.say('1');
      server.sockets[0]!.write(replyBytes(server.requests[0]!));
      await until(() => stats().idle === 0);
      await expect(client.say('2')).resolves.toBe('ok');
      expect(stats().opened).toBe(2);
    });

    it('drops an idle connection that the peer closes', async () => {
      await client.say('1');
      server.sockets[0]!.end();
      await until(() => stats().idle === 0);
      await expect(client.say('2')).resolves.toBe('ok');
    });

    it('does not give a second reply to the next call', async () => {
      open({ connection: { mode: 'long', maxPerAddress: 1 } });
      server.onRequest = (request) => {
        const exception = { type: MessageType.EXCEPTION, body: exceptionBody(6, 'not yours') };
        const bytes = [replyBytes(request), replyBytes(request, exception)];
        request.socket.write(Buffer.concat(bytes));
      };
      await expect(Promise.all([client.say('1'), client.say('2')])).resolves.toEqual(['ok', 'ok']);
      expect(stats().opened).toBe(2);
    });

    it.each(['Buffered', 'Framed', 'TTHeader', 'TTHeaderFramed'] as const)(
      'takes a reply that comes %s',
      async (name) => {
        answer({ transport: name, body: textResult(name) });
        await expect(client.say('1')).resolves.toBe(name);
        expect(stats().idle).toBe(1);
      },
    );

    it('prefers an exception to a business status, and that to a result', async () => {
      const strings = { 'biz-status': '404', 'biz-message': 'gone', 'biz-extra': '{"a":"b"}' };
      answer({ strings, type: MessageType.EXCEPTION, body: exceptionBody(6, 'sorry') });
      await expect(client.say('1')).rejects.toThrow(new RemoteError(6, 'sorry'));
      answer({ strings });
      await expect(client.say('1')).rejects.toEqual(new BizStatusError(404, 'gone', { a: 'b' }));
      expect(stats()).toMatchObject({ opened: 1, idle: 1 });
    });

    it('keeps a business status whose details are malformed', async () => {
      answer({ strings: { 'biz-status': '-5', 'biz-extra': '{oops' } });
      await expect(client.say('1')).rejects.toMatchObject({ statusCode: -5, extra: {} });
    });

    it.each(['0', 'x', '99999999999'])(
      'takes the business status %s for success',
      async (status) => {
        answer({ strings: { 'biz-status': status } });
        await expect(client.say('1')).resolves.toBe('ok');
      },
    );

    it('raises a declared exception as an instance of its class', async () => {
      const reason = Buffer.from('0c00010b0001000000026e6f0000', 'hex');
      answer({ body: reason });
      await expect(client.say('1')).rejects.toBeInstanceOf(Refused);
      await expect(client.hush('1')).rejects.toEqual(new Refused({ reason: 'no' }));
      expect(stats()).toMatchObject({ opened: 1, idle: 1 });
    });

    it('reads a reply that comes byte by byte', async () => {
      server.onRequest = (request) => void dribble(request.socket, replyBytes(request));
      await expect(client.say('1')).resolves.toBe('ok');
    });
  });

  describe('with multiplexing', () => {
    beforeEach(() => open({ connection: { mode: 'mux' } }));

    it('makes another connection after a call that timed out in silence', async () => {
      server.onRequest = () => undefined;
      const call = failure(client.say('1', { attemptTimeoutMs: 5_000 }));
      await server.request(1);
      jest.advanceTimersByTime(5_020);
      await call;
      answer({});
      await expect(client.say('2')).resolves.toBe('ok');
      expect(stats().opened).toBe(2);
    });

    it('keeps its connection after a call that timed out while others are answered', async () => {
      server.onRequest = () => undefined;
      const call = failure(client.say('1', { attemptTimeoutMs: 5_000 }));
      await server.request(1);
      jest.advanceTimersByTime(4_000);
      answer({});
      await expect(client.say('2')).resolves.toBe('ok');
      jest.advanceTimersByTime(1_020);
      await call;
      await expect(client.say('3')).resolves.toBe('ok');
      expect(stats().opened).toBe(1);
    });

    it('matches replies that come in another order', async () => {
      server.onRequest = () => undefined;
      const calls = [client.say('1'), client.say('2'), client.say('3')];
      await server.request(3);
      for (const request of [...server.requests].reverse()) {
        const body = textResult(`reply ${server.requests.indexOf(request)}`);
        request.socket.write(replyBytes(request, { body }));
      }
      await expect(Promise.all(calls)).resolves.toEqual(['reply 0', 'reply 1', 'reply 2']);
      expect(server.sockets).toHaveLength(1);
      expect(server.requests.every(({ flags }) => flags === 1)).toBe(true);
    });

    it('matches by the sequence id of the message where there is no header', async () => {
      open({ transport: 'Framed', connection: { mode: 'mux' } });
      server.onRequest = () => undefined;
      const calls = [client.say('1'), client.say('2')];
      await server.request(2);
      for (const request of [...server.requests].reverse()) {
        const body = textResult(`reply ${server.requests.indexOf(request)}`);
        request.socket.write(replyBytes(request, { body }));
      }
      await expect(Promise.all(calls)).resolves.toEqual(['reply 0', 'reply 1']);
    });

    it('goes on with the connection after a timeout, and drops the late reply', async () => {
      server.onRequest = () => undefined;
      const call = failure(client.say('1'));
      const late = await server.request(1);
      jest.advanceTimersByTime(520);
      await call;
      const next = client.say('2');
      const request = await server.request(2);
      late.socket.write(replyBytes(late, { body: textResult('late') }));
      request.socket.write(replyBytes(request, { body: textResult('mine') }));
      await expect(next).resolves.toBe('mine');
      expect(stats()).toMatchObject({ opened: 1, idle: 1 });
    });

    it('does not make a young call pay for an old one that got no answer', async () => {
      server.onRequest = () => undefined;
      const limits = { attemptTimeoutMs: 10_000, readTimeoutMs: 2000 };
      const old = failure(client.say('1', limits));
      await server.request(1);
      jest.advanceTimersByTime(1500);
      const young = client.say('2', limits);
      const request = await server.request(2);
      jest.advanceTimersByTime(520);
      await expect(old).resolves.toBeInstanceOf(RpcTimeoutError);
      request.socket.write(replyBytes(request));
      await expect(young).resolves.toBe('ok');
      answer({});
      await client.say('3');
      expect(stats().opened).toBe(2);
    });

    it.each([1, 6, 7, 20])('keeps the connection after an exception of type %i', async (type) => {
      answer({ type: MessageType.EXCEPTION, body: exceptionBody(type, 'sorry') });
      await expect(client.say('1')).rejects.toThrow(new RemoteError(type, 'sorry'));
      expect(stats().idle).toBe(1);
    });

    it('leaves a connection after a control message, whose calls in flight finish', async () => {
      server.onRequest = () => undefined;
      const calls = [client.say('1'), client.say('2')];
      const second = await server.request(2);
      const first = server.requests[0]!;
      const control = { sequenceId: 0, name: 'none', body: EMPTY_STRUCT, strings: { crrst: '1' } };
      // In one piece with a reply, so that the end of its call shows that the message was seen.
      first.socket.write(Buffer.concat([replyBytes(first, control), replyBytes(second)]));
      await calls[1];
      answer({ body: textResult('elsewhere') });
      await expect(client.say('3')).resolves.toBe('elsewhere');
      expect(server.sockets).toHaveLength(2);
      first.socket.write(replyBytes(first));
      await expect(calls[0]).resolves.toBe('ok');
      await until(() => first.socket.readableEnded);
      expect(stats()).toMatchObject({ active: 0, idle: 1 });
    });
  });

  it('gives up connecting to a peer that does not answer', async () => {
    open({ tls: { rejectUnauthorized: false }, connectTimeoutMs: 100 });
    // The TCP connection stands; the TLS handshake never gets its answer.
    server.onConnection = (socket) => socket.removeAllListeners('data');
    const call = failure(client.say('1'));
    await until(() => server.sockets.length === 1);
    jest.advanceTimersByTime(120);
    const error = await call;
    expect(error).toBeInstanceOf(ConnectError);
    expect(error.message).toContain('did not complete the TLS handshake');
  });

  it('reports a full queue', async () => {
    open({ connection: { mode: 'long', maxPerAddress: 1, maxWaitingPerAddress: 1 } });
    server.onRequest = () => undefined;
    const served = client.say('1');
    const first = await server.request(1);
    const waiting = client.say('2');
    const error = await failure(client.say('3'));
    expect(error).toBeInstanceOf(PoolExhaustedError);
    expect(error.message).toMatch(/1 calls wait already; raise connection\.maxPerAddress/);
    answer({});
    first.socket.write(replyBytes(first));
    await expect(Promise.all([served, waiting])).resolves.toEqual(['ok', 'ok']);
  });

  it('reports a wait that was too long', async () => {
    open({ connection: { mode: 'long', maxPerAddress: 1 }, connectTimeoutMs: 200 });
    server.onRequest = () => undefined;
    void client.say('1').catch(() => undefined);
    await server.request(1);
    const waiting = failure(client.say('2'));
    jest.advanceTimersByTime(220);
    const error = await waiting;
    expect(error).toBeInstanceOf(PoolExhaustedError);
    expect(error.message).toMatch(/none of 1 connections became free in time/);
  });

  it('does not send a call whose deadline has passed', async () => {
    open();
    await client.say('1');
    const options = { timeoutMs: 5, address: server.address };
    const late = createCall(SayService, unaryMethod(SayService, 'say'), { text: 'x' }, options);
    const call = transport.call(nextAttempt(late, { deadline: performance.now() - 1 }));
    await expect(failure(call)).resolves.toBeInstanceOf(RpcTimeoutError);
    expect(server.requests).toHaveLength(1);
  });

  it('is not harmed by a peer that closes what it accepts', async () => {
    open();
    server.onConnection = (socket) => socket.destroy();
    const error = await failure(client.say('1'));
    expect([ConnectError, ConnectionLostError]).toContain(error.constructor);
  });
});

async function dribble(socket: { write(bytes: Buffer): unknown }, bytes: Buffer): Promise<void> {
  for (const byte of bytes) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

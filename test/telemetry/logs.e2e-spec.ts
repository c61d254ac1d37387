import { setTimeout } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { context, trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { type CallLine, ThriftCallLog, type ThriftCallLogOptions } from '@nestjs-thrift/telemetry';
import { ThriftTracing } from '@nestjs-thrift/telemetry/tracing';
import { BizStatusError } from '@nestjs-thrift/transport';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { Echo, Failure } from '#test/echo-service.js';
import { LogRecorder } from '#test/log-recorder.js';
import { RawClient } from '#test/raw-client.js';
import { until } from '#test/until.js';

function logged(options: ThriftCallLogOptions = {}): {
  log: ThriftCallLog;
  recorder: LogRecorder<CallLine>;
} {
  const recorder = new LogRecorder<CallLine>();
  return { log: new ThriftCallLog({ logger: recorder, ...options }), recorder };
}

const answer = ({ text }: { text?: unknown }): unknown => {
  if (text === 'status') {
    throw new BizStatusError(7, 'sold out');
  }
  if (text === 'fail') {
    throw new Error('broken');
  }
  return text;
};

describe('logs of calls over sockets', () => {
  it('are one line per call and side, with what identifies and measures it', async () => {
    const server = logged();
    const client = logged();
    const { address: endpoint } = await serveEcho({ echo: answer }, { observers: [server.log] });
    const { echo } = callEcho(endpoint, { observers: [client.log], serviceName: 'gateway' });
    await echo.echo('hello', {
      metadata: { 'X-Request-Id': 'r-1' },
      persistentMetadata: { logid: 'l-1' },
    });
    await until(() => server.recorder.lines.length === 1);

    expect(client.recorder.lines).toEqual([
      [
        'log',
        {
          message: expect.stringMatching(/^Echo\.echo success in [\d.]+ ms$/),
          side: 'client',
          service: 'Echo',
          method: 'echo',
          outcome: 'success',
          durationMs: expect.any(Number),
          sentBytes: expect.any(Number),
          receivedBytes: expect.any(Number),
          requestId: 'r-1',
          logId: 'l-1',
          peer: endpoint,
        },
      ],
    ]);
    const [level, line] = server.recorder.lines[0]!;
    expect(level).toBe('log');
    expect(line).toMatchObject({
      side: 'server',
      outcome: 'success',
      caller: 'gateway',
      requestId: 'r-1',
      logId: 'l-1',
      receivedBytes: client.recorder.lines[0]![1].sentBytes,
      peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
  });

  it.each(['TTHeaderFramed', 'Framed', 'Buffered'] as const)(
    'have no field that is undefined, however a call over %s ends',
    async (transport) => {
      const { log, recorder } = logged({ includeMetadata: true });
      const { address } = await serveEcho(
        {
          echo: ({ text }) => {
            if (text === 'declared') {
              throw new Failure({ reason: 'no' });
            }
            return answer({ text });
          },
        },
        { observers: [log] },
      );
      const { echo, transport: client } = callEcho(address, { transport, observers: [log] });
      for (const text of ['hello', 'status', 'declared', 'fail']) {
        await echo.echo(text).catch(() => undefined);
      }
      await echo.fire('oneway');
      await echo.echo('late', { timeoutMs: 1e-3 }).catch(() => undefined);
      await until(() => recorder.lines.filter(([, { side }]) => side === 'server').length >= 5);
      await client.close(0);
      await echo.echo('closed').catch(() => undefined);

      const outcomes = new Set(recorder.lines.map(([, { outcome }]) => outcome));
      expect([...outcomes].sort()).toEqual(['business', 'failure', 'success']);
      for (const [, line] of recorder.lines) {
        expect(Object.entries(line).filter(([, value]) => value === undefined)).toEqual([]);
      }
    },
  );

  it('have the level of the outcome', async () => {
    const { log, recorder } = logged();
    const { address: endpoint } = await serveEcho({ echo: answer });
    const { echo } = callEcho(endpoint, { observers: [log] });
    await expect(echo.echo('status')).rejects.toThrow('sold out');
    await expect(echo.echo('fail')).rejects.toThrow('internal error');
    expect(recorder.lines).toMatchObject([
      ['log', { outcome: 'business', errorType: 'BizStatusError', error: 'sold out' }],
      ['error', { outcome: 'failure', errorType: 'REMOTE_ERROR', error: 'internal error' }],
    ]);
  });

  it('take the log id of the header where the metadata has none, and bound identifiers', async () => {
    const { log, recorder } = logged();
    const { address: endpoint } = await serveEcho({ echo: answer }, { observers: [log] });
    const client = await RawClient.open(endpoint);
    cleanUp(() => client.close());
    const say = Echo.methods['echo']!;
    const shape = { transport: 'TTHeader', ints: { 2: 'from-header' } } as const;
    await client.call(say, { text: 'a' }, shape);
    const strings = { RPC_PERSIST_logid: 'x'.repeat(1000), 'RPC_TRANSIT_request-id': 'r-1' };
    await client.call(say, { text: 'b' }, { ...shape, strings });
    await until(() => recorder.lines.length === 2);
    expect(recorder.lines.map(([, { logId, requestId }]) => [logId, requestId])).toEqual([
      ['from-header', undefined],
      ['x'.repeat(128), 'r-1'],
    ]);
  });

  it('warn of slow calls, whatever is sampled', async () => {
    const { log, recorder } = logged({ slowMs: 1, sampleRate: 0 });
    const { address: endpoint } = await serveEcho({ echo: (args) => setTimeout(5, answer(args)) });
    await callEcho(endpoint, { observers: [log] }).echo.echo('hello');
    expect(recorder.lines).toMatchObject([['warn', { outcome: 'success', slow: true }]]);
  });

  it('call nothing slow with slowMs: 0', async () => {
    const { log, recorder } = logged({ slowMs: 0 });
    const { address: endpoint } = await serveEcho({ echo: answer });
    await callEcho(endpoint, { observers: [log] }).echo.echo('hello');
    expect(recorder.lines).toMatchObject([['log', { outcome: 'success' }]]);
    expect(recorder.lines[0]![1]).not.toHaveProperty('slow');
  });

  it('sample what went well, and keep what did not', async () => {
    const { log, recorder } = logged({ sampleRate: 0.5, levels: { success: 'debug' } });
    const random = jest.spyOn(Math, 'random');
    const { address: endpoint } = await serveEcho({ echo: answer });
    const { echo } = callEcho(endpoint, { observers: [log] });
    random.mockReturnValue(0.6);
    await echo.echo('dropped');
    await expect(echo.echo('fail')).rejects.toThrow('internal error');
    random.mockReturnValue(0.4);
    await echo.echo('kept');
    random.mockRestore();
    expect(recorder.lines.map(([level, { outcome }]) => [level, outcome])).toEqual([
      ['error', 'failure'],
      ['debug', 'success'],
    ]);
  });

  it('show metadata on request, with the values of secret names hidden', async () => {
    const { log, recorder } = logged({ includeMetadata: true, redact: ['card-number'] });
    const { address: endpoint } = await serveEcho({ echo: answer }, { observers: [log] });
    await callEcho(endpoint).echo.echo('hello', {
      metadata: { tenant: 'blue', Authorization: 'Bearer x', CARD_NUMBER: '4111' },
    });
    await until(() => recorder.lines.length === 1);
    expect(recorder.lines[0]![1].metadata).toEqual({
      tenant: 'blue',
      Authorization: '[redacted]',
      CARD_NUMBER: '[redacted]',
    });
  });

  it('name the trace of the call, in whatever order the observers come', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new BasicTracerProvider());
    try {
      const { log, recorder } = logged();
      const { address: endpoint } = await serveEcho(
        { echo: () => trace.getActiveSpan()?.spanContext().traceId },
        {
          observers: [log, new ThriftTracing()],
        },
      );
      const traceId = await callEcho(endpoint).echo.echo('which');
      await until(() => recorder.lines.length === 1);
      const line = recorder.lines[0]![1];
      expect(line).toMatchObject({ traceId, spanId: expect.any(String) });
      expect(line).not.toHaveProperty('traceState');
      expect(Object.values(line)).not.toContain(undefined);
    } finally {
      trace.disable();
      context.disable();
    }
  });

  it('refuse options out of range', () => {
    const options = { sampleRate: 2, slowMs: '5', levels: { slow: 'loud' }, redacted: ['token'] };
    expect(() => new ThriftCallLog(options as never)).toThrow(
      [
        'unknown option callLog.redacted; did you mean redact?',
        "callLog.levels.slow must be one of 'verbose', 'debug', 'log', 'warn', 'error'; got the string \"loud\"",
        'callLog.sampleRate must be a number from 0 to 1; got 2',
        'callLog.slowMs must be milliseconds, an integer from 0 to 2147483647; got the string "5"',
      ].join('\n'),
    );
  });
});

import { bulkhead } from 'cockatiel';
import { SpanKind, SpanStatusCode, context, propagation, trace } from '@opentelemetry/api';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { ThriftTracing } from '@nestjs-thrift/telemetry/tracing';
import { ClientGovernance, type MethodPolicies, staticResolver } from '@nestjs-thrift/governance';
import { ThriftClient } from '@nestjs-thrift/microservice';
import { BizStatusError, RemoteError, currentCall } from '@nestjs-thrift/transport';
import { createMethodInvoker } from '@nestjs-thrift/transport/internal';
import { cleanUp } from '#test/cleanup.js';
import { callEcho, serveEcho } from '#test/echo-peers.js';
import { Echo, Failure } from '#test/echo-service.js';
import { recordSpans } from '#test/spans.js';
import { until } from '#test/until.js';

const exporter = recordSpans(
  new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  }),
);

/** Finished spans of a kind; the server's may end after the client has its answer. */
async function finished(kind: SpanKind, count = 1): Promise<ReadableSpan[]> {
  const spans = () => exporter.getFinishedSpans().filter((span) => span.kind === kind);
  await until(() => spans().length >= count);
  return spans();
}

describe('traces of calls over sockets', () => {
  it('join client and server in one trace, with the names and attributes of Kitex', async () => {
    const tracing = new ThriftTracing({
      service: { name: 'example.gateway', namespace: 'example', environment: 'test' },
      serviceNames: { Echo: 'example.echo' },
    });
    const { address: endpoint } = await serveEcho(
      { echo: ({ text }) => text },
      { observers: [tracing] },
    );
    const { echo } = callEcho(endpoint, { observers: [tracing] });
    await echo.echo('hello');

    const [client] = await finished(SpanKind.CLIENT);
    const [server] = await finished(SpanKind.SERVER);
    expect(server!.spanContext().traceId).toBe(client!.spanContext().traceId);
    expect(server!.parentSpanContext?.spanId).toBe(client!.spanContext().spanId);
    expect(client!.name).toBe('Echo/echo');
    expect(server!.name).toBe('Echo/echo');
    const common = {
      'rpc.system': 'kitex',
      'rpc.system.name': 'thrift',
      'rpc.service': 'example.echo',
      'rpc.method': 'Echo/echo',
    };
    const [host, port] = endpoint.split(':');
    expect(client!.attributes).toMatchObject({
      ...common,
      'server.address': host,
      'server.port': Number(port),
      'network.peer.address': host,
      'network.peer.port': Number(port),
      'kitex.send_size': server!.attributes['kitex.recv_size'],
      'kitex.recv_size': server!.attributes['kitex.send_size'],
    });
    expect(server!.attributes).toMatchObject({
      ...common,
      'request.protocol': 'TTHeader|Framed',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': expect.any(Number),
      'peer.service': 'example.gateway',
      'peer.service.namespace': 'example',
      'peer.deployment.environment': 'test',
    });
    expect(server!.attributes['kitex.recv_size']).toBeGreaterThan(0);
  });

  it('make the span of the server active in its handler and in what that awaits', async () => {
    const tracing = new ThriftTracing();
    const inner = await serveEcho({ echo: ({ text }) => text }, { observers: [tracing] });
    const { echo: innerEcho } = callEcho(inner.address, { observers: [tracing] });
    const outer = await serveEcho(
      {
        echo: async ({ text }) => {
          await new Promise((resolve) => setImmediate(resolve));
          return innerEcho.echo(String(text));
        },
      },
      { observers: [tracing] },
    );
    const { echo } = callEcho(outer.address, { observers: [tracing] });
    await echo.echo('through');

    const clients = await finished(SpanKind.CLIENT, 2);
    const servers = await finished(SpanKind.SERVER, 2);
    const all = [...clients, ...servers];
    expect(new Set(all.map((span) => span.spanContext().traceId)).size).toBe(1);
    const outerServer = servers.find(
      (span) =>
        span.attributes['network.peer.port'] !== undefined &&
        clients.some((client) => client.parentSpanContext?.spanId === span.spanContext().spanId),
    );
    expect(outerServer).toBeDefined();
  });

  it('carry baggage to the handler', async () => {
    const tracing = new ThriftTracing();
    const { address: endpoint } = await serveEcho(
      { echo: () => propagation.getActiveBaggage()?.getEntry('tenant')?.value },
      { observers: [tracing] },
    );
    const { echo } = callEcho(endpoint, { observers: [tracing] });
    const baggage = propagation.createBaggage({ tenant: { value: 'blue' } });
    const answer = await context.with(propagation.setBaggage(context.active(), baggage), () =>
      echo.echo('who'),
    );
    expect(answer).toBe('blue');
  });

  it('write the lower-case keys of W3C as transient metadata and read keys of any case', async () => {
    const tracing = new ThriftTracing();
    const seen: string[][] = [];
    const { address: endpoint } = await serveEcho(
      {
        echo: ({ text }) => {
          seen.push([...currentCall()!.metadata.keys()]);
          return text;
        },
      },
      { observers: [tracing] },
    );
    await callEcho(endpoint, { observers: [tracing] }).echo.echo('a');
    expect(seen[0]).toEqual(['traceparent']);
    await finished(SpanKind.SERVER);
    exporter.reset();

    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const TRACEPARENT = `00-${traceId}-b7ad6b7169203331-01`;
    await callEcho(endpoint).echo.echo('b', { metadata: { TRACEPARENT } });
    const [server] = await finished(SpanKind.SERVER);
    expect(server!.spanContext().traceId).toBe(traceId);
    expect(server!.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
  });

  it('record what failed, and not what is an answer', async () => {
    const tracing = new ThriftTracing();
    const { address: endpoint } = await serveEcho(
      {
        echo: ({ text }) => {
          if (text === 'status') {
            throw new BizStatusError(42, 'no');
          }
          if (text === 'declared') {
            throw new Failure({ reason: 'no' });
          }
          throw new Error('secret of the server');
        },
      },
      { observers: [tracing] },
    );
    const { echo } = callEcho(endpoint, { observers: [tracing] });
    await expect(echo.echo('status')).rejects.toThrow('no');
    const [answered] = await finished(SpanKind.CLIENT);
    expect(answered!.status.code).toBe(SpanStatusCode.UNSET);
    expect(answered!.attributes['rpc.status_code']).toBe('42');
    await finished(SpanKind.SERVER);
    exporter.reset();

    await expect(echo.echo('declared')).rejects.toThrow(Failure);
    for (const kind of [SpanKind.CLIENT, SpanKind.SERVER]) {
      const [declared] = await finished(kind);
      expect(declared!.status.code).toBe(SpanStatusCode.UNSET);
      expect(declared!.attributes['rpc.status_code']).toBe('Failure');
      expect(declared!.attributes['error.type']).toBeUndefined();
    }
    exporter.reset();

    await expect(echo.echo('fail')).rejects.toThrow('internal error');
    const [client] = await finished(SpanKind.CLIENT);
    const [server] = await finished(SpanKind.SERVER);
    expect(client!.status).toEqual({ code: SpanStatusCode.ERROR, message: 'internal error' });
    expect(client!.attributes).toMatchObject({
      'error.type': 'REMOTE_ERROR',
      'rpc.status_code': '6',
    });
    expect(server!.status.message).toBe('secret of the server');
    expect(server!.attributes['error.type']).toBe('Error');
    expect(server!.events[0]?.attributes?.['exception.stacktrace']).toContain('tracing.e2e-spec');
  });

  it('link the attempts of a retried call, in one trace also without a parent', async () => {
    const tracing = new ThriftTracing();
    let failures = 1;
    const { address: endpoint } = await serveEcho({
      echo: ({ text }) => {
        if (failures-- > 0) {
          throw new RemoteError(6, 'busy');
        }
        return text;
      },
    });
    const { transport } = callEcho(endpoint, { observers: [tracing] });
    const governance = new ClientGovernance({
      service: Echo,
      resolver: staticResolver([endpoint]),
      policies: {
        retry: { type: 'failure', maxRetries: 1, idempotent: true, retryErrors: [RemoteError] },
      },
    });
    cleanUp(() => governance.close());
    const method = Echo.methods['echo']!;
    const chain = governance.wrap(method, (call) => transport.call(call));
    await createMethodInvoker(Echo, method, chain, { timeoutMs: 1000 })({ text: 'again' });

    const [first, second] = await finished(SpanKind.CLIENT, 2);
    expect(first!.links).toEqual([]);
    expect(first!.parentSpanContext).toBeUndefined();
    expect(second!.links[0]!.context.spanId).toBe(first!.spanContext().spanId);
    expect(second!.attributes['rpc.retry_count']).toBe(1);
    expect(second!.spanContext().traceId).toBe(first!.spanContext().traceId);
  });

  it('link the retry of a call to its own first attempt, where two have the same arguments object', async () => {
    const tracing = new ThriftTracing();
    const failing = new Set(['a']);
    const { address: endpoint } = await serveEcho({
      echo: ({ text }, call) => {
        if (failing.delete(call.metadata.get('id') ?? '')) {
          throw new RemoteError(6, 'busy');
        }
        return text;
      },
    });
    const { transport } = callEcho(endpoint, { observers: [tracing] });
    const governance = new ClientGovernance({
      service: Echo,
      resolver: staticResolver([endpoint]),
      policies: {
        retry: { type: 'failure', maxRetries: 1, idempotent: true, retryErrors: [RemoteError] },
      },
    });
    cleanUp(() => governance.close());
    const method = Echo.methods['echo']!;
    const chain = governance.wrap(method, (call) => transport.call(call));
    const invoke = createMethodInvoker(Echo, method, chain);
    const args = { text: 'same' };
    await Promise.all(['a', 'b'].map((id) => invoke(args, { metadata: { id } })));

    const spans = await finished(SpanKind.CLIENT, 3);
    const retry = spans.find(({ attributes }) => attributes['rpc.retry_count'] === 1)!;
    const failed = spans.find(({ status }) => status.code === SpanStatusCode.ERROR)!;
    expect(retry.links[0]!.context.spanId).toBe(failed.spanContext().spanId);
    expect(retry.spanContext().traceId).toBe(failed.spanContext().traceId);
  });
});

describe('traces of calls that the client refuses itself', () => {
  /** A client whose calls are traced also where no attempt is made. */
  async function governed(policies: MethodPolicies) {
    const tracing = new ThriftTracing({ serviceNames: { Echo: 'example.echo' } });
    const { address: endpoint } = await serveEcho({
      echo: ({ text }) => {
        if (text === 'fail') {
          throw new Error('broken');
        }
        return text;
      },
    });
    const { transport } = callEcho(endpoint, { observers: [tracing] });
    const governance = new ClientGovernance({
      service: Echo,
      resolver: staticResolver([endpoint]),
      policies,
    });
    cleanUp(() => governance.close());
    tracing.watchCalls(governance);
    const method = Echo.methods['echo']!;
    const chain = governance.wrap(method, (call) => transport.call(call));
    return { governance, invoke: createMethodInvoker(Echo, method, chain, { timeoutMs: 1000 }) };
  }

  it.each<[string, MethodPolicies, string]>([
    ['an open breaker', { circuitBreaker: {} }, 'CIRCUIT_OPEN'],
    ['a bulkhead', { policies: [bulkhead(0)] }, 'BulkheadRejectedError'],
    ['degradation', { degradationPercentage: 100 }, 'ACCESS_DENIED'],
  ])(
    'have a span with the refusal of %s, in the trace of the caller',
    async (_, policies, type) => {
      const { governance, invoke } = await governed(policies);
      governance.forceBreaker('/Echo/echo', 'open');
      const parent = trace.getTracer('test').startSpan('caller');
      await context.with(trace.setSpan(context.active(), parent), () =>
        expect(invoke({ text: 'hello' })).rejects.toThrow(),
      );
      const spans = await finished(SpanKind.CLIENT);
      expect(spans).toHaveLength(1);
      expect(spans[0]).toMatchObject({ name: 'Echo/echo', status: { code: SpanStatusCode.ERROR } });
      expect(spans[0]!.attributes).toMatchObject({
        'error.type': type,
        'rpc.service': 'example.echo',
        'rpc.method': 'Echo/echo',
        'kitex.send_size': 0,
      });
      expect(spans[0]!.events[0]?.name).toBe('exception');
      expect(spans[0]!.parentSpanContext?.spanId).toBe(parent.spanContext().spanId);
    },
  );

  it('are traced for a ThriftClient without further wiring', async () => {
    const client = new ThriftClient({
      services: [Echo],
      endpoints: ['127.0.0.1:1'],
      observers: [new ThriftTracing()],
      policies: { circuitBreaker: {} },
    });
    cleanUp(() => client.close());
    client.governance(Echo).forceBreaker('/Echo/echo', 'open');
    await expect(client.getService(Echo).echo('hello')).rejects.toThrow('circuit breaker');
    const [refused] = await finished(SpanKind.CLIENT);
    expect(refused!.attributes['error.type']).toBe('CIRCUIT_OPEN');
    expect(refused!.attributes).not.toHaveProperty('server.address');
  });

  it('have no second span for an attempt that failed, also within an exhausted retry', async () => {
    const retryErrors = [RemoteError];
    const { invoke } = await governed({
      retry: { type: 'failure', maxRetries: 1, idempotent: true, retryErrors },
    });
    await expect(invoke({ text: 'fail' })).rejects.toThrow('internal error');
    expect(await finished(SpanKind.CLIENT, 2)).toHaveLength(2);
  });

  it('have a span for a retry that a breaker refuses, linked to the attempt before', async () => {
    const { invoke } = await governed({
      retry: { type: 'failure', maxRetries: 1, idempotent: true, retryErrors: [RemoteError] },
      circuitBreaker: { minSamples: 1 },
    });
    await expect(invoke({ text: 'fail' })).rejects.toThrow('circuit breaker');
    const [attempt, refused] = await finished(SpanKind.CLIENT, 2);
    expect(attempt!.attributes['error.type']).toBe('REMOTE_ERROR');
    expect(refused!.attributes['error.type']).toBe('CIRCUIT_OPEN');
    expect(refused!.links[0]!.context.spanId).toBe(attempt!.spanContext().spanId);
  });
});

import { equal, match, rejects } from 'node:assert/strict';
import { mock } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { trace } from '@opentelemetry/api';
import { staticResolver } from '@nestjs-thrift/governance';
import { ThriftClient, type ThriftClientObserver } from '@nestjs-thrift/microservice';
import { RuntimeWatch, ThriftCallLog } from '@nestjs-thrift/telemetry';
import { ThriftMetrics } from '@nestjs-thrift/telemetry/metrics';
import { ThriftTracing } from '@nestjs-thrift/telemetry/tracing';
import { Registry } from 'prom-client';
import { Echo } from '#test/echo-service.js';
import { until } from '#test/until.js';
import { broken, type CallbackCase, FAULTS } from './support/case-runner.js';

/** Functions of the application that throw: telemetry. */
export const telemetryCases: readonly CallbackCase[] = [
  ...FAULTS.flatMap(([how, fault]): CallbackCase[] => [
    {
      name: `serviceAdded of an observer that ${how} leaves the client as it is`,
      run: async ({ world, warnings }) => {
        const server = await world.serve();
        const client = new ThriftClient({
          services: [Echo],
          endpoints: [server.address],
          observers: [{ serviceAdded: fault } as ThriftClientObserver],
        });
        world.onClose(() => client.close());
        equal(await client.getService(Echo).echo('a'), 'a');
        await until(() => warnings.length === 1);
      },
    },
    {
      name: `onWarning and the logger of a runtime watch that ${how === 'throws' ? 'throw' : 'reject'} end no process`,
      run: async ({ world, warnings }) => {
        mock.timers.enable({ apis: ['setInterval'] });
        world.onClose(() => mock.timers.reset());
        let collected = (_bytes: number): void => {};
        const watch = new RuntimeWatch(
          { quietMs: 0 },
          {
            onWarning: fault,
            logger: { warn: fault },
            probes: (listener) => {
              collected = listener;
              return { takeLagMs: () => 1_000, close() {} };
            },
          },
        );
        mock.timers.tick(10_000);
        collected(1);
        await until(() => warnings.length === 2);
        watch.close();
      },
    },
    {
      name: `a logger of the call log that ${how} changes no call`,
      run: async ({ world, warnings }) => {
        const log = new ThriftCallLog({ logger: { log: fault, error: fault, warn: fault } });
        const server = await world.serve(undefined, { observers: [log] });
        const { call } = world.govern({}, { observers: [log] });
        equal(await call({ text: 'a' }, { address: server.address }), 'a');
        await until(() => how === 'rejects' || warnings.length === 2);
        await sleep(5);
      },
    },
  ]),
  ...(['onStart', 'onEnd'] as const).map((moment): CallbackCase => ({
    name: `${moment} of a span processor that throws changes no call, also of one that no attempt is made of`,
    run: async ({ world }) => {
      const processor = {
        onStart() {},
        onEnd() {},
        forceFlush: async () => {},
        shutdown: async () => {},
      };
      processor[moment] = broken;
      trace.setGlobalTracerProvider(
        new BasicTracerProvider({ spanProcessors: [processor as SpanProcessor] }),
      );
      world.onClose(() => trace.disable());
      const tracing = new ThriftTracing();
      const server = await world.serve(undefined, { observers: [tracing] });
      const { call, governance } = world.govern(
        { resolver: staticResolver([server.address]), policies: { degradationPercentage: 0 } },
        { observers: [tracing] },
      );
      tracing.watchCalls(governance);
      equal(await call({ text: 'a' }), 'a');
      const refused = world.govern({
        resolver: staticResolver([server.address]),
        policies: { accessRules: [() => 'not you'] },
      });
      tracing.watchCalls(refused.governance);
      await rejects(refused.call({ text: 'a' }), /not you/);
    },
  })),
  {
    name: 'metrics of a call that cannot be counted change no call',
    run: async ({ world, warnings }) => {
      const registry = new Registry();
      const metrics = new ThriftMetrics({ registry, naming: 'monitor-prometheus' });
      world.onClose(() => metrics.close());
      const server = await world.serve();
      const { call, governance } = world.govern({ resolver: staticResolver([server.address]) });
      metrics.watchCalls(governance);
      for (const metric of registry.getMetricsAsArray()) {
        Object.assign(metric, { inc: broken, observe: broken, labels: broken });
      }
      equal(await call({ text: 'a' }), 'a');
      await until(() => warnings.length === 1);
      match(warnings[0]!, /^the metrics of calls threw/);
    },
  },
];

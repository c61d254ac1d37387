import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RetryConditions, type RetryOptions } from '@nestjs-thrift/governance';
import { CallbackError, RemoteError, type MethodHandler } from '@nestjs-thrift/transport';
import { RetryPolicy } from '@nestjs-thrift/governance/internal';
import { broken, brokenLater, type CallbackCase } from './support/case-runner.js';

const failing: MethodHandler = () => {
  throw new RemoteError(6, 'not now');
};
const echoing: MethodHandler = ({ text }) => text;

const policies: readonly (readonly [string, (conditions: RetryConditions) => RetryOptions])[] = [
  ['failure', (conditions) => ({ ...conditions, type: 'failure' })],
  ['mixed', (conditions) => ({ ...conditions, type: 'mixed', delayMs: 1_000 })],
];
const faults = [
  ['throws', broken],
  ['returns a promise that rejects', brokenLater as unknown as () => boolean],
] as const;
const predicates = [
  ['retryError', failing],
  ['retryResult', echoing],
] as const;

/** The call fails with what names the option and the method, once, and the client goes on. */
function ofCalls(): CallbackCase[] {
  return policies.flatMap(([type, retry]) =>
    predicates.flatMap(([option, handler]) =>
      faults.map(([how, predicate]) => ({
        name: `${option} of a ${type} policy that ${how} fails the call`,
        run: async ({ world }) => {
          const server = await world.serve(handler);
          const { call, transport } = world.govern({
            policies: { retry: retry({ [option]: predicate }) },
          });
          await rejects(call({ text: 'a' }, { address: server.address }), (error) => {
            ok(error instanceof CallbackError);
            equal(error.code, 'CALLBACK_FAILED');
            equal(error.option, option);
            match(error.message, new RegExp(`${option}.*Echo\\.echo`));
            return true;
          });
          equal(server.inFlightCount, 0);
          deepEqual(
            [...transport.stats().values()].map(({ active, pending }) => [active, pending]),
            [[0, 0]],
          );
        },
      })),
    ),
  );
}

/** Functions of the application that throw: retry. */
export const retryCases: readonly CallbackCase[] = [
  ...ofCalls(),
  {
    name: 'retryError that throws while a hedged request is in flight cancels that request',
    run: async ({ world }) => {
      let served = 0;
      let aborted = 0;
      const server = await world.serve(async (_args, call) => {
        served += 1;
        if (served === 1) {
          await sleep(60);
          throw new RemoteError(6, 'not now');
        }
        call.signal.addEventListener('abort', () => (aborted += 1));
        await sleep(150);
        return 'late';
      });
      const { call, transport } = world.govern({
        policies: { retry: { type: 'mixed', delayMs: 20, retryError: broken } },
      });
      await rejects(call({ text: 'a' }, { address: server.address }), CallbackError);
      equal(served, 2);
      await sleep(50);
      equal(aborted, 1);
      deepEqual(
        [...transport.stats().values()].map(({ active }) => active),
        [0],
      );
    },
  },
  {
    name: 'retryErrors that names what is not a class is rejected when the client is made',
    run: async ({ world }) => {
      const { governance } = world.govern({ resolver: undefined });
      ok(governance);
      let message = '';
      try {
        world.govern({
          policies: { retry: { type: 'mixed', delayMs: 1, retryErrors: [undefined as never] } },
        });
      } catch (error) {
        message = (error as Error).message;
      }
      match(message, /retryErrors/);
    },
  },
  ...(['failure', 'backup', 'mixed'] as const).map((type) => ({
    name: `shouldRetry of a RetryPolicy of type ${type} that throws fails the execution`,
    run: async () => {
      const delay = type === 'failure' ? {} : { delayMs: 1_000 };
      const policy = new RetryPolicy({ type, ...delay, shouldRetry: broken });
      policy.onFailure(() => {});
      const failure = new Error('the function failed');
      await rejects(
        policy.execute(() => Promise.reject(failure)),
        (error) => {
          if (type === 'backup') {
            equal(error, failure);
          } else {
            ok(error instanceof CallbackError);
            equal(error.callError, failure);
          }
          return true;
        },
      );
    },
  })),
  {
    name: 'deadline of a RetryPolicy that throws fails the execution',
    run: async () => {
      const policy = new RetryPolicy({ type: 'failure', deadline: broken });
      await rejects(
        policy.execute(() => 1),
        CallbackError,
      );
    },
  },
];

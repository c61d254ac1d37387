import type { MethodPolicies } from '@nestjs-thrift/governance';
import {
  CircuitBreaker,
  Retry,
  RpcTimeout,
  type ThriftClientOptions,
  ThriftMethod,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { currentCall, RemoteError, type RpcTimeoutError } from '@nestjs-thrift/transport';
import { ManualConfig } from '../../libs/governance/test/config-source.js';
import { proxyOf, serve } from '#test/applications.js';
import { Probe } from '#test/shop.js';

/** In every place of the code, so that a server can count attempts; a file cannot say it and leaves it to the code. */
const conditions = { idempotent: true, retryErrors: [RemoteError], errorRate: 0.3 };

/** The policies of one place; its number names it in what is in force. */
const saying = (place: number): MethodPolicies => ({
  timeout: { attemptTimeoutMs: place * 10_000 },
  retry: { type: 'failure', maxRetries: place, ...conditions },
  circuitBreaker: { minSamples: place * 10 },
});

const configured = (entry: string, place: number) => `
services:
  Probe:
    methods:
      ${entry}:
        timeout: { rpc_timeout_ms: ${place * 10_000} }
        retry: { enable: true, failure_policy: { stop_policy: { max_retry_times: ${place} } } }
        circuit_break: { enable: true, min_sample: ${place * 10} }
`;

@RpcTimeout(30_000)
@Retry({ maxRetries: 3, ...conditions })
@CircuitBreaker({ minSamples: 30 })
class OfClass {}

@RpcTimeout(30_000)
@Retry({ maxRetries: 3, ...conditions })
@CircuitBreaker({ minSamples: 30 })
class OfMethod {
  @RpcTimeout(40_000)
  @Retry({ maxRetries: 4, ...conditions })
  @CircuitBreaker({ minSamples: 40 })
  Ask!: unknown;
}

const file = (entry: string, place: number) => ({
  config: new ManualConfig(configured(entry, place)),
});

const clientPolicies = { policies: saying(1) };
const methods = { ...clientPolicies, methods: { Ask: saying(2) } };
const classDecorators = { ...methods, policiesFrom: OfClass };
const methodDecorators = { ...methods, policiesFrom: OfMethod };

/** From the weakest place to the strongest, each together with all that are weaker. */
const PLACES: [string, Partial<ThriftClientOptions>, number][] = [
  ['the policies of the client', clientPolicies, 1],
  ['the methods of the client', methods, 2],
  ['decorators of the class', classDecorators, 3],
  ['decorators of the method', methodDecorators, 4],
  ['the governance file, for all methods', { ...methodDecorators, ...file("'*'", 5) }, 5],
  ['the governance file, for the method', { ...methodDecorators, ...file('Ask', 5) }, 5],
];

describe('the precedence of policies', () => {
  it('is nothing but a timeout of 3 seconds by default', () => {
    const [governance] = proxyOf(Probe, '127.0.0.1:1').governances;
    const policies = governance!.policiesOf('Ask');
    expect(policies.timeout).toEqual({ timeoutMs: 0, attemptTimeoutMs: 3000 });
    expect([policies.retry, policies.circuitBreaker]).toEqual([undefined, undefined]);
  });

  it.each(PLACES)('%s, for timeout, retry and breaker alike', (_, options, place) => {
    const [governance] = proxyOf(Probe, '127.0.0.1:1', options).governances;
    expect(governance!.policiesOf('Ask')).toMatchObject({
      timeout: { attemptTimeoutMs: place * 10_000 },
      retry: { maxRetries: place },
      circuitBreaker: { minSamples: place * 10 },
    });
  });

  it.each(PLACES)(
    '%s, in the attempts a server sees and the breaker that opens',
    async (_, options, place) => {
      let asked = 0;
      @ThriftService(Probe)
      class FailingController {
        @ThriftMethod() Ask(): never {
          asked += 1;
          throw new Error('broken');
        }
      }
      const { endpoint } = await serve({ controllers: [FailingController] });
      const proxy = proxyOf(Probe, endpoint, options);
      const probe = proxy.getService(Probe);
      await expect(probe.Ask('who', { attemptTimeoutMs: 5_000 })).rejects.toThrow(RemoteError);
      expect(asked).toBe(1 + place);
      expect(proxy.governances[0]!.breakers()).toMatchObject([
        { settings: { minSamples: place * 10 }, counts: { failures: 1 + place } },
      ]);
    },
  );

  it('the call, whose timeout leaves each attempt its own limit', async () => {
    let asked = 0;
    @ThriftService(Probe)
    class SilentOnceController {
      @ThriftMethod() Ask(): Promise<string> {
        asked += 1;
        return asked === 1 ? new Promise(() => {}) : Promise.resolve('at last');
      }
    }
    const { endpoint } = await serve(
      { controllers: [SilentOnceController] },
      { drainTimeoutMs: 0 },
    );
    const policies: MethodPolicies = {
      timeout: { attemptTimeoutMs: 100 },
      retry: { type: 'failure', maxRetries: 1, idempotent: true },
    };
    const probe = proxyOf(Probe, endpoint, { policies }).getService(Probe);
    await expect(probe.Ask('who', { timeoutMs: 10_000 })).resolves.toBe('at last');
  });

  it('the call, whose timeout limits all attempts whatever else is set', async () => {
    @ThriftService(Probe)
    class SilentController {
      @ThriftMethod() Ask(): Promise<string> {
        return new Promise(() => {});
      }
    }
    const { endpoint } = await serve({ controllers: [SilentController] }, { drainTimeoutMs: 0 });
    for (const [, options] of PLACES) {
      const probe = proxyOf(Probe, endpoint, options).getService(Probe);
      const error = await probe.Ask('who', { timeoutMs: 20 }).catch((reason: unknown) => reason);
      // An attempt that begins late has less.
      expect(error).toMatchObject({ code: 'RPC_TIMEOUT' });
      expect((error as RpcTimeoutError).timeoutMs).toBeLessThanOrEqual(20);
    }
  });

  @RpcTimeout(0)
  class UnlimitedClass {}

  class UnlimitedMethod {
    @RpcTimeout(0) Ask!: unknown;
  }

  const unlimitedFile = (entry: string) => ({
    config: new ManualConfig(
      `services: { Probe: { methods: { ${entry}: { timeout: { rpc_timeout_ms: 0 } } } } }`,
    ),
  });
  const unlimited: MethodPolicies = { timeout: { attemptTimeoutMs: 0 } };

  it.each<[string, Partial<ThriftClientOptions>]>([
    ['an option of the client', { attemptTimeoutMs: 0 }],
    ['the policies of the client', { attemptTimeoutMs: 20_000, policies: unlimited }],
    [
      'the methods of the client',
      { policies: { timeout: { attemptTimeoutMs: 20_000 } }, methods: { Ask: unlimited } },
    ],
    [
      'a decorator of the class',
      { methods: { Ask: { timeout: { attemptTimeoutMs: 20_000 } } }, policiesFrom: UnlimitedClass },
    ],
    [
      'a decorator of the method',
      {
        methods: { Ask: { timeout: { attemptTimeoutMs: 20_000 } } },
        policiesFrom: UnlimitedMethod,
      },
    ],
    ['the governance file, for all methods', { ...methodDecorators, ...unlimitedFile("'*'") }],
    ['the governance file, for the method', { ...methodDecorators, ...unlimitedFile('Ask') }],
  ])(
    '%s takes the limit of an attempt away with 0, so that servers see none',
    async (_, options) => {
      @ThriftService(Probe)
      class DeadlineController {
        @ThriftMethod() Ask(): string {
          return String(currentCall()!.deadline);
        }
      }
      const { endpoint } = await serve({ controllers: [DeadlineController] });
      const probe = proxyOf(Probe, endpoint, options).getService(Probe);
      await expect(probe.Ask('how long')).resolves.toBe('Infinity');
      await expect(probe.Ask('how long', { attemptTimeoutMs: 20_000 })).resolves.not.toBe(
        'Infinity',
      );
    },
  );
});

import 'reflect-metadata';
import { jest } from '@jest/globals';
import { MessagePattern } from '@nestjs/microservices';
import { CircuitBreakerOpenError } from '@nestjs-thrift/governance';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import { LimitExceededError, RpcTimeoutError } from '@nestjs-thrift/transport';
import { bulkhead, noop } from 'cockatiel';
import { lastValueFrom, of } from 'rxjs';
import { ThriftMethod, ThriftService } from './thrift-service.decorator.js';
import {
  BackupRequest,
  Batch,
  Bulkhead,
  CircuitBreaker,
  Fallback,
  Retry,
  RpcTimeout,
  UsePolicy,
} from './policies.js';
import { interfacePolicies } from '../governance/interface-policies.js';
import { PolicyInterceptor } from '../governance/method-pipeline.js';

const timeout = () => new RpcTimeoutError(1, 'late');

describe('policies of a method', () => {
  it('keep object, arguments, name, number of parameters and metadata', async () => {
    class Users {
      readonly #prefix = 'user';

      @Retry()
      @MessagePattern('get')
      async get(id: number): Promise<string> {
        return `${this.#prefix} ${id}`;
      }
    }
    expect(await new Users().get(7)).toBe('user 7');
    const { value } = Object.getOwnPropertyDescriptor(Users.prototype, 'get')!;
    expect(value).toHaveProperty('name', 'get');
    expect(value).toHaveLength(1);
    expect(Reflect.getMetadataKeys(value as object)).toContain('microservices:pattern');
  });

  it('give a promise of a plain value, of an Observable its last one', async () => {
    class Users {
      @Retry() plain(): unknown {
        return 1;
      }
      @Retry() observable(): unknown {
        return of(1, 2);
      }
    }
    expect(await new Users().plain()).toBe(1);
    expect(await new Users().observable()).toBe(2);
  });

  it('repeat what timed out, and errors that are named', async () => {
    const run = jest.fn<() => string>();
    class Users {
      @Retry({ maxRetries: 2, retryErrors: [TypeError] }) async get(): Promise<string> {
        return run();
      }
    }
    run.mockImplementationOnce(() => {
      throw new TypeError('once');
    });
    run.mockReturnValue('ok');
    expect(await new Users().get()).toBe('ok');
    run.mockImplementation(() => {
      throw new SyntaxError('always');
    });
    await expect(new Users().get()).rejects.toThrow('always');
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('give up after the time limit', async () => {
    class Users {
      @RpcTimeout(20) get(): Promise<never> {
        return new Promise(() => {});
      }
      @RpcTimeout(0) now(): unknown {
        return 'now';
      }
    }
    await expect(new Users().get()).rejects.toMatchObject({
      code: 'RPC_TIMEOUT',
      timeoutMs: 20,
      message: 'Users.get took longer than 20 ms',
    });
    expect(await new Users().now()).toBe('now');
  });

  it('open a breaker for all objects of the class', async () => {
    class Users {
      @CircuitBreaker({ minSamples: 2, errorRate: 0.5 }) async get(): Promise<never> {
        throw timeout();
      }
    }
    await expect(new Users().get()).rejects.toBeInstanceOf(RpcTimeoutError);
    await expect(new Users().get()).rejects.toBeInstanceOf(RpcTimeoutError);
    await expect(new Users().get()).rejects.toBeInstanceOf(CircuitBreakerOpenError);
  });

  it('refuse what is too much at once', async () => {
    let finish: (value: string) => void = () => {};
    class Users {
      @Bulkhead({ limit: 1 }) get(): Promise<string> {
        return new Promise((resolve) => (finish = resolve));
      }
    }
    const users = new Users();
    const first = users.get();
    await expect(users.get()).rejects.toBeInstanceOf(LimitExceededError);
    finish('done');
    expect(await first).toBe('done');
  });

  it('answer in place of the error, on the same object and with its arguments', async () => {
    class Users {
      readonly nobody = 'nobody';

      @Fallback(function (this: Users, error: unknown, id: number) {
        return `${this.nobody} ${id} ${(error as Error).message}`;
      })
      async get(_id: number): Promise<string> {
        throw new Error('down');
      }

      @Fallback(() => 'late', 'timeout_or_open') async find(error: Error): Promise<string> {
        throw error;
      }
    }
    expect(await new Users().get(7)).toBe('nobody 7 down');
    expect(await new Users().find(timeout())).toBe('late');
    await expect(new Users().find(new Error('other'))).rejects.toThrow('other');
  });

  it('of the user go around each other as they are written', async () => {
    const order: string[] = [];
    const named = (name: string) => {
      const policy = Object.create(noop) as typeof noop;
      policy.execute = (fn) => {
        order.push(name);
        return noop.execute(fn);
      };
      return policy;
    };
    class Users {
      @UsePolicy(named('outer')) @UsePolicy(named('inner')) async get(): Promise<void> {}
    }
    await new Users().get();
    expect(order).toEqual(['outer', 'inner']);
  });

  it('on a class run its message handlers, those it inherits too, and nothing else', async () => {
    class Base {
      @Retry({ maxRetries: 1 })
      @MessagePattern('get')
      async get(): Promise<never> {
        calls += 1;
        throw timeout();
      }
      @MessagePattern('hang') hang(): Promise<never> {
        return new Promise(() => {});
      }
      helper(): string {
        return 'as it was';
      }
    }
    let calls = 0;
    @RpcTimeout(20)
    @Fallback(() => 'instead', 'timeout_or_open')
    class Users extends Base {}
    expect(await new Users().get()).toBe('instead');
    expect(calls).toBe(2);
    expect(await new Users().hang()).toBe('instead');
    expect(new Users().helper()).toBe('as it was');
    await expect(new Base().get()).rejects.toBeInstanceOf(RpcTimeoutError);
    const { value } = Object.getOwnPropertyDescriptor(Users.prototype, 'hang')!;
    expect(Reflect.getMetadata('microservices:pattern', value as object)).toEqual(['hang']);
  });

  it.each(['above', 'below'])(
    'hold once for a handler that @ThriftService inherits, when they stand %s it',
    async (place) => {
      let calls = 0;
      class Base {
        @Retry({ maxRetries: 1 })
        @ThriftMethod()
        async get(): Promise<never> {
          calls += 1;
          throw timeout();
        }
      }
      class Users extends Base {}
      const decorators = [Fallback(() => 'instead'), ThriftService('Users')];
      if (place === 'above') {
        decorators.reverse();
      }
      for (const decorate of decorators) {
        decorate(Users);
      }
      expect(await new Users().get()).toBe('instead');
      expect(calls).toBe(2);
    },
  );

  it('are refused where they make no sense', async () => {
    class Users {
      @Batch({ method: 'all', merge: () => ({}), split: () => [] }) async get(): Promise<void> {}
    }
    expect(() => new Users().get()).toThrow('@Batch merges calls, so it belongs on a client');
  });
});

const BATCH = { method: 'getAll', merge: () => ({}), split: () => [] };

describe('options out of range', () => {
  it.each([
    ['@RpcTimeout on Users.get: attemptTimeoutMs', () => RpcTimeout(-1)],
    ['@Retry on Users.get: maxRetries', () => Retry({ maxRetries: 9 })],
    ['@BackupRequest on Users.get: delayMs', () => BackupRequest({ delayMs: 0 })],
    ['@CircuitBreaker on Users.get: errorRate', () => CircuitBreaker({ errorRate: 2 })],
    ['@Bulkhead on Users.get: limit', () => Bulkhead({ limit: 0 })],
    ['@Bulkhead on Users.get: queue', () => Bulkhead({ limit: 1, queue: 0.5 })],
    ['@Fallback on Users.get: give a function', () => Fallback('x' as never)],
    ['@UsePolicy on Users.get: give a policy', () => UsePolicy({} as never)],
    ['@Batch on Users.get: maxSize', () => Batch({ ...BATCH, maxSize: 0 })],
  ])('are refused when the class is defined: %s', (message, decorator) => {
    class Users {}
    expect(() => decorator()(Users.prototype, 'get')).toThrow(message);
  });

  it('name the class they stand on', () => {
    class Users {}
    expect(() => Retry({ maxRetries: 9 })(Users)).toThrow('@Retry on Users: maxRetries');
  });
});

describe('interfacePolicies', () => {
  const service = {
    name: 'Users',
    methods: { get: {}, list: {}, put: {} },
  } as unknown as ServiceDefinition;

  it('takes each kind from the member, else from the class', () => {
    @RpcTimeout(100)
    @Retry({ maxRetries: 1 })
    class Calls {
      @RpcTimeout(200) declare get: unknown;
      @Retry(false) declare list: unknown;
    }
    expect(interfacePolicies(service, Calls)).toEqual({
      get: { timeout: { attemptTimeoutMs: 200 }, retry: { type: 'failure', maxRetries: 1 } },
      list: { timeout: { attemptTimeoutMs: 100 }, retry: false },
      put: { timeout: { attemptTimeoutMs: 100 }, retry: { type: 'failure', maxRetries: 1 } },
    });
  });

  it('merges timeouts of member and class value by value', () => {
    @RpcTimeout({ attemptTimeoutMs: 100, connectTimeoutMs: 50 })
    class Calls {
      @RpcTimeout(200) declare get: unknown;
    }
    expect(interfacePolicies(service, Calls)).toMatchObject({
      get: { timeout: { attemptTimeoutMs: 200, connectTimeoutMs: 50 } },
      put: { timeout: { attemptTimeoutMs: 100, connectTimeoutMs: 50 } },
    });
  });

  it('makes retries and backup requests at one place a mixed policy, in either order', () => {
    class Calls {
      @Retry({ maxRetries: 2 }) @BackupRequest({ delayMs: 20 }) declare get: unknown;
      @BackupRequest({ delayMs: 30 }) @Retry({ idempotent: true }) declare list: unknown;
    }
    expect(interfacePolicies(service, Calls)).toEqual({
      get: { retry: { type: 'mixed', maxRetries: 2, delayMs: 20 } },
      list: { retry: { type: 'mixed', idempotent: true, delayMs: 30 } },
    });
  });

  it('gives each method a separate bulkhead', () => {
    @Bulkhead({ limit: 3 })
    class Calls {}
    const { get, list } = interfacePolicies(service, Calls);
    expect(get!.policies).toHaveLength(1);
    expect(get!.policies![0]).not.toBe(list!.policies![0]);
  });

  it('refuses a member the service does not have', () => {
    class Calls {
      @Retry() declare gte: unknown;
    }
    expect(() => interfacePolicies(service, Calls)).toThrow(
      'Calls.gte has policies, but Users has no method of that name; it has get, list, put',
    );
  });
});

describe('PolicyInterceptor', () => {
  it('runs what comes after it through the policy', async () => {
    const interceptor = new PolicyInterceptor(bulkhead(1));
    const result = interceptor.intercept(undefined as never, { handle: () => of('a', 'b') });
    expect(await lastValueFrom(result)).toBe('b');
  });
});

import {
  CanActivate,
  Controller,
  type ExecutionContext,
  Inject,
  Injectable,
  Scope,
} from '@nestjs/common';
import { CONTEXT, Ctx, MessagePattern, Payload, type RequestContext } from '@nestjs/microservices';
import {
  THRIFT_TRANSPORT,
  ThriftContext,
  ThriftMethod,
  ThriftService,
} from '@nestjs-thrift/microservice';
import { EMPTY, Observable, concat, of } from 'rxjs';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { clientOf, serve } from '#test/applications.js';
import { type Item, Probe, Shop, untyped } from '#test/shop.js';
import { until } from '#test/until.js';

const book: Item = { id: 1n, name: 'book', picture: undefined, labels: undefined };

describe('handlers', () => {
  it('get one parameter as it is, several and none by name, and the context second', async () => {
    const received: unknown[][] = [];

    @ThriftService(Shop)
    class ShopController {
      @ThriftMethod()
      GetItem(...args: unknown[]): Item {
        received.push(args);
        return book;
      }

      @ThriftMethod('Describe')
      describe(...args: unknown[]): string {
        received.push(args);
        return 'described';
      }

      @ThriftMethod()
      Count(...args: unknown[]): number {
        received.push(args);
        return 3;
      }

      @ThriftMethod()
      Reset(): void {}

      @ThriftMethod()
      Note(): void {}
    }

    const { endpoint } = await serve({ controllers: [ShopController] });
    const client = clientOf(Shop, endpoint);
    expect(await client.GetItem(1n)).toEqual(book);
    expect(await client.Describe('a', book)).toBe('described');
    expect(await client.Count()).toBe(3);
    expect(await client.Reset()).toBeUndefined();
    expect(received.map(([data]) => data)).toEqual([1n, { prefix: 'a', item: book }, {}]);
    expect(received.every(([, context]) => context instanceof ThriftContext)).toBe(true);
    expect(received.map((args) => args.length)).toEqual([2, 2, 2]);
  });

  it('serve oneway methods', async () => {
    let note: (text: string) => void;
    const noted = new Promise<string>((resolve) => {
      note = resolve;
    });

    @ThriftService(Shop)
    class ShopController {
      @ThriftMethod() GetItem(): Item {
        return book;
      }
      @ThriftMethod() Describe(): string {
        return '';
      }
      @ThriftMethod() Count(): number {
        return 0;
      }
      @ThriftMethod() Reset(): void {}
      @ThriftMethod() Note(text: string): void {
        note(text);
      }
    }

    const { endpoint } = await serve({ controllers: [ShopController] });
    expect(await clientOf(Shop, endpoint).Note('hello')).toBeUndefined();
    expect(await noted).toBe('hello');
  });

  it.each<[string, () => unknown]>([
    ['a value', () => 'last'],
    ['a promise', async () => 'last'],
    ['an Observable of one value', () => of('last')],
    ['an Observable of several values', () => concat(of('first'), of('last'))],
    ['a promise of an Observable', async () => of('last')],
    [
      'an Observable that takes its time',
      () =>
        new Observable((subscriber) => {
          setImmediate(() => {
            subscriber.next('last');
            subscriber.complete();
          });
        }),
    ],
  ])('may return %s', async (_name, answer) => {
    @ThriftService(untyped(Probe))
    class ProbeController {
      @ThriftMethod() Ask(): unknown {
        return answer();
      }
    }

    const { endpoint } = await serve({ controllers: [ProbeController] });
    expect(await clientOf(Probe, endpoint).Ask('?')).toBe('last');
  });

  it.each(['always', 'if needed'] as const)(
    'unsubscribe from an Observable whose caller has left, with pipeline %s',
    async (pipeline) => {
      let subscribed = false;
      let unsubscribed = false;

      @ThriftService(untyped(Probe))
      class ProbeController {
        @ThriftMethod() Ask(): unknown {
          return new Observable(() => {
            subscribed = true;
            return () => {
              unsubscribed = true;
            };
          });
        }
      }
      const controllers = [ProbeController];
      const { endpoint } = await serve({ controllers }, {}, () => undefined, pipeline);
      const caller = new AbortController();
      const call = clientOf(Probe, endpoint).Ask('?', { signal: caller.signal });
      await until(() => subscribed);
      caller.abort();
      await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
      await until(() => unsubscribed);
    },
  );

  it('may return an Observable without a value if the method is void', async () => {
    @ThriftService(untyped(Shop))
    class ShopController {
      @ThriftMethod() Reset(): Observable<never> {
        return EMPTY;
      }
      @ThriftMethod() GetItem(): void {}
      @ThriftMethod() Describe(): void {}
      @ThriftMethod() Count(): void {}
      @ThriftMethod() Note(): void {}
    }

    const { endpoint } = await serve({ controllers: [ShopController] });
    expect(await clientOf(Shop, endpoint).Reset()).toBeUndefined();
  });

  it('may use the parameter decorators of Nest', async () => {
    @ThriftService(Shop)
    class ShopController {
      @ThriftMethod() Describe(
        @Ctx() context: ThriftContext,
        @Payload('item') item: Item,
        @Payload('prefix', { transform: (value: string) => value.toUpperCase() }) prefix: string,
      ): string {
        return `${context.method} ${prefix} ${item.name}`;
      }
      @ThriftMethod() GetItem(): Item {
        return book;
      }
      @ThriftMethod() Count(): number {
        return 0;
      }
      @ThriftMethod() Reset(): void {}
      @ThriftMethod() Note(): void {}
    }

    const { endpoint } = await serve({ controllers: [ShopController] });
    expect(await clientOf(Shop, endpoint).Describe('one', book)).toBe('Describe ONE book');
  });

  it('may be declared by their pattern alone', async () => {
    @Controller()
    class PatternController {
      @MessagePattern('Probe.Ask', THRIFT_TRANSPORT)
      ask(@Payload() question: string): string {
        return `${question}!`;
      }
    }

    const { endpoint } = await serve({ controllers: [PatternController] }, { services: [Probe] });
    expect(await clientOf(Probe, endpoint).Ask('who')).toBe('who!');
  });

  it('may be inherited, once for each service', async () => {
    abstract class Base {
      @ThriftMethod() Ask(question: string): string {
        return `${this.constructor.name}: ${question}`;
      }
    }

    @ThriftService(Probe)
    class ProbeController extends Base {}

    const { endpoint } = await serve({ controllers: [ProbeController] });
    expect(await clientOf(Probe, endpoint).Ask('who')).toBe('ProbeController: who');
  });

  it('may live in request-scoped controllers, which get the request injected', async () => {
    const instances = new Set<object>();

    @Injectable({ scope: Scope.REQUEST })
    class Caller {
      constructor(@Inject(CONTEXT) private readonly request: RequestContext<string>) {}

      describe(): string {
        const context = this.request.getContext() as ThriftContext;
        const { request } = this;
        return JSON.stringify([request.getPattern(), request.getData(), context.metadata.get('k')]);
      }
    }

    @ThriftService(Probe)
    class ProbeController {
      constructor(private readonly caller: Caller) {
        instances.add(this);
      }

      @ThriftMethod() Ask(question: string, context: ThriftContext): string {
        return `${question} ${context.method} ${this.caller.describe()}`;
      }
    }

    const { endpoint } = await serve({ controllers: [ProbeController], providers: [Caller] });
    const client = clientOf(Probe, endpoint);
    expect(await client.Ask('a', { metadata: { k: '1' } })).toBe('a Ask ["Probe.Ask","a","1"]');
    expect(await client.Ask('b', { metadata: { k: '2' } })).toBe('b Ask ["Probe.Ask","b","2"]');
    expect(instances.size).toBe(2);
  });

  it('may live in controllers that are made for each call', async () => {
    const instances = new Set<object>();

    @ThriftService(Probe, { scope: Scope.REQUEST })
    class ProbeController {
      @ThriftMethod() Ask(question: string): string {
        instances.add(this);
        return question;
      }
    }

    const { endpoint } = await serve({ controllers: [ProbeController] });
    const client = clientOf(Probe, endpoint);
    expect([await client.Ask('a'), await client.Ask('b')]).toEqual(['a', 'b']);
    expect(instances.size).toBe(2);
  });

  it('stand behind guards that see the context', async () => {
    class OnlyFriends implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        return context.switchToRpc().getContext<ThriftContext>().metadata.get('friend') === 'yes';
      }
    }

    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(): string {
        return 'welcome';
      }
    }

    const { endpoint } = await serve({ controllers: [ProbeController] }, {}, (app) => {
      app.useGlobalGuards(new OnlyFriends());
    });
    const client = clientOf(Probe, endpoint);
    expect(await client.Ask('?', { metadata: { friend: 'yes' } })).toBe('welcome');
    await expect(client.Ask('?')).rejects.toMatchObject({
      code: 'REMOTE_ERROR',
      message: expect.stringContaining('Forbidden resource'),
    });
  });
});

describe('two services with a method of the same name', () => {
  const compiled = compileSchema(
    loadSchemaFromText(
      'service Users { string Get(1: i64 id) } service Orders { string Get(1: string number) }',
      { file: 'two.thrift' },
    ),
  );
  const Users = compiled.service<{ Get(id: bigint): Promise<string> }>('Users');
  const Orders = compiled.service<{ Get(number: string): Promise<string> }>('Orders');

  @ThriftService(Users)
  class UsersController {
    @ThriftMethod() Get(id: bigint): string {
      return `user ${id}`;
    }
  }

  @ThriftService(Orders)
  class OrdersController {
    @ThriftMethod() Get(number: string): string {
      return `order ${number}`;
    }
  }

  const controllers = [UsersController, OrdersController];

  it('do not start without an option that says who serves calls without a service name', async () => {
    await expect(serve({ controllers })).rejects.toThrow(
      'several services have methods of the same name: Get (Users, Orders)',
    );
  });

  it.each(['Users', 'Orders'])('serve such calls with the fallback service %s', async (name) => {
    const { endpoint } = await serve({ controllers }, { fallbackService: name });
    const framed = { transport: 'Framed' } as const;
    const call = {
      Users: () => clientOf(Users, endpoint, framed).Get(1n),
      Orders: () => clientOf(Orders, endpoint, framed).Get('A1'),
    }[name]!;
    expect(await call()).toBe(name === 'Users' ? 'user 1' : 'order A1');
    expect(await clientOf(Users, endpoint).Get(2n)).toBe('user 2');
    expect(await clientOf(Orders, endpoint).Get('B2')).toBe('order B2');
  });

  it('reject such calls where missing service names are rejected', async () => {
    const { endpoint } = await serve({ controllers }, { rejectMissingServiceName: true });
    await expect(clientOf(Users, endpoint, { transport: 'Framed' }).Get(1n)).rejects.toMatchObject({
      code: 'REMOTE_ERROR',
      type: 21,
    });
    expect(await clientOf(Orders, endpoint).Get('B2')).toBe('order B2');
  });
});

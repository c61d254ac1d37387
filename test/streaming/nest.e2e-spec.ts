import {
  type CallHandler,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  Scope,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  BizStatusError,
  currentCall,
  enableCurrentCall,
  perMessage,
  type ReceivedMessages,
  ThriftClient,
  ThriftMethod,
  ThriftService,
  type ThriftStreamContext,
  toObservable,
} from '@nestjs-thrift/microservice';
import { interval, lastValueFrom, map, type Observable, of, take, throwError, toArray } from 'rxjs';
import { clientOf, serve } from '#test/applications.js';
import { Chat, Oops, type Req, type Res } from '#test/chat-service.js';
import { cleanUp } from '#test/cleanup.js';
import { until } from '#test/until.js';

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of stream) {
    all.push(value);
  }
  return all;
}

/** What the methods of the service without a stream do. */
abstract class Unary {
  @ThriftMethod() Ping(req: Req): Res {
    return { text: `pong ${req.text}` };
  }
  @ThriftMethod() Uni(req: Req): Res {
    return req;
  }
  @ThriftMethod() UniX(req: Req): Res {
    return req;
  }
  @ThriftMethod() async *DownX({ text }: Req): AsyncGenerator<Res> {
    yield { text };
    throw new Oops({ why: text, code: 9 });
  }
}

let pulled = 0;
let left = 0;

class ChatBase extends Unary {
  @ThriftMethod() async *Down(req: Req, context: ThriftStreamContext): AsyncGenerator<Res> {
    context.setTrailer('method', currentCall()?.method.name ?? 'none');
    try {
      for (let n = 1; n <= (req.count ?? 0); n++) {
        pulled = n;
        if (req.text === 'fail' && n === 2) {
          throw new BizStatusError(404, 'gone');
        }
        yield { text: req.text, n };
      }
    } finally {
      left++;
    }
  }

  @ThriftMethod() async Up(requests: ReceivedMessages<Req>): Promise<Res> {
    const all = await collect(requests);
    return { text: all.map(({ text }) => text).join(), n: all.length };
  }

  @ThriftMethod() Talk(requests: ReceivedMessages<Req>): Observable<Res> {
    return toObservable(requests).pipe(map(({ text }) => ({ text: `re ${text}` })));
  }
}

@ThriftService(Chat)
class PlainChat extends ChatBase {}

@Injectable()
class Guard {
  static asked = 0;
  canActivate(): boolean {
    Guard.asked++;
    return true;
  }
}

@Injectable()
class Upper implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler<Res>): Observable<Res> {
    return next.handle().pipe(map((res) => ({ ...res, text: res.text.toUpperCase() })));
  }
}

@Catch(BizStatusError)
class Softer implements ExceptionFilter {
  catch(error: BizStatusError): Observable<never> {
    return throwError(() => new BizStatusError(410, `softer ${error.message}`));
  }
}

@ThriftService(Chat)
@UseGuards(Guard)
@UseInterceptors(Upper)
class InterceptedChat extends ChatBase {}

@ThriftService(Chat)
@UseFilters(Softer)
class FilteredChat extends ChatBase {}

enableCurrentCall();
beforeEach(() => {
  pulled = 0;
  left = 0;
  Guard.asked = 0;
});

describe.each([
  ['called directly', PlainChat, 'if needed' as const, (text: string) => text],
  ['in the pipeline of Nest', PlainChat, 'always' as const, (text: string) => text],
  [
    'behind a guard and an interceptor',
    InterceptedChat,
    'if needed' as const,
    (text: string) => text.toUpperCase(),
  ],
])('streams of a controller %s', (_how, controller, pipeline, shown) => {
  const open = async () => {
    const { endpoint, server } = await serve(
      { controllers: [controller] },
      {},
      undefined,
      pipeline,
    );
    return { client: clientOf(Chat, endpoint), server };
  };

  it('the server sends what its generator yields', async () => {
    const { client } = await open();
    const stream = client.Down({ text: 'm', count: 200 });
    const messages = await collect(stream);
    expect(messages.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(messages[0]!.text).toBe(shown('m'));
    expect((await stream.trailers).get('method')).toBe('Down');
  });

  it('a client sends a stream', async () => {
    const { client } = await open();
    await expect(client.Up([{ text: 'a' }, { text: 'b' }])).resolves.toMatchObject({
      text: shown('a,b'),
      n: 2,
    });
  });

  it('both sides send a stream, and handlers may return an Observable', async () => {
    const { client } = await open();
    const messages = await collect(client.Talk([{ text: 'a' }, { text: 'b' }]));
    expect(messages.map(({ text }) => text)).toEqual([shown('re a'), shown('re b')]);
  });

  it('a generator is pulled as its caller takes messages, and ends when its caller leaves', async () => {
    const { client } = await open();
    const text = 'x'.repeat(64 * 1024);
    for await (const { n } of client.Down({ text, count: 10_000 })) {
      if (n === 3) {
        break;
      }
    }
    await until(() => left === 1);
    expect(pulled).toBeLessThan(1_000);
  });

  it('messages come before the error that ends them', async () => {
    const { client } = await open();
    const messages = client.Down({ text: 'fail', count: 3 })[Symbol.asyncIterator]();
    await expect(messages.next()).resolves.toMatchObject({ value: { n: 1 } });
    await expect(messages.next()).rejects.toMatchObject({ statusCode: 404, message: 'gone' });
  });

  it('a declared exception ends loops and Observables as its class', async () => {
    const { client } = await open();
    const messages = client.DownX({ text: 'm' })[Symbol.asyncIterator]();
    await expect(messages.next()).resolves.toMatchObject({ value: { text: shown('m') } });
    await expect(messages.next()).rejects.toBeInstanceOf(Oops);
    const observed = lastValueFrom(toObservable(client.DownX({ text: 'm' })));
    await expect(observed).rejects.toBeInstanceOf(Oops);
    await expect(observed).rejects.toMatchObject({ why: 'm', code: 9 });
  });
});

it('a guard is asked once for a stream', async () => {
  const { endpoint } = await serve({ controllers: [InterceptedChat] });
  await collect(clientOf(Chat, endpoint).Down({ text: 'm', count: 5 }));
  expect(Guard.asked).toBe(1);
});

it('a filter gets an error in the middle of a stream', async () => {
  const { endpoint } = await serve({ controllers: [FilteredChat] });
  const stream = collect(clientOf(Chat, endpoint).Down({ text: 'fail', count: 3 }));
  await expect(stream).rejects.toMatchObject({ statusCode: 410, message: 'softer gone' });
});

it('each stream has a separate controller in the scope of requests', async () => {
  let made = 0;
  @ThriftService(Chat, { scope: Scope.REQUEST })
  class Scoped extends ChatBase {
    constructor() {
      super();
      made++;
    }
  }
  const { endpoint } = await serve({ controllers: [Scoped] });
  const client = clientOf(Chat, endpoint);
  await expect(collect(client.Down({ text: 'm', count: 3 }))).resolves.toHaveLength(3);
  await expect(client.Up([{ text: 'a' }])).resolves.toMatchObject({ n: 1 });
  expect(made).toBe(2);
});

it('a pipe works on each message', async () => {
  @ThriftService(Chat)
  class Piped extends ChatBase {
    @ThriftMethod() override async Up(
      @Payload(perMessage({ transform: (req: Req) => ({ text: req.text.trim() }) }))
      requests: ReceivedMessages<Req>,
    ): Promise<Res> {
      return super.Up(requests);
    }
  }
  const { endpoint } = await serve({ controllers: [Piped] });
  await expect(
    clientOf(Chat, endpoint).Up([{ text: ' a ' }, { text: 'b ' }]),
  ).resolves.toMatchObject({
    text: 'a,b',
  });
});

it('an Observable that runs far ahead ends the stream with an error', async () => {
  @ThriftService(Chat)
  class Hot extends ChatBase {
    @ThriftMethod() override Talk(): Observable<Res> {
      return of(...Array.from({ length: 5_000 }, (_, n) => ({ text: 'x', n })));
    }
  }
  const { endpoint } = await serve({ controllers: [Hot] });
  await expect(collect(clientOf(Chat, endpoint).Talk([]))).rejects.toMatchObject({
    code: 'LIMIT_EXCEEDED',
    message: expect.stringContaining('an Observable is 1024 messages ahead') as unknown,
  });
});

describe('send() of a client', () => {
  async function proxy(): Promise<ThriftClient> {
    const { endpoint } = await serve({ controllers: [PlainChat] });
    const client = new ThriftClient({ services: [Chat], endpoints: [endpoint] });
    cleanUp(() => client.close());
    return client;
  }

  it('emits the messages of a server', async () => {
    const client = await proxy();
    const messages = client.send<Res>('Chat.Down', { text: 'm', count: 3 });
    await expect(lastValueFrom(messages.pipe(toArray()))).resolves.toHaveLength(3);
  });

  it('fails with the class of a declared exception', async () => {
    const client = await proxy();
    const messages = lastValueFrom(client.send<Res>('Chat.DownX', { text: 'm' }));
    await expect(messages).rejects.toBeInstanceOf(Oops);
  });

  it('takes an Observable where the client sends a stream', async () => {
    const client = await proxy();
    const requests = interval(1).pipe(
      take(3),
      map((n) => ({ text: String(n) })),
    );
    await expect(lastValueFrom(client.send('Chat.Up', requests))).resolves.toMatchObject({ n: 3 });
    const talk = client.send<Res>('Chat.Talk', requests).pipe(toArray());
    await expect(lastValueFrom(talk)).resolves.toHaveLength(3);
    await expect(lastValueFrom(client.send('Chat.Talk', {}))).rejects.toThrow(
      'needs an Observable',
    );
  });

  it('cancels the stream when its subscriber leaves', async () => {
    const client = await proxy();
    const text = 'x'.repeat(64 * 1024);
    const messages = client.send<Res>('Chat.Down', { text, count: 100_000 });
    await lastValueFrom(messages.pipe(take(2)));
    await until(() => left === 1);
    expect(pulled).toBeLessThan(100_000);
  });

  it('emit() rejects methods with a stream', async () => {
    const client = await proxy();
    await expect(lastValueFrom(client.emit('Chat.Up', of()))).rejects.toThrow('is not oneway');
  });
});

import { Injectable } from '@nestjs/common';
import {
  InjectThriftClient,
  ThriftContext,
  ThriftMethod,
  ThriftModule,
  ThriftService,
  currentCall,
} from '@nestjs-thrift/microservice';
import { clientOf, serve } from '#test/applications.js';
import { Probe, type ProbeClient } from '#test/shop.js';

/** What the service at the end of the way saw of a call. */
interface Seen {
  readonly caller: string;
  readonly callerMethod: string;
  readonly metadata: Record<string, string>;
  readonly persistent: Record<string, string>;
  readonly remainingMs: number;
}

/** Serves a Probe that tells what it saw. */
async function serveLast(seen: Seen[]): Promise<string> {
  @ThriftService(Probe)
  class LastController {
    @ThriftMethod() Ask(_question: string, context: ThriftContext): string {
      seen.push({
        caller: context.caller,
        callerMethod: context.callerMethod,
        metadata: context.getMetadata(),
        persistent: Object.fromEntries(context.persistentMetadata),
        remainingMs: context.remainingMs,
      });
      context.setBackwardMetadata('seen-by', 'last');
      return 'last';
    }
  }
  return (await serve({ controllers: [LastController] })).endpoint;
}

/** Serves a Probe that asks another one; the client is used deep below the handler. */
async function serveMiddle(last: string): Promise<string> {
  @Injectable()
  class Repository {
    constructor(@InjectThriftClient('last') private readonly client: ProbeClient) {}

    async load(question: string): Promise<string> {
      await new Promise((resolve) => setImmediate(resolve));
      const answer = await this.client.Ask(question);
      return `${currentCall()?.method.name} ${answer}`;
    }
  }

  @ThriftService(Probe)
  class MiddleController {
    constructor(private readonly repository: Repository) {}

    @ThriftMethod() async Ask(question: string): Promise<string> {
      return this.repository.load(question);
    }
  }

  const { endpoint } = await serve({
    imports: [
      ThriftModule.forRoot({ client: { serviceName: 'test.middle', attemptTimeoutMs: 30_000 } }),
      ThriftModule.forFeature([{ name: 'last', service: Probe, endpoints: [last] }]),
    ],
    controllers: [MiddleController],
    providers: [Repository],
  });
  return endpoint;
}

describe('over two hops', () => {
  it('persistent metadata is propagated, transient metadata is not', async () => {
    const seen: Seen[] = [];
    const client = clientOf(Probe, await serveMiddle(await serveLast(seen)));
    const answer = await client.Ask('?', {
      metadata: { hop: '1' },
      persistentMetadata: { request_id: 'r-7' },
    });
    expect(answer).toBe('Ask last');
    expect(seen).toEqual([
      expect.objectContaining({
        caller: 'test.middle',
        callerMethod: 'Ask',
        metadata: {},
        persistent: { request_id: 'r-7' },
      }),
    ]);
  });

  it('the deadline of the first caller bounds the last call', async () => {
    const seen: Seen[] = [];
    const client = clientOf(Probe, await serveMiddle(await serveLast(seen)));
    await client.Ask('?', { attemptTimeoutMs: 20_000 });
    expect(seen[0]!.remainingMs).toBeLessThanOrEqual(20_000);
    expect(seen[0]!.remainingMs).toBeGreaterThan(0);
  });

  it('concurrent calls do not mix', async () => {
    const seen: Seen[] = [];
    const client = clientOf(Probe, await serveMiddle(await serveLast(seen)));
    const ids = Array.from({ length: 20 }, (_, index) => `r-${index}`);
    await Promise.all(
      ids.map((request_id) => client.Ask('?', { persistentMetadata: { request_id } })),
    );
    expect(new Set(seen.map(({ persistent }) => persistent.request_id))).toEqual(new Set(ids));
    expect(seen).toHaveLength(ids.length);
  });

  it('backward metadata comes back to its caller', async () => {
    const received: Record<string, string>[] = [];
    const client = clientOf(Probe, await serveLast([]));
    await client.Ask('?', {
      onBackwardMetadata: (values) => received.push(Object.fromEntries(values)),
    });
    expect(received).toEqual([expect.objectContaining({ 'seen-by': 'last' })]);
  });

  it('the context knows caller, addresses, transport and protocol', async () => {
    let context: ThriftContext | undefined;
    @ThriftService(Probe)
    class ProbeController {
      @ThriftMethod() Ask(_question: string, ctx: ThriftContext): string {
        context = ctx;
        return 'seen';
      }
    }
    const { endpoint } = await serve({ controllers: [ProbeController] });
    await clientOf(Probe, endpoint, {
      serviceName: 'test.front',
      transport: 'TTHeader',
      protocol: 'compact',
    }).Ask('?');
    expect(context).toMatchObject({
      service: 'Probe',
      method: 'Ask',
      caller: 'test.front',
      transport: 'TTHeader',
      protocol: 'compact',
      remoteAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    });
  });
});

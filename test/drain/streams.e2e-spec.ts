import { ThriftClient } from '@nestjs-thrift/microservice';
import type { Exit } from '#test/child-app.js';
import { EXIT_ON_SIGTERM } from '#test/nest-version.js';
import { endsWithin, Fleet, type Member } from './support/fleet.js';
import { Watch } from './support/watch.js';
import { Work } from './support/work.js';

const DRAIN_DELAY_MS = 500;
const DRAIN_TIMEOUT_MS = 10_000;
const STREAM_DRAIN_MS = 500;
/** Delay, streams, half a second each for handlers and trailers, clients, and something for a slow machine. */
const BOUND_MS = DRAIN_DELAY_MS + STREAM_DRAIN_MS + 1000 + 5000 + 5000;

/** What a stream of a handler ends with that goes on while its server drains. */
const CUT_OFF = 'RemoteError: server is shutting down: the stream was not over in time';

/** How it is stopped while the next one starts. */
const restarts = [
  { name: 'first', kind: 'pure', by: 'SIGTERM' },
  { name: 'second', kind: 'hybrid', by: 'app.close()' },
] as const;

describe('instances that are restarted in turn while streams are open', () => {
  const fleet = new Fleet({
    DRAIN_DELAY_MS: String(DRAIN_DELAY_MS),
    DRAIN_TIMEOUT_MS: String(DRAIN_TIMEOUT_MS),
    STREAM_DRAIN_MS: String(STREAM_DRAIN_MS),
  });
  const exits: Exit[] = [];
  const watches: Watch[] = [];
  let client: ThriftClient | undefined;

  async function replace(member: Member, by: string, next: Promise<Member>): Promise<Member> {
    const started = await next;
    if (by === 'SIGTERM') {
      member.app.process.kill('SIGTERM');
    } else {
      member.app.process.send('close');
    }
    exits.push(await endsWithin(BOUND_MS, member.app.exited));
    await member.silent;
    return started;
  }

  beforeAll(async () => {
    let member = await fleet.start(restarts[0].name, restarts[0].kind);
    client = new ThriftClient({
      services: [Work],
      resolver: fleet.resolver,
      connectTimeoutMs: 10_000,
    });
    const work = client.getService(Work);
    for (let watch = 0; watch < 10; watch++) {
      watches.push(new Watch(work, { ends_with_drain: watch % 2 === 0 }));
    }
    const [, second] = restarts;
    await Promise.all(watches.map((watch) => watch.sees('first')));
    member = await replace(member, restarts[0].by, fleet.start(second.name, second.kind));
    await Promise.all(watches.map((watch) => watch.sees('second')));
    member = await replace(member, second.by, fleet.start('third', 'pure'));
    await Promise.all(watches.map((watch) => watch.sees('third')));
    await Promise.all(watches.map((watch) => watch.stop()));
  }, 120_000);

  afterAll(async () => {
    await Promise.all(watches.map((watch) => watch.stop()));
    await client?.close();
    await fleet.close();
  });

  it('end each stream by its trailer, never by the end of its connection', () => {
    for (const { request, ends } of watches) {
      const expected = request.ends_with_drain ? 'end' : CUT_OFF;
      // A stream that ends early may be opened on the same instance again, before discovery knows.
      const different = new Map(ends.map((end) => [JSON.stringify(end), end]));
      expect([...different.values()]).toEqual([
        { instance: 'first', by: expected },
        { instance: 'second', by: expected },
      ]);
    }
  });

  it('end with 0 once their streams are over, without the wait for calls', () => {
    expect(exits).toEqual(
      restarts.map(({ by }) => (by === 'SIGTERM' ? EXIT_ON_SIGTERM : { code: 0, signal: null })),
    );
  });
});

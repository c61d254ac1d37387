import { ThriftClient } from '@nestjs-thrift/microservice';
import { EXIT_ON_SIGTERM } from '#test/nest-version.js';
import { Fleet, endsWithin } from './support/fleet.js';
import { Work } from './support/work.js';

describe('a drain with a call that never ends', () => {
  const fleet = new Fleet({ DRAIN_DELAY_MS: '0', DRAIN_TIMEOUT_MS: '1000' });

  afterAll(() => fleet.close());

  it('ends at the exit wait, and the log names the calls that were still in flight', async () => {
    const { app, address } = await fleet.start('stuck', 'pure');
    const client = new ThriftClient({
      services: [Work],
      endpoints: [address],
      attemptTimeoutMs: 60_000,
    });
    const work = client.getService(Work);
    const calls = Promise.allSettled([work.Hang(), work.Hang()]);
    await app.message('2 hang');
    expect(await endsWithin(10_000, app.terminate())).toEqual(EXIT_ON_SIGTERM);
    expect(await calls).toMatchObject(
      Array(2).fill({ status: 'rejected', reason: { code: 'CONNECTION_LOST' } }),
    );
    expect(await app.message('Drain timeout exceeded')).toMatchObject({
      level: 'error',
      message: 'Drain timeout exceeded; aborted: 2 of Work.Hang',
    });
    expect(await app.message('accepted ')).toMatchObject({ message: 'accepted 2, answered 0' });
    await client.close();
  });
});

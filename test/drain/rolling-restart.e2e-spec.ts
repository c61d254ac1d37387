import type { ConnectionMode, TransportName } from '@nestjs-thrift/microservice';
import type { Exit } from '../support/child-app.js';
import { Fleet, type Member, endsWithin } from './support/fleet.js';
import { Load } from './support/load.js';

const DRAIN_DELAY_MS = 1000;
const EXIT_WAIT_MS = 5000;
/** Drain delay, wait for calls, 5 seconds for clients, and something for a slow machine. */
const BOUND_MS = DRAIN_DELAY_MS + EXIT_WAIT_MS + 5000 + 5000;

const transports: TransportName[] = ['Framed', 'TTHeaderFramed'];
const modes: ConnectionMode['mode'][] = ['long', 'mux'];
const callers = transports.flatMap((transport) => modes.map((mode) => ({ transport, mode })));

const kinds = [
  { kind: 'pure', name: 'a pure microservice' },
  { kind: 'hybrid', name: 'a hybrid application' },
];

describe.each(kinds)('two instances of $name, restarted in turn under load', ({ kind }) => {
  const fleet = new Fleet({
    KIND: kind,
    DRAIN_DELAY_MS: String(DRAIN_DELAY_MS),
    EXIT_WAIT_MS: String(EXIT_WAIT_MS),
  });
  const loads: Load[] = [];
  const restarted: Member[] = [];
  const exits: Exit[] = [];

  const answeredBy = (...names: string[]): Promise<void[]> =>
    Promise.all(loads.flatMap((load) => names.map((name) => load.answeredBy(name))));

  beforeAll(async () => {
    const [first, second] = await Promise.all([fleet.start('first'), fleet.start('second')]);
    for (const { transport, mode } of callers) {
      loads.push(new Load({ transport, connection: { mode }, resolver: fleet.resolver }));
    }
    await answeredBy('first', 'second');

    const [firstExit] = await Promise.all([
      endsWithin(BOUND_MS, first.app.terminate()),
      fleet.start('third'),
    ]);
    exits.push(firstExit);
    await answeredBy('third');

    second.app.process.send('close');
    const [secondExit] = await Promise.all([
      endsWithin(BOUND_MS, second.app.exited),
      fleet.start('fourth'),
    ]);
    exits.push(secondExit);
    await answeredBy('fourth');

    await Promise.all(loads.map((load) => load.stop()));
    await Promise.all([first.silent, second.silent]);
    restarted.push(first, second);
  }, 60_000);

  afterAll(async () => {
    await Promise.all(loads.map((load) => load.stop()));
    await fleet.close();
  });

  it.each(callers.map((caller, index) => ({ ...caller, index })))(
    'fail no call over $transport with the connections "$mode"',
    ({ index }) => {
      const { failures, answers } = loads[index]!;
      expect(failures).toEqual([]);
      expect([...answers.keys()].sort()).toEqual(['first', 'fourth', 'second', 'third']);
    },
  );

  it('end with 0, after SIGTERM as after app.close()', () => {
    expect(exits).toEqual(Array(2).fill({ code: 0, signal: null }));
  });

  it('answer every call they accepted, and cut none off', async () => {
    for (const { app } of restarted) {
      const { message } = await app.message('accepted ');
      const [, accepted, answered] = /accepted (\d+), answered (\d+)/.exec(message)!;
      expect(Number(accepted)).toBeGreaterThan(0);
      expect(answered).toBe(accepted);
      expect(app.text).not.toContain('cuts off');
    }
  });

  it('turn unready and stay alive, with metrics, until nobody listens any more', () => {
    for (const { answers } of restarted) {
      expect(answers).toEqual([
        { health: 200, ready: 200, metrics: 200 },
        { health: 200, ready: 503, metrics: 200 },
      ]);
    }
  });
});

import type { ConnectionMode, TransportName } from '@nestjs-thrift/microservice';
import type { Exit } from '#test/child-app.js';
import { EXIT_ON_SIGTERM } from '#test/nest-version.js';
import { Fleet, type Member, endsWithin } from './support/fleet.js';
import { Load } from './support/load.js';

const DRAIN_DELAY_MS = 1000;
const DRAIN_TIMEOUT_MS = 5000;
/** Drain delay, wait for calls, 5 seconds for clients, and something for a slow machine. */
const BOUND_MS = DRAIN_DELAY_MS + DRAIN_TIMEOUT_MS + 5000 + 5000;

const transports: TransportName[] = ['Framed', 'TTHeaderFramed'];
const modes: ConnectionMode['mode'][] = ['long', 'mux'];
const callers = transports.flatMap((transport) => modes.map((mode) => ({ transport, mode })));

/** In the order of their starts. Two serve at a time: the next one starts while the eldest is stopped. */
const restarts = [
  { name: 'first', kind: 'pure', by: 'SIGTERM' },
  { name: 'second', kind: 'hybrid', by: 'app.close()' },
  { name: 'third', kind: 'pure', by: 'app.close()' },
  { name: 'fourth', kind: 'hybrid', by: 'SIGTERM' },
] as const;
const last = { name: 'fifth', kind: 'hybrid' } as const;

describe('instances that are restarted in turn under load', () => {
  const fleet = new Fleet({
    DRAIN_DELAY_MS: String(DRAIN_DELAY_MS),
    DRAIN_TIMEOUT_MS: String(DRAIN_TIMEOUT_MS),
  });
  const members = new Map<string, Member>();
  const exits = new Map<string, Exit>();
  const loads: Load[] = [];

  async function start({ name, kind }: { name: string; kind: string }): Promise<void> {
    members.set(name, await fleet.start(name, kind));
    await answered([name]);
  }

  /** Resolves when each of these instances has answered each client. */
  async function answered(names: readonly string[]): Promise<void> {
    await Promise.all(loads.flatMap((load) => names.map((name) => load.answeredBy(name))));
  }

  async function stop({ name, by }: { name: string; by: string }): Promise<void> {
    const { app, silent } = members.get(name)!;
    if (by === 'SIGTERM') {
      app.process.kill('SIGTERM');
    } else {
      app.process.send('close');
    }
    exits.set(name, await endsWithin(BOUND_MS, app.exited));
    await silent;
  }

  beforeAll(async () => {
    const [first, second, ...others] = [...restarts, last];
    await Promise.all([start(first), start(second)]);
    for (const { transport, mode } of callers) {
      loads.push(new Load({ transport, connection: { mode }, resolver: fleet.resolver }));
    }
    await answered([first.name, second.name]);
    for (const [index, next] of others.entries()) {
      await Promise.all([stop(restarts[index]!), start(next)]);
    }
    await stop(restarts[3]);
    await Promise.all(loads.map((load) => load.stop()));
  }, 120_000);

  afterAll(async () => {
    await Promise.all(loads.map((load) => load.stop()));
    await fleet.close();
  });

  it.each(callers.map((caller, index) => ({ ...caller, index })))(
    'fail no call over $transport with the connections "$mode"',
    ({ index }) => {
      const { failures, answers } = loads[index]!;
      expect(failures).toEqual([]);
      expect([...answers.keys()].sort()).toEqual([...members.keys()].sort());
    },
  );

  describe.each(restarts)('the $name one, $kind, stopped by $by', ({ name, by }) => {
    it('ends with 0', () => {
      expect(exits.get(name)).toEqual(
        by === 'SIGTERM' ? EXIT_ON_SIGTERM : { code: 0, signal: null },
      );
    });

    it('answers every call it accepted, and cuts none off', async () => {
      const { app } = members.get(name)!;
      const { message } = await app.message('accepted ');
      const [, accepted, answered] = /accepted (\d+), answered (\d+)/.exec(message)!;
      expect(Number(accepted)).toBeGreaterThan(0);
      expect(answered).toBe(accepted);
      expect(app.text).not.toContain('Drain timeout exceeded');
    });

    it('turns unready and stays alive, with metrics, until the port is closed', () => {
      expect(members.get(name)!.answers).toEqual([
        { health: 200, ready: 200, metrics: 200 },
        { health: 200, ready: 503, metrics: 200 },
      ]);
    });
  });
});

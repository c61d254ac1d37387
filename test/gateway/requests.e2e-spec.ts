import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADAPTERS, type Adapter, sendRaw, startGateway } from './support/gateway-app.js';
import { type ReceivedCall, serveScripted } from './support/scripted-service.js';
import { sorted } from './support/sorted.js';

interface Case {
  readonly name: string;
  readonly raw: string;
}

interface Expected {
  readonly name: string;
  readonly method?: string;
  readonly args?: Record<string, unknown>;
  readonly status?: number;
  readonly why?: string;
}

function load<T>(file: string): T[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as T[];
}

const REQUESTS = new Map(load<Case>('cases.json').map(({ name, raw }) => [name, raw]));
const EXPECTED = load<Expected>('expected.json');

/** What an adapter decides before the gateway is asked: see the guide. */
const DECIDED_BY: Readonly<Record<Adapter, Readonly<Record<string, number>>>> = {
  express: {},
  fastify: { 'body/empty': 400, 'verbs/any': 404 },
};

describe.each(ADAPTERS)('requests of the table under %s', (adapter) => {
  let received: ReceivedCall[] = [];

  it('reach the service as expected, or are rejected', async () => {
    const endpoint = await serveScripted((call) => received.push(call));
    const { port } = await startGateway({ adapter, endpoint });
    const failures: unknown[] = [];
    for (const { name, method, args, status, why } of EXPECTED) {
      received = [];
      const answer = await sendRaw(port, REQUESTS.get(name)!);
      const decided = DECIDED_BY[adapter][name];
      const outcome =
        received.length > 0
          ? { method: received[0]!.method, args: received[0]!.args['1:struct'] }
          : { status: answer.status };
      const wanted =
        decided !== undefined ? { status: decided } : args ? { method, args } : { status };
      const got = JSON.stringify(sorted(outcome));
      if (got !== JSON.stringify(sorted(wanted))) {
        failures.push({ name, got, wanted: JSON.stringify(sorted(wanted)), body: answer.body });
      }
      const isOurs = answer.body.includes('invalid request');
      if (status === 400 && decided === undefined && isOurs && !answer.body.includes(why!)) {
        failures.push({ name, why, body: answer.body });
      }
    }
    expect(failures).toEqual([]);
  }, 60_000);
});

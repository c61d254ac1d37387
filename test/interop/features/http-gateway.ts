import { readFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '#test/until.js';
import { openGateway } from '../../gateway/support/open-gateway.js';
import { openScripted, type ReceivedCall } from '../../gateway/support/open-scripted.js';
import { type HttpAnswer, sendRaw } from '../../gateway/support/raw-http.js';
import { requestFor } from '../../gateway/support/response-requests.js';
import { sorted } from '../../gateway/support/sorted.js';
import { differs } from '../ours/values.js';
import { startServer } from '../runner/commands.js';
import type { BuiltPeer } from '../runner/prepare.js';
import type { Combination, Results } from '../runner/results.js';

const TABLES = path.resolve(import.meta.dirname, '../../gateway');
const IDL = path.join(TABLES, 'idl/gateway.thrift');

interface ExpectedRequest {
  readonly name: string;
  readonly method?: string;
  readonly args?: Record<string, unknown>;
  readonly status?: number;
  /** Set-ups of Kitex's generic HTTP with the same outcome. */
  readonly agrees: readonly string[];
}

interface ExpectedResponse {
  readonly name: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

type Received = Pick<ReceivedCall, 'method' | 'args'>;

function load<T>(file: string): T[] {
  return JSON.parse(readFileSync(path.join(TABLES, file), 'utf8')) as T[];
}

const REQUESTS = new Map(
  load<{ name: string; raw: string }>('cases.json').map(({ name, raw }) => [name, raw]),
);

/** HTTP in front of Thrift in both mixtures: our gateway and a Kitex server, Kitex's generic HTTP client and our server. */
export async function httpGateways(peer: BuiltPeer, results: Results): Promise<void> {
  const combination = (feature: string): Combination => ({
    peer: peer.name,
    direction: feature.startsWith('our') ? 'we call the peer' : 'peer calls us',
    transport: 'TTHeaderFramed',
    protocol: 'binary',
    feature,
  });
  await ourGateway(peer, combination('our gateway'), results);
  for (const kind of ['plain', 'dynamicgo']) {
    await kitexGateway(peer, kind, combination(`Kitex's generic HTTP, ${kind}`), results);
  }
}

async function ourGateway(
  peer: BuiltPeer,
  combination: Combination,
  results: Results,
): Promise<void> {
  const [file, ...args] = peer.command(peer.folder);
  const server = await startServer([file, ...args, 'server']);
  const endpoint = `127.0.0.1:${server.port}`;
  const gateway = await openGateway({ adapter: 'express', endpoint });
  const received = () => server.lines.filter((line) => line.startsWith('{'));
  try {
    for (const expected of load<ExpectedRequest>('expected.json')) {
      const { name, method, args: wanted, status } = expected;
      await results.attempt(combination, name, async () => {
        const before = received().length;
        const answer = await sendRaw(gateway.port, REQUESTS.get(name)!);
        if (wanted === undefined) {
          return differs(status, answer.status);
        }
        await until(() => received().length > before);
        return sameCall({ method, args: wanted }, JSON.parse(received()[before]!) as Received);
      });
    }
    // Those of bare.thrift need another gateway, and have no more to show.
    const responses = load<ExpectedResponse>('expected-responses.json');
    for (const expected of responses.filter(({ name }) => !name.startsWith('bare/'))) {
      await results.attempt(combination, `answer ${expected.name}`, async () =>
        sameAnswer(expected, await sendRaw(gateway.port, requestFor(expected.name))),
      );
    }
  } finally {
    await gateway.close();
    await server.stop();
  }
}

async function kitexGateway(
  peer: BuiltPeer,
  kind: string,
  combination: Combination,
  results: Results,
): Promise<void> {
  let received: Received[] = [];
  const server = await openScripted((call) => received.push(call));
  const [file, ...args] = peer.command(peer.folder);
  const gateway = await startServer([file, ...args, 'gateway', server.address, IDL, kind]);
  const same = load<ExpectedRequest>('expected.json').filter(({ agrees }) => agrees.includes(kind));
  try {
    for (const { name, method, args: wanted } of same) {
      await results.attempt(combination, name, async () => {
        received = [];
        await sendRaw(gateway.port, REQUESTS.get(name)!);
        const [call] = received;
        if (wanted === undefined || call === undefined) {
          return differs(wanted === undefined ? 'no call' : 'a call', call ? 'a call' : 'no call');
        }
        return sameCall({ method, args: wanted }, call);
      });
    }
  } finally {
    await gateway.stop();
    await server.close();
  }
}

function sameCall(
  wanted: { readonly method: string | undefined; readonly args: unknown },
  { method, args }: Received,
): string {
  return differs(text(wanted), text({ method, args: args['1:struct'] }));
}

function sameAnswer({ status, headers = {}, body }: ExpectedResponse, answer: HttpAnswer): string {
  const own = Object.fromEntries(Object.keys(headers).map((name) => [name, answer.headers[name]]));
  const got = { status: answer.status, headers: own, body: jsonOf(answer.body) };
  return differs(text({ status, headers, body: jsonOf(body) }), text(got));
}

function text(value: unknown): string {
  return JSON.stringify(sorted(value));
}

/** The value of JSON with its digits beyond 2^53; a body that is none as it is. */
function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body.replaceAll(/(?<=[:[,])\d{16,}/g, '"$&"'));
  } catch {
    return body;
  }
}

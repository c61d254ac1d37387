import { setTimeout as delay } from 'node:timers/promises';
import { BizStatusError, type ClientTransportOptions } from '@nestjs-thrift/transport';
import { until } from '#test/until.js';
import { openClient, type OurClient } from '../ours/client.js';
import { startOurServer } from '../ours/server.js';
import { differs } from '../ours/values.js';
import type { BuiltPeer } from '../runner/prepare.js';
import type { Results } from '../runner/results.js';
import { weCallAccounts } from './accounts.js';
import { breakerOpens, discoveryThroughEtcd, retriesOverTwoHops } from './governance.js';
import { codeOf, serveKitex, type Attempt } from './kitex-server.js';
import { attemptsOf } from './scenario.js';
import { weCallServices } from './services.js';
import { weCallUnions } from './unions.js';

/** Checks of a Kitex server by our client, except types and calls. */
export async function weCallKitex(peer: BuiltPeer, results: Results): Promise<void> {
  const attempt = attemptsOf(peer, 'we call the peer', results);
  const server = await serveKitex(peer);
  const client = openClient({ port: server.port });
  try {
    await metadata(client, attempt);
    await businessStatus(client, attempt);
    await deadlines(client, attempt);
    await relay(client, attempt);
  } finally {
    await client.close();
  }
  await pool(server.port, 'long', attempt);
  await pool(server.port, 'short', attempt);
  await server.stop();
  const mux = await serveKitex(peer, 'mux=1');
  await pool(mux.port, 'mux', attempt);
  await mux.stop();
  await weCallUnions(peer, attempt);
  await weCallServices(peer, attempt);
  await weCallAccounts(peer, attempt);
  await retriesOverTwoHops(peer, attempt);
  await breakerOpens(peer, attempt);
  await discoveryThroughEtcd(peer, attempt);
  await overLimit(peer, attempt);
  await gracefulEnd(peer, 'long', attempt);
  await gracefulEnd(peer, 'mux', attempt);
}

interface Seen {
  readonly passing: Record<string, string>;
  readonly persistent: Record<string, string>;
  readonly caller: string;
  readonly timeoutMs: bigint;
}

async function metadata(client: OurClient, attempt: Attempt): Promise<void> {
  const options = { metadata: { tk: 'tv' }, persistentMetadata: { pk: 'pv' } };
  const seen = (await client.callWith(options, 'Probe', 'see')) as Seen;
  await attempt('metadata', 'transient value arrives', async () => differs('tv', seen.passing.tk));
  await attempt('metadata', 'persistent value arrives', async () =>
    differs('pv', seen.persistent.pk),
  );
  await attempt('metadata', 'caller is known', async () => differs('interop.ours', seen.caller));
  await attempt('metadata', 'backward values arrive', async () => {
    const values = { bk: 'bv', other: 'ü' };
    let received: ReadonlyMap<string, string> = new Map();
    const onBackwardMetadata = (back: ReadonlyMap<string, string>): void => {
      received = back;
    };
    await client.callWith({ onBackwardMetadata }, 'Probe', 'sendBack', { values });
    return differs(values, { bk: received.get('bk'), other: received.get('other') });
  });
}

async function businessStatus(client: OurClient, attempt: Attempt): Promise<void> {
  const statuses = [
    [404, 'not found', { k: '1<2&"é', other: '' }],
    [-7, 'nicht möglich', {}],
  ] as const;
  for (const [code, message, extra] of statuses) {
    await attempt('business status', `business status ${code} arrives`, async () => {
      const error: unknown = await client
        .call('Probe', 'status', { code, message, extra })
        .catch((reason: unknown) => reason);
      if (!(error instanceof BizStatusError)) {
        return `got ${String(error)}`;
      }
      return differs([code, message, extra], [error.statusCode, error.message, error.extra]);
    });
  }
}

async function deadlines(client: OurClient, attempt: Attempt): Promise<void> {
  await attempt('deadlines', 'deadline is received', async () => {
    const seen = (await client.callWith({ timeoutMs: 700 }, 'Probe', 'see')) as Seen;
    return differs(700n, seen.timeoutMs);
  });
  await attempt('deadlines', 'caller times out', async () => {
    const pause = client.callWith({ timeoutMs: 200 }, 'Probe', 'pause', { milliseconds: 3000 });
    return differs('RPC_TIMEOUT', await codeOf(pause));
  });
  await attempt('deadlines', 'next call is answered', async () =>
    differs(1, await client.call('Probe', 'pause', { milliseconds: 1 })),
  );
}

/** Here → Go → here: what of the metadata reaches the second hop. */
async function relay(client: OurClient, attempt: Attempt): Promise<void> {
  const second = await startOurServer();
  const feature = 'metadata over two hops';
  const options = { metadata: { tk: 'tv' }, persistentMetadata: { pk: 'pv' } };
  try {
    const seen = (await client.callWith(options, 'Probe', 'relay', {
      endpoint: second.address,
    })) as Seen;
    await attempt(feature, 'persistent value goes on to the second hop', async () =>
      differs('pv', seen.persistent.pk),
    );
    await attempt(feature, 'transient value ends at the first hop', async () =>
      differs(undefined, seen.passing.tk),
    );
  } finally {
    await second.close();
  }
}

async function pool(port: number, mode: 'long' | 'short' | 'mux', attempt: Attempt): Promise<void> {
  const client = openClient({
    port,
    connection: { mode } satisfies ClientTransportOptions['connection'],
  });
  const pause = (milliseconds: number): Promise<unknown> =>
    client.call('Probe', 'pause', { milliseconds });
  await attempt(`${mode} connections`, '200 calls at once', async () => {
    const times = Array.from({ length: 200 }, (_, index) => index % 20);
    return differs(times, await Promise.all(times.map(pause)));
  });
  await attempt(`${mode} connections`, 'a quick call passes a slow one', async () => {
    const order: number[] = [];
    const slow = pause(1_000).then(() => order.push(1));
    await pause(0).then(() => order.push(2));
    await slow;
    return differs([2, 1], order);
  });
  await attempt(`${mode} connections`, '20 oneway calls arrive', async () => {
    const name = `oneway over ${mode}`;
    for (let index = 0; index < 20; index++) {
      await client.call('Probe', 'note', { name, fails: index === 7 });
    }
    await until(async () => (await client.call('Probe', 'attempts', { name })) === 20);
    return '';
  });
  await client.close();
}

/** A Kitex server over its limit sends nothing and closes; one that accepts no more connections closes at once. */
async function overLimit(peer: BuiltPeer, attempt: Attempt): Promise<void> {
  await attempt('limits', 'requests over the limit of a server are lost connections', async () => {
    const server = await serveKitex(peer, 'qps=10');
    const client = openClient({ port: server.port });
    const codes = new Set<unknown>();
    for (let i = 0; i < 30; i++) {
      codes.add(await codeOf(client.call('Probe', 'pause', { milliseconds: 0 })));
    }
    await client.close();
    await server.stop();
    return differs(true, codes.has('CONNECTION_LOST') && codes.has('resolved with 0'));
  });
  await attempt('limits', 'connections over the limit of a server are lost', async () => {
    const server = await serveKitex(peer, 'connections=1');
    const client = openClient({ port: server.port });
    const calls = [300, 300, 300].map((milliseconds) =>
      codeOf(client.call('Probe', 'pause', { milliseconds })),
    );
    const codes = await Promise.all(calls);
    await client.close();
    await server.stop();
    return differs(
      ['CONNECTION_LOST', 'CONNECTION_LOST', 'resolved with 300'],
      codes.map(String).sort(),
    );
  });
}

/** Our client calls a Kitex server without pause while it ends: calls that were sent are answered. */
async function gracefulEnd(peer: BuiltPeer, mode: 'long' | 'mux', attempt: Attempt): Promise<void> {
  await attempt('graceful end', `calls in flight on ${mode} connections are answered`, async () => {
    const server = await serveKitex(peer, ...(mode === 'mux' ? ['mux=1'] : []));
    const client = openClient({ port: server.port, connection: { mode } });
    const calls = Array.from({ length: 20 }, () =>
      codeOf(client.call('Probe', 'pause', { milliseconds: 400 })),
    );
    await delay(150);
    server.tell('stop');
    const codes = await Promise.all(calls);
    await server.exited;
    await client.close();
    return differs(
      calls.map(() => 'resolved with 400'),
      codes,
    );
  });
}

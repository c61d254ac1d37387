import { freePort } from '#test/ports.js';
import { until } from '#test/until.js';
import { accountOf, openAccounts, startAccounts, type AccountClient } from '../ours/accounts.js';
import { differs, normal } from '../ours/values.js';
import type { BuiltPeer } from '../runner/prepare.js';
import { codeOf, serveKitex, type Attempt } from './kitex-server.js';
import type { RunScenario } from './scenario.js';

const FEATURE = 'a service of a common shape';

/** A Kitex client with the options of production calls a Nest service. */
export async function kitexCallsAccounts(run: RunScenario): Promise<void> {
  const server = await startAccounts();
  await run('accounts', FEATURE, [`address=127.0.0.1:${server.port}`]);
  await server.close();
}

/** A Nest client with the same options calls a Kitex service, next to an instance that is down. */
export async function weCallAccounts(peer: BuiltPeer, attempt: Attempt): Promise<void> {
  const server = await serveKitex(peer, 'services=accounts');
  const endpoints = [`127.0.0.1:${server.port}`, `127.0.0.1:${await freePort()}`];
  const accounts = await openAccounts({ endpoints });
  const { client } = accounts;
  const get = (id: bigint): ReturnType<AccountClient['GetAccount']> =>
    client.GetAccount({ account_id: id });
  try {
    await attempt(FEATURE, 'an account with optional fields', async () =>
      differs({ account: accountOf(42n) }, normal(await get(42n))),
    );
    const largest = 2n ** 53n + 1n;
    await attempt(FEATURE, 'an account without optional fields', async () =>
      differs({ account: accountOf(largest) }, normal(await get(largest))),
    );
    await attempt(FEATURE, 'a declared exception', async () =>
      differs(['AccountNotFound', 'no account', 404n], await failureOf(get(404n), 'account_id')),
    );
    await attempt(FEATURE, 'a business status of wrong arguments', async () =>
      differs(
        ['BizStatusError', 'account_id must be positive', 1002],
        await failureOf(get(-1n), 'statusCode'),
      ),
    );
    await attempt(FEATURE, 'a business status with details', async () =>
      differs(
        ['BizStatusError', 'no storage', { shard: '7' }],
        await failureOf(get(500n), 'extra'),
      ),
    );
    await attempt(FEATURE, 'a timeout of one call', async () => {
      const call = client.GetAccount({ account_id: 900n }, { timeoutMs: 200 });
      return differs('RPC_TIMEOUT', await codeOf(call));
    });
    await attempt(FEATURE, 'a oneway call arrives', () => logAction(client));
    await attempt(FEATURE, '1,000 calls of 20 callers', () => load(get));
  } finally {
    await accounts.close();
    await server.stop();
  }
}

async function failureOf(promise: Promise<unknown>, field: string): Promise<unknown[]> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  const { name, message } = error as Error;
  return [name, message, Reflect.get(error as Error, field)];
}

async function logAction(client: AccountClient): Promise<string> {
  await client.LogAccountAction('login', 7n);
  await until(async () => (await client.ListActions({ account_id: 7n })).actions.length > 0);
  return differs({ actions: ['login'] }, await client.ListActions({ account_id: 7n }));
}

async function load(get: (id: bigint) => Promise<{ account: object }>): Promise<string> {
  const caller = async (first: number): Promise<void> => {
    for (let index = 0; index < 50; index++) {
      const id = BigInt(1 + 2 * (first * 50 + index));
      const difference = differs({ account: accountOf(id) }, normal(await get(id)));
      if (difference !== '') {
        throw new Error(difference);
      }
    }
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => caller(index)));
  return '';
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileSchema } from '@nestjs-thrift/codec/compiler';
import {
  ClientGovernance,
  GovernanceFile,
  staticResolver,
  type GovernanceEvent,
} from '@nestjs-thrift/governance';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { RpcTimeoutError, type OutgoingCall } from '@nestjs-thrift/transport';
import { createMethodInvoker } from '@nestjs-thrift/transport/internal';
import { cleanUp } from '#test/cleanup.js';

const Shop = compileSchema(
  loadSchemaFromText(`
    struct Item { 1: required i64 id, 2: string name = "unnamed", 3: list<i64> related }
    service Shop {
      Item find(1: i64 id)
      list<Item> all()
      void touch()
    }
  `),
).service('Shop');

describe('policies that only the governance file says', () => {
  let folder: string;
  let config: GovernanceFile;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'governance-'));
    cleanUp(() => rm(folder, { recursive: true }));
  });

  const path = () => join(folder, 'governance.yaml');
  const write = (shop: string) => writeFile(path(), `services: { Shop: { ${shop} } }`);

  /** A client whose calls all time out, with the calls that were sent. */
  async function governed(shop: string) {
    await write(shop);
    config = await GovernanceFile.open(path());
    cleanUp(() => config.close());
    const sent: OutgoingCall[] = [];
    const events: GovernanceEvent[] = [];
    const governance = new ClientGovernance({
      service: Shop,
      resolver: staticResolver(['a:1', 'b:1', 'c:1']),
      config,
    });
    cleanUp(() => governance.close());
    governance.onEvent((event) => events.push(event));
    const call = (name: 'find' | 'all' | 'touch') => {
      const method = Shop.methods[name]!;
      const endpoint = governance.wrap(method, async (attempt) => {
        sent.push(attempt);
        throw new RpcTimeoutError(1, 'late');
      });
      return createMethodInvoker(Shop, method, endpoint)({});
    };
    return { call, sent, events, governance };
  }

  /** Writes the file and waits until it was taken or refused. */
  async function change(shop: string): Promise<void> {
    const seen = new Promise<void>((resolve) => {
      config.onChange(() => resolve());
      config.onRejected(() => resolve());
    });
    await write(shop);
    await seen;
  }

  it('answers with a value of the types of the IDL, a new one for each call', async () => {
    const { call } = await governed(`methods: {
      find: { fallback: { enable: true, on: timeout_or_open, value: { id: 7, related: [1, 2] } } },
      all: { fallback: { enable: true, value: [{ id: 8 }] } },
      touch: { fallback: { enable: true } },
    }`);
    const first = await call('find');
    expect(first).toEqual({ id: 7n, name: 'unnamed', related: [1n, 2n] });
    expect(await call('find')).not.toBe(first);
    await expect(call('all')).resolves.toMatchObject([{ id: 8n, name: 'unnamed' }]);
    await expect(call('touch')).resolves.toBeUndefined();
    await change(`methods: { find: { fallback: { enable: false } } }`);
    await expect(call('find')).rejects.toThrow('late');
  });

  it.each([
    ['find', '{ id: 1, nmae: x }', /fallback value of find has value\.nmae, which the IDL has not/],
    ['find', '{ id: one }', /fallback value of find is not a result of it: .*id/],
    ['all', '[{ id: 1 }, { ID: 2, id: 2 }]', /has value\.1\.ID/],
    ['find', 'null', /fallback of find needs a value/],
    ['touch', '1', /fallback value of touch must be null/],
  ] as const)('refuses for %s the value %s and goes on as before', async (name, value, message) => {
    const { call, events } = await governed('methods: {}');
    await expect(call(name)).rejects.toThrow('late');
    await change(`methods: { ${name}: { fallback: { enable: true, value: ${value} } } }`);
    expect(events.at(-1)).toMatchObject({
      type: 'config_rejected',
      error: { message: expect.stringMatching(message) as unknown },
    });
    await expect(call(name)).rejects.toThrow('late');
  });

  it('gives a method a timeout that follows its latency, unless it has a fixed one', async () => {
    const { call, sent, governance } = await governed(`methods: {
      '*': { dynamic_timeout: { enable: true, default_ms: 700, min_samples: 2, buffer_ms: 50, floor_ms: 40, ceiling_ms: 5000 } },
      all: { timeout: { rpc_timeout_ms: 30 } },
    }`);
    const timeouts = () => sent.splice(0).map(({ timeoutMs }) => timeoutMs);
    await expect(call('find')).rejects.toThrow('late');
    await expect(call('all')).rejects.toThrow('late');
    expect(timeouts()).toEqual([700, 30]);
    expect(governance.policiesOf('find').dynamicTimeout).toMatchObject({ bufferMs: 50 });
  });

  it('spreads calls another way from the next one on', async () => {
    const { call, sent } = await governed('load_balance: { type: weighted_round_robin }');
    const instances = async () => {
      for (let i = 0; i < 30; i += 1) {
        await expect(call('find')).rejects.toThrow('late');
      }
      return sent.splice(0).map(({ address: endpoint }) => endpoint);
    };
    const inTurn = await instances();
    expect(inTurn.slice(3)).toEqual(inTurn.slice(0, -3));
    await change('load_balance: { type: weighted_random }');
    const random = await instances();
    expect(random.slice(3)).not.toEqual(random.slice(0, -3));
    await change('load_balance: { type: round }');
    expect(config.current.services['Shop']?.load_balance).toEqual({ type: 'weighted_random' });
  });
});

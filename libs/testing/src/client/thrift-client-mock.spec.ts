import { RpcTimeoutError } from '@nestjs-thrift/transport';
import { Closed, NoSuchItem, Shop } from '../../test/shop.js';
import { mockThriftClient } from './thrift-client-mock.js';
import { UnexpectedCallError } from './wire-outcome.js';

describe('mockThriftClient', () => {
  const mock = mockThriftClient(Shop);
  const { client } = mock;

  afterEach(() => mock.reset());

  it('resolves every call with a copy of the value, as it comes off the wire', async () => {
    const pen = { name: 'pen', colour: 'not in the IDL' };
    mock.when('find').resolves(pen);
    const first = await client.find('pen');
    first.name = 'changed';
    expect(await client.find('pen')).toEqual({ name: 'pen', price: undefined });
  });

  it('answers with a function of arguments and options', async () => {
    mock.when('add').answers((left, right, { timeoutMs = 0 }) => left + right + timeoutMs);
    expect(await client.add(1, 2)).toBe(3);
    expect(await client.add(1, 2, { timeoutMs: 10 })).toBe(13);
  });

  it('answers void and oneway methods', async () => {
    mock.when('open').resolves();
    mock.when('note').answers(async () => undefined);
    expect(await client.open()).toBeUndefined();
    expect(await client.note('hello')).toBeUndefined();
  });

  it('rejects with declared exceptions and failures of calls', async () => {
    mock.when('find').rejects(new NoSuchItem({ name: 'pen' }));
    await expect(client.find('pen')).rejects.toThrow(NoSuchItem);
    mock.when('find').answers(() => Promise.reject(new RpcTimeoutError(10, 'too late')));
    await expect(client.find('pen')).rejects.toThrow(RpcTimeoutError);
  });

  it('rejects a call without a stub, with its name and a hint', async () => {
    const outcome = client.find('pen');
    await expect(outcome).rejects.toThrow(UnexpectedCallError);
    await expect(outcome).rejects.toThrow(
      "Shop.find was called and has no answer; give it one with mock.when('find').resolves(…)",
    );
    expect(mock.calls).toHaveLength(1);
  });

  it('rejects options that a client rejects', async () => {
    mock.when('add').resolves(1);
    await expect(client.add(1, 2, { timeoutMS: 10 } as object)).rejects.toThrow(
      new TypeError('unknown option call(Shop.add).timeoutMS; did you mean timeoutMs?'),
    );
    expect(mock.calls).toEqual([]);
  });

  it('keeps what was called, with the types of the arguments', async () => {
    mock.when('add').resolves(1);
    mock.when('find').resolves({ name: 'pen' });
    await client.add(1, 2, { timeoutMs: 10 });
    await client.find('pen');
    const [call] = mock.callsOf('add');
    const sum: number = call!.args[0] + call!.args[1];
    expect(sum).toBe(3);
    expect(mock.calls).toEqual([
      { method: 'add', args: [1, 2], options: { timeoutMs: 10 } },
      { method: 'find', args: ['pen'], options: {} },
    ]);
    mock.reset();
    expect(mock.calls).toEqual([]);
    await expect(client.add(1, 2)).rejects.toThrow(UnexpectedCallError);
  });

  describe('refuses what no server could answer', () => {
    it('a result that does not fit, by its field', async () => {
      expect(() => mock.when('find').resolves({ name: 7 as never })).toThrow(/find.*name/);
      expect(() => mock.when('find').resolves({} as never)).toThrow(/name/);
      mock.when('add').answers(() => 'three' as never);
      await expect(client.add(1, 2)).rejects.toThrow(/add.*success/);
    });

    it('no result of a method that returns one', async () => {
      expect(() => mock.when('add').resolves(undefined as never)).toThrow(
        'Shop.add returns a value, got undefined',
      );
      mock.when('add').answers((() => null) as never);
      await expect(client.add(1, 2)).rejects.toThrow('Shop.add returns a value, got null');
    });

    it('an exception the method does not declare', async () => {
      const problem = /^Shop\.find does not declare Closed: a server would answer "internal error"/;
      expect(() => mock.when('find').rejects(new Closed({ reason: 'night' }))).toThrow(problem);
      mock.when('find').answers(() => Promise.reject(new Closed({ reason: 'night' })));
      await expect(client.find('pen')).rejects.toThrow(problem);
    });

    it('an exception whose fields do not fit', () => {
      expect(() => mock.when('find').rejects(new NoSuchItem({ name: 7 }))).toThrow(/name/);
    });
  });

  it('refuses arguments that do not fit, by their name', async () => {
    mock.when('add').resolves(1);
    await expect(client.add('one' as never, 2)).rejects.toThrow(/add.*left/);
    expect(mock.calls).toEqual([]);
  });

  it('refuses to program a method there is none of', () => {
    expect(() => mock.when('fnid' as 'find')).toThrow('Shop has no method fnid; it has find,');
  });
});

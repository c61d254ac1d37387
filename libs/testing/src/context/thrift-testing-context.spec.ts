import { currentCall } from '@nestjs-thrift/transport';
import { Shop, shopAt } from '../../test/shop.js';
import { createThriftTestingServer } from '../server/thrift-testing-server.js';
import { createThriftTestingContext } from './thrift-testing-context.js';

describe('createThriftTestingContext', () => {
  it('is the context of a call with what it said about itself', () => {
    const context = createThriftTestingContext(Shop, 'find', {
      caller: 'test.caller',
      callerMethod: 'browse',
      metadata: { shard: '7' },
      persistentMetadata: { tenant: 'a' },
      remoteAddress: '10.0.0.1:7',
      transport: 'Framed',
      protocol: 'compact',
    });
    expect(context).toMatchObject({
      service: 'Shop',
      method: 'find',
      caller: 'test.caller',
      callerMethod: 'browse',
      metadata: new Map([['shard', '7']]),
      persistentMetadata: new Map([['tenant', 'a']]),
      remoteAddress: '10.0.0.1:7',
      transport: 'Framed',
      protocol: 'compact',
      remainingMs: Infinity,
    });
    expect(context.getPattern()).toBe('Shop.find');
  });

  it('has no values that were not given', () => {
    expect(createThriftTestingContext(Shop, 'find')).toMatchObject({
      caller: '',
      callerMethod: '',
      metadata: new Map(),
      persistentMetadata: new Map(),
      transport: 'TTHeaderFramed',
      protocol: 'binary',
    });
  });

  it('keeps what the handler sends back', () => {
    const context = createThriftTestingContext(Shop, 'find');
    context.setBackwardMetadata('shard', '7');
    context.setBackwardMetadata('empty', '');
    expect(context.backwardMetadata).toEqual(new Map([['shard', '7']]));
  });

  it('aborts its signal when the caller leaves', () => {
    const context = createThriftTestingContext(Shop, 'find', { remainingMs: 60_000 });
    const { signal } = context;
    expect(signal.aborted).toBe(false);
    context.callerLeaves();
    expect(signal.reason).toMatchObject({ code: 'CONNECTION_LOST' });
    expect(context.signal.aborted).toBe(true);
  });

  it('aborts its signal when the time is over', async () => {
    const { signal } = createThriftTestingContext(Shop, 'find', { remainingMs: 1 });
    // The timer of the call does not keep the process alive; this does.
    const alive = setInterval(() => undefined, 1000);
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    clearInterval(alive);
    expect(signal.reason).toMatchObject({ code: 'RPC_TIMEOUT' });
  });

  it('is found by everything that runs in it', async () => {
    const context = createThriftTestingContext(Shop, 'find', { caller: 'test.caller' });
    const caller = await context.run(async () => {
      await Promise.resolve();
      return currentCall()?.caller;
    });
    expect(caller).toBe('test.caller');
    expect(currentCall()).toBeUndefined();
  });

  it('passes persistent metadata and the deadline on to calls made in it', async () => {
    await using server = await createThriftTestingServer(Shop, { where: () => 'here' });
    const { shop, transport } = shopAt(server.address);
    const context = createThriftTestingContext(Shop, 'find', {
      persistentMetadata: { tenant: 'a' },
      remainingMs: 0,
    });
    await expect(context.run(() => shop.where())).rejects.toMatchObject({ code: 'RPC_TIMEOUT' });
    const timeless = createThriftTestingContext(Shop, 'find', {
      persistentMetadata: { tenant: 'a' },
    });
    await timeless.run(() => shop.where());
    expect(server.calls).toMatchObject([
      { persistentMetadata: { tenant: 'a' }, callerMethod: 'find' },
    ]);
    await transport.close();
  });

  it('rejects a method that the service does not have', () => {
    expect(() => createThriftTestingContext(Shop, 'fnid' as 'find')).toThrow('has no method fnid');
  });

  it('rejects wrong options, all in one error', () => {
    const wrong = { remainingMs: -1, calller: 'a', metadata: { shard: 7 }, transport: 'framed' };
    expect(() => createThriftTestingContext(Shop, 'find', wrong as object)).toThrow(
      new TypeError(
        [
          'unknown option createThriftTestingContext.calller; did you mean caller?',
          'createThriftTestingContext.metadata.shard must be a string; got 7',
          'createThriftTestingContext.remainingMs must be milliseconds, an integer from 0 to 2147483647; got -1',
          `createThriftTestingContext.transport must be one of 'Buffered', 'Framed', 'TTHeader', 'TTHeaderFramed'; got the string "framed"`,
        ].join('\n'),
      ),
    );
  });
});

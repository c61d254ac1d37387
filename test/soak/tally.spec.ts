import { ThriftRpcError } from '@nestjs-thrift/codec';
import { ConnectError, ConnectionLostError, RpcTimeoutError } from '@nestjs-thrift/microservice';
import { Tally } from './tally.js';

const victim = '127.0.0.1:1';
const survivor = '127.0.0.1:2';
const fine = () => undefined;

describe('Tally', () => {
  it('counts results that are right and wrong', async () => {
    const tally = new Tally(() => false);
    await tally.count(async () => 1, fine);
    await tally.count(
      async () => 2,
      (result) => `got ${result}`,
    );
    expect(tally).toMatchObject({ started: 2, succeeded: 1, wrong: 1, surprises: ['got 2'] });
  });

  it('takes a lost connection to a server that is killed for what it is, to another for a fault', async () => {
    const tally = new Tally((address) => address === victim);
    const failures = [
      new ConnectionLostError(victim, 'reset'),
      new ConnectError(victim, 'refused'),
      new ThriftRpcError('NOT_SENT', `Soak.echo was not sent to ${victim}: the connection broke`),
      new ConnectionLostError(survivor, 'reset'),
      new RpcTimeoutError(100, 'too late'),
    ];
    for (const failure of failures) {
      await tally.count(() => Promise.reject(failure), fine);
    }
    expect(tally).toMatchObject({ cut: 3, wrong: 2 });
    expect(tally.surprises).toEqual(['CONNECTION_LOST: reset', 'RPC_TIMEOUT: too late']);
  });

  it('counts calls that have not ended', () => {
    const tally = new Tally(() => false);
    void tally.count(() => new Promise(() => undefined), fine);
    expect(tally.unsettled).toBe(1);
  });
});

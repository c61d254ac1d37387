import { ClientGovernance } from '@nestjs-thrift/governance';
import { ConnectError, type OutgoingCall } from '@nestjs-thrift/transport';
import { createMethodInvoker } from '@nestjs-thrift/transport/internal';
import { Echo } from '#test/echo-service.js';
import { type GovernedCallEnd, GovernedCalls } from './governed-calls.js';

describe('GovernedCalls', () => {
  it('counts the retries of each of two concurrent calls with the same arguments object', async () => {
    const ends: GovernedCallEnd[] = [];
    const calls = new GovernedCalls({ ended: (_call, end) => ends.push(end) });
    const governance = new ClientGovernance({
      service: Echo,
      policies: { retry: { type: 'failure', maxRetries: 2, backoff: { type: 'none' } } },
    });
    calls.watch(governance);
    const echo = Echo.methods['echo']!;
    const attempts: OutgoingCall[] = [];
    const wrapped = governance.wrap(echo, async (call) => {
      attempts.push(call);
      if (call.address === 'down:1') {
        throw new ConnectError('down:1', 'no connection');
      }
      return 'hi';
    });
    const invoke = createMethodInvoker(Echo, echo, wrapped);
    const args = { text: 'hi' };
    await Promise.allSettled([
      invoke(args, { address: 'down:1' }),
      invoke(args, { address: 'up:1' }),
    ]);
    governance.close();
    expect(attempts).toHaveLength(4);
    const retriesWhere = (failed: boolean) =>
      ends.filter((end) => end.failed === failed).map(({ retries }) => retries);
    expect(retriesWhere(false)).toEqual([0]);
    expect(retriesWhere(true)).toEqual([2]);
  });
});

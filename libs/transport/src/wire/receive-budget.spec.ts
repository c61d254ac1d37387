import { ReceiveBudget, ReceiveShare } from './receive-budget.js';

const KIB = 1024;
const FREE = 64 * KIB;

interface Connection {
  readonly share: ReceiveShare;
  readonly events: string[];
}

function connect(budget: ReceiveBudget): Connection {
  const events: string[] = [];
  const share = new ReceiveShare(budget, {
    readNoFurther: () => events.push('paused'),
    readAgain: () => events.push('resumed'),
    othersWait: () => events.push('awaited'),
  });
  return { share, events };
}

function connectAll(budget: ReceiveBudget, count: number): Connection[] {
  return Array.from({ length: count }, () => connect(budget));
}

describe('ReceiveBudget', () => {
  it('pauses all connections with large messages but one, at once, beyond the limit', () => {
    const budget = new ReceiveBudget(300 * KIB);
    const [first, second, third] = connectAll(budget, 3) as [Connection, Connection, Connection];
    first.share.update(100 * KIB);
    second.share.update(100 * KIB);
    third.share.update(200 * KIB);

    expect([first, second, third].map(({ share }) => share.mayRead)).toEqual([false, false, true]);
    expect(third.events).toEqual(['awaited']);
    expect(budget.usedBytes).toBe(400 * KIB);
  });

  it('lets connections with small messages read beyond the limit', () => {
    const budget = new ReceiveBudget(100 * KIB);
    const [large, small] = connectAll(budget, 2) as [Connection, Connection];
    large.share.update(200 * KIB);
    small.share.update(FREE);

    expect(small.events).toEqual([]);
    expect(large.events).toEqual([]);
  });

  it('lets the next connection read when the message of the one before has ended', () => {
    const budget = new ReceiveBudget(150 * KIB);
    const connections = connectAll(budget, 3);
    const [first, second, third] = connections as [Connection, Connection, Connection];
    for (const { share } of connections) {
      share.update(100 * KIB);
    }
    expect(connections.map(({ share }) => share.mayRead)).toEqual([false, true, false]);
    second.share.update(0);
    expect(connections.map(({ share }) => share.mayRead)).toEqual([true, true, false]);
    expect(first.events).toEqual(['paused', 'resumed', 'awaited']);
    first.share.close();
    expect(third.events).toEqual(['paused', 'resumed']);
  });

  it('resumes thousands of connections that end their message at once', () => {
    const budget = new ReceiveBudget(100 * KIB);
    const large = connect(budget);
    const shares = Array.from({ length: 20_000 }, () => {
      const share: ReceiveShare = new ReceiveShare(budget, {
        readNoFurther: () => undefined,
        readAgain: () => share.update(0),
      });
      return share;
    });
    large.share.update(200 * KIB);
    for (const share of shares) {
      share.update(100 * KIB);
    }
    large.share.close();

    expect(budget.usedBytes).toBe(0);
    expect(shares.every(({ mayRead }) => mayRead)).toBe(true);
  });
});

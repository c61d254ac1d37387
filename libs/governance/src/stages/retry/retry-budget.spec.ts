import { fakeClock } from '../../../test/fake-clock.js';
import { RetryBudget } from './retry-budget.js';

describe('RetryBudget', () => {
  const share = { budget: 'retry-share', errorRate: 0.1 } as const;
  const failures = { budget: 'failure-rate', errorRate: 0.1 } as const;

  function started(budget: RetryBudget, first: number, retries: number): void {
    for (let i = 0; i < first + retries; i += 1) {
      budget.started(share, i >= first);
    }
  }

  it('does not limit below ten attempts', () => {
    const budget = new RetryBudget(fakeClock());
    started(budget, 4, 5);
    expect(budget.allows(share)).toBe(true);
  });

  it('stops retries at their share of all attempts, whether they helped or not', () => {
    const budget = new RetryBudget(fakeClock());
    started(budget, 19, 1);
    expect(budget.allows(share)).toBe(true);
    started(budget, 0, 2);
    expect(budget.allows(share)).toBe(false);
    expect(budget.allows(failures)).toBe(true);
  });

  it('stops retries at a rate of failures and timeouts', () => {
    const budget = new RetryBudget(fakeClock());
    for (let i = 0; i < 18; i += 1) {
      budget.ended(failures, 'success');
    }
    budget.ended(failures, 'failure');
    expect(budget.allows(failures)).toBe(true);
    budget.ended(failures, 'timeout');
    expect(budget.allows(failures)).toBe(false);
  });

  it('allows retries again once the window has passed', () => {
    const clock = fakeClock();
    const budget = new RetryBudget(clock);
    started(budget, 5, 5);
    expect(budget.allows(share)).toBe(false);
    clock.advance(10_000);
    expect(budget.allows(share)).toBe(true);
  });
});

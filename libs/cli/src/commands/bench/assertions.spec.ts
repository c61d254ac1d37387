import { checkAssertions, describeUnmet, parseAssertions, unnamedFailures } from './assertions.js';
import { Measurements } from './measurements.js';

function measured() {
  const measurements = new Measurements();
  for (let call = 1; call <= 99; call += 1) {
    measurements.add(call, 0, undefined);
  }
  measurements.add(5000, 0, { name: 'RPC_TIMEOUT', message: 'RPC_TIMEOUT: late' });
  return measurements.summary({
    interrupted: false,
    periodMs: 2000,
    load: { due: 200, made: 100 },
  });
}

const unmet = (list: string, summary = measured()) =>
  checkAssertions(parseAssertions(list), summary)
    .filter(({ met }) => !met)
    .map(describeUnmet);

describe('assertions', () => {
  it.each([
    'p50<60ms, max>=0.05s',
    'max<100ms',
    'min<2000us',
    'errors<=1%',
    'errors<2',
    'success>=99%',
    'success>=99',
    'throughput>=49.5',
    'dropped<=50%',
    'dropped<=100',
  ])('hold: %s', (list) => {
    expect(unmet(list)).toEqual([]);
  });

  it('name each that does not hold, and what was measured', () => {
    expect(unmet('min<1ms,errors<1%,throughput>50,success>99,max>1ms,dropped<1%')).toEqual([
      'min<1ms is not met: it is 1ms',
      'errors<1% is not met: it is 1%',
      'throughput>50 is not met: it is 49.5',
      'success>99 is not met: it is 99',
      'dropped<1% is not met: it is 50%',
    ]);
  });

  it('on latency are not met where no call succeeded, however fast all failed', () => {
    const measurements = new Measurements();
    measurements.add(0.1, 0, { name: 'CONNECT_FAILED', message: 'refused' });
    const summary = measurements.summary({
      interrupted: false,
      periodMs: 1000,
      load: { due: 1, made: 1 },
    });

    expect(unmet('p99<50ms,throughput>=1', summary)).toEqual([
      'p99<50ms is not met: no call succeeded',
      'throughput>=1 is not met: it is 0',
    ]);
  });

  it('that do not cover errors or dropped load lead to warnings', () => {
    expect(unnamedFailures(parseAssertions('p99<50s'), measured())).toEqual([
      '1 of 100 calls failed (RPC_TIMEOUT 1); no assertion covers that: add errors<1%',
      expect.stringMatching(/^100 of 200 calls were due and not made.*raise --concurrency/),
    ]);
    expect(unnamedFailures(parseAssertions('errors<50%,dropped<99%'), measured())).toEqual([]);
  });

  it.each([
    ['p99', 'invalid assertion "p99"; example: p99<50ms.'],
    ['p99<50', '"p99<50" needs a unit of time: us, ms or s.'],
    ['p98<50ms', '"p98<50ms": p98 is not one of min'],
    ['speed>1', '"speed>1": speed is not one of min'],
    ['throughput>1%', '"throughput>1%": throughput has no unit %.'],
    ['errors<1%,', 'invalid assertion ""'],
  ])('refuse %s', (list, message) => {
    expect(() => parseAssertions(list)).toThrow(message);
  });
});

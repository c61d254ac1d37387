import { failedAssertions, parseAssertions } from './assertions.js';
import { Measurements } from './measurements.js';

function measured() {
  const measurements = new Measurements();
  for (let call = 1; call <= 99; call += 1) {
    measurements.add(call, 0, undefined);
  }
  measurements.add(100, 0, 'RPC_TIMEOUT');
  return measurements.summary(2000);
}

describe('assertions', () => {
  it.each([
    'p50<60ms, max>=0.05s',
    'min<2000us',
    'errors<=1%',
    'errors<2',
    'success>=99%',
    'success>=99',
    'throughput>=50',
  ])('hold: %s', (list) => {
    expect(failedAssertions(parseAssertions(list), measured())).toEqual([]);
  });

  it('name each that does not hold, and what was measured', () => {
    const assertions = parseAssertions('min<1ms,errors<1%,throughput>50,success>99,max>1ms');
    expect(failedAssertions(assertions, measured())).toEqual([
      'min<1ms is not met: it is 1ms',
      'errors<1% is not met: it is 1%',
      'throughput>50 is not met: it is 50',
      'success>99 is not met: it is 99',
    ]);
  });

  it.each([
    ['p99', '"p99" is no assertion: write such as p99<50ms.'],
    ['p99<50', '"p99<50" needs a unit of time: us, ms or s.'],
    ['p98<50ms', '"p98<50ms": there is no p98, only min'],
    ['speed>1', '"speed>1": there is no speed, only min'],
    ['throughput>1%', '"throughput>1%": throughput has no unit %.'],
    ['errors<1%,', '"" is no assertion'],
  ])('refuse %s', (list, message) => {
    expect(() => parseAssertions(list)).toThrow(message);
  });
});

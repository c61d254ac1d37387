import type { Attack } from '../arena/attack.js';
import type { Result } from '../arena/fight.js';
import { reportOf, withReport } from './markdown.js';

const BEGIN = '<!-- begin: written by `npm run attack -- --compare` -->';
const END = '<!-- end: written by `npm run attack -- --compare` -->';

const attack: Attack = {
  name: 'bomb',
  kind: 'A2',
  does: 'sends a | bomb',
  holds: 'it is rejected',
  victim: 'server',
  comparedWith: ['npm thrift'],
  carryOut: async () => '',
};

const result: Result = {
  name: 'bomb',
  kind: 'A2',
  stack: 'nestjs-thrift',
  passed: true,
  outcome: 'rejected',
  neighbour: { succeeded: 90, failed: 0, slowestMs: 3, failures: [] },
  peakMb: 12.4,
  stallMs: 7.6,
  durationMs: 1_000,
};

describe('reportOf', () => {
  it('has a row of figures for an attack, and one of all stacks', () => {
    const failed: Result = {
      ...result,
      stack: 'npm thrift',
      passed: false,
      outcome: 'process ended',
      neighbour: { succeeded: 0, failed: 4, slowestMs: 3, failures: ['lost'] },
      stallMs: undefined,
    };

    const report = reportOf([attack], [result, failed]);

    expect(report).toContain(
      '| `bomb` | sends a \\| bomb | it is rejected | yes | 90 calls | 12 MB | 8 ms |',
    );
    expect(report).toContain(
      '| `bomb` | holds: 90 calls, 12 MB, 8 ms | **does not hold**: 4 of 4 calls failed, 12 MB, – ms; process ended | does not apply | does not apply |',
    );
  });
});

describe('withReport', () => {
  it('replaces what stands between the markers', () => {
    const text = `before\n${BEGIN}\nold\n${END}\nafter`;

    expect(withReport(text, 'new')).toBe(`before\n${BEGIN}\n\nnew\n\n${END}\nafter`);
  });

  it('refuses a text without markers', () => {
    expect(() => withReport('text', 'new')).toThrow('to write between');
  });
});

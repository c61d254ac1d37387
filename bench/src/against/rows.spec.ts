import { renderRows } from './rows.js';

const around = (ratio: number) => [0.99, 1, 1.01].map((factor) => Math.log(ratio * factor));

describe('renderRows', () => {
  it('prints the ratio, the interval and the verdict of each row', () => {
    const rows = new Map([
      ['codec: encode', around(0.9)],
      ['rpc: Nest to Nest, small', around(1.01)],
      ['startup', around(1.1)],
    ]);
    expect(renderRows(rows, 1.02)).toEqual({
      hasFailed: true,
      text: [
        '         CPU time, new / old       ratio  95 % interval',
        'ok       codec: encode             0.900  0.878 to 0.923',
        'unclear  rpc: Nest to Nest, small  1.010  0.985 to 1.035',
        'FAIL     startup                   1.100  1.073 to 1.128',
        '1 ok, 1 unclear, 1 FAIL; bound 1.02',
        'unclear: the interval contains the bound; a longer run (--seconds) narrows it',
      ].join('\n'),
    });
  });

  it('accepts the same rows if the bound is higher', () => {
    const { text, hasFailed } = renderRows(new Map([['startup', around(1.1)]]), 1.2);
    expect(hasFailed).toBe(false);
    expect(text).toContain('1 ok, 0 unclear, 0 FAIL; bound 1.2');
  });
});

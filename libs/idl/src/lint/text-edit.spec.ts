import { applyFixes } from './text-edit.js';

describe('applyFixes', () => {
  it('applies edits in whatever order they come', () => {
    const fixes = [
      [
        { start: 6, end: 7, text: 'G' },
        { start: 4, end: 5, text: '' },
      ],
      [{ start: 0, end: 1, text: 'AA' }],
    ];

    expect(applyFixes('abcdefgh', fixes)).toBe('AAbcdfGh');
  });

  it('leaves out a fix that touches another, as a whole', () => {
    const fixes = [
      [{ start: 1, end: 3, text: '-' }],
      [
        { start: 3, end: 3, text: '+' },
        { start: 6, end: 7, text: '+' },
      ],
    ];

    expect(applyFixes('abcdefgh', fixes)).toBe('a-defgh');
  });

  it('inserts at both ends', () => {
    const fixes = [[{ start: 0, end: 0, text: '<' }], [{ start: 2, end: 2, text: '>' }]];

    expect(applyFixes('ab', fixes)).toBe('<ab>');
  });

  it('takes no longer per fix in a long text', () => {
    const count = 200_000;
    const fixes = Array.from({ length: count }, (_, index) => [
      { start: index * 3, end: index * 3 + 1, text: 'xx' },
    ]);

    expect(applyFixes('abc'.repeat(count), fixes)).toBe('xxbc'.repeat(count));
  });
});

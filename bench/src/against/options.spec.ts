import { readComparisonOptions } from './options.js';

describe('readComparisonOptions', () => {
  it('resolves the folder and applies the default bound', () => {
    expect(readComparisonOptions('all', { against: '../base' }, '/work/new')).toEqual({
      folder: '/work/base',
      part: 'all',
      bound: 1.02,
      seconds: undefined,
    });
  });

  it('reads the bound and the time', () => {
    const flags = { against: '/base', bound: '1.03', seconds: '90' };
    expect(readComparisonOptions('codec', flags, '/')).toMatchObject({ bound: 1.03, seconds: 90 });
  });

  it.each([
    ['bound', '2%', '--bound must be a number of at least 1, got "2%"'],
    ['bound', '0.5', '--bound must be a number of at least 1, got "0.5"'],
    ['seconds', '', '--seconds must be a number of at least 0, got ""'],
    ['seconds', 'Infinity', '--seconds must be a number of at least 0, got "Infinity"'],
  ])('rejects --%s %j', (option, value, message) => {
    expect(() => readComparisonOptions('all', { against: '/base', [option]: value }, '/')).toThrow(
      message,
    );
  });

  it('rejects a part without rows to compare', () => {
    expect(() => readComparisonOptions('profile', { against: '/base' }, '/')).toThrow(
      '--against cannot compare "profile"; use one of all, codec,',
    );
  });
});

import { LintConfigError, resolveLintConfig } from './lint-config.js';

describe('resolveLintConfig', () => {
  it('takes severities, alone or with options, and defaults for the rest', () => {
    const config = resolveLintConfig({
      rules: { 'enum-zero': 'error', 'field-naming': { style: 'camelCase' }, documented: false },
    });

    expect(config.get('enum-zero')).toEqual({ severity: 'error', options: {} });
    expect(config.get('field-naming')).toEqual({
      severity: 'warn',
      options: { style: 'camelCase' },
    });
    expect(config.get('documented')?.severity).toBe('off');
    expect(config.get('oneway-void')).toEqual({ severity: 'error', options: {} });
  });

  it.each([
    [[], 'the whole: must be an object such as { rules: { … } }'],
    [{ rule: {} }, 'rule: is not known; there is only rules'],
    [{ rules: ['enum-zero'] }, 'rules: must be an object with a severity for each rule named'],
    [{ rules: { 'enum-zeros': 'off' } }, 'rules.enum-zeros: there is no such rule'],
    [
      { rules: { 'enum-zero': 'fatal' } },
      'rules.enum-zero: the severity must be off, warn or error',
    ],
    [{ rules: { 'enum-zero': null } }, 'rules.enum-zero: the severity must be off, warn or error'],
    [{ rules: { 'enum-zero': { style: 'x' } } }, 'rules.enum-zero.style: the rule has no options'],
    [
      { rules: { 'field-naming': { case: 'x' } } },
      'rules.field-naming.case: the rule knows only style',
    ],
    [
      { rules: { 'field-naming': { style: 'kebab-case' } } },
      'rules.field-naming.style: must be one of snake_case, camelCase',
    ],
    [
      { rules: { 'exception-naming': { suffixes: 'Error' } } },
      'rules.exception-naming.suffixes: must be a list of words',
    ],
    [
      { rules: { documented: { of: ['methods', 'types'] } } },
      'rules.documented.of: may list services, methods, structs, fields, enums, members',
    ],
  ])('refuses %j', (value, issue) => {
    expect(() => resolveLintConfig(value)).toThrow(new LintConfigError([issue]));
  });

  it('reports all problems at once', () => {
    expect(() => resolveLintConfig({ rules: { a: 'off', 'enum-zero': 'on' } })).toThrow(
      'rules.enum-zero: the severity must be off, warn or error\nrules.a: there is no such rule',
    );
  });
});

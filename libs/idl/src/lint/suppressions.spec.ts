import { lintFiles } from './lint-file.js';
import { resolveLintConfig } from './lint-config.js';

const RULES = { 'enum-zero': 'error', 'upper-case-naming': 'error' };

/** Findings in short, as `line rule: message`. */
function lint(text: string, rules: object = RULES): string[] {
  const findings = lintFiles(
    {
      files: ['a.thrift'],
      readFile: (path) => (path === 'a.thrift' ? `namespace go a\n${text}` : undefined),
    },
    resolveLintConfig({ rules }),
  );
  return findings.map(({ line, rule, message }) => `${line} ${rule}: ${message}`);
}

describe('suppressions', () => {
  it.each([
    '// thrift-lint-disable-next-line enum-zero',
    '# thrift-lint-disable-next-line enum-zero',
    '#thrift-lint-disable-next-line   enum-zero -- values of another system',
    '/* thrift-lint-disable-next-line enum-zero */',
    '/** thrift-lint-disable-next-line enum-zero */',
    '// thrift-lint-disable-next-line enum-zero\n\n// Colours.\n/** Of things. */',
    '// thrift-lint-disable-file enum-zero',
  ])('are read from %j', (comment) => {
    expect(lint(`${comment}\nenum A { ON = 1 }`)).toEqual([]);
  });

  it('silence one rule on one line', () => {
    const text = '// thrift-lint-disable-next-line enum-zero\nenum A { On = 1 }\nenum B { ON = 1 }';

    expect(lint(text)).toEqual([
      '3 upper-case-naming: "On" is not in UPPER_CASE; call it ON',
      '4 enum-zero: enum "B" has no member for 0; add one such as UNKNOWN = 0',
    ]);
  });

  it('silence several rules, and a whole file from anywhere in it', () => {
    expect(
      lint('enum A { On = 1 }\n// thrift-lint-disable-file enum-zero, upper-case-naming'),
    ).toEqual([]);
  });

  it('are themselves reported when there is nothing to silence', () => {
    const text =
      '// thrift-lint-disable-next-line enum-zero\nenum A { OFF = 0 }\n// thrift-lint-disable-file upper-case-naming';

    expect(lint(text)).toEqual([
      '2 unused-suppression: "enum-zero" finds nothing in line 3; remove the comment',
      '4 unused-suppression: "upper-case-naming" finds nothing in this file; remove the comment',
    ]);
    expect(lint(text, { ...RULES, 'unused-suppression': 'off' })).toEqual([]);
  });

  it('of rules that are off are ignored', () => {
    expect(lint('// thrift-lint-disable-next-line no-required\nenum A { OFF = 0 }')).toEqual([]);
  });

  it('name a rule that exists', () => {
    expect(lint('// thrift-lint-disable-next-line\nenum A { OFF = 0 }')).toEqual([
      '2 unused-suppression: the comment names no rule to disable',
    ]);
    expect(lint('// thrift-lint-disable-file enum-zeros')).toEqual([
      '2 unused-suppression: there is no rule "enum-zeros" to disable',
    ]);
  });

  it('are not found in strings', () => {
    expect(lint('const string A = "// thrift-lint-disable-file enum-zeros"')).toEqual([]);
  });
});

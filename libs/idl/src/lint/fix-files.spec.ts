import { loadSchemaFromText } from '../loader/load-schema.js';
import type { Schema } from '../schema/schema.js';
import { fixFiles } from './fix-files.js';
import { resolveLintConfig } from './lint-config.js';

const INCLUDES = { 'shared.thrift': 'struct A {}', 'used.thrift': 'struct B {}' };

function fix(text: string, config = resolveLintConfig()): string {
  const all: Record<string, string> = { ...INCLUDES, 'a.thrift': text };
  const { texts } = fixFiles({ files: ['a.thrift'], readFile: (path) => all[path] }, config);
  return texts.get('a.thrift') ?? text;
}

/** What the IDL means, apart from where it stands and what it includes without need. */
function meaning(text: string): unknown {
  const { files }: Schema = loadSchemaFromText(text, { file: 'a.thrift', includes: INCLUDES });
  return JSON.parse(
    JSON.stringify(files['a.thrift'], (key, value: unknown) =>
      key === 'position' || key === 'includes' ? undefined : value,
    ),
  );
}

const CASES: readonly [what: string, before: string, after: string][] = [
  [
    'byte and slist, inside containers too',
    'struct A {\n\t1: optional map<byte, list< slist >> a, // bytes\n}\n',
    'struct A {\n\t1: optional map<i8, list< string >> a, // bytes\n}\n',
  ],
  ['async', 'service S {\n  async void f()\n}', 'service S {\n  oneway void f()\n}'],
  [
    'results of oneway methods',
    'service S { /** f */ oneway map<i32,  i64 (a = "b")> f(), }',
    'service S { /** f */ oneway void f(), }',
  ],
  [
    'async with a result, which takes two looks',
    'service S { async i32 f() }',
    'service S { oneway void f() }',
  ],
  [
    'values of enums',
    'enum A {\n  OFF, // off\n  ON = 0x10\n  BOTH (a = "b"); /** both */\n}',
    'enum A {\n  OFF = 0, // off\n  ON = 0x10\n  BOTH = 17 (a = "b"); /** both */\n}',
  ],
  [
    'words that mean nothing',
    'union U {\n  /** a */\n  1: optional   i32 a\n  2: required /* why */ i32 b\n}\nservice S { void f() throws (1: optional E e) }\nexception E {}',
    'union U {\n  /** a */\n  1: i32 a\n  2:  /* why */ i32 b\n}\nservice S { void f() throws (1: E e) }\nexception E {}',
  ],
  [
    'unused includes, each with its line',
    '# header\ninclude "shared.thrift"\r\n  include "used.thrift" ;\ninclude "used.thrift"\n\nstruct C { 1: used.B b }\n',
    '# header\n  include "used.thrift" ;\n\nstruct C { 1: used.B b }\n',
  ],
  [
    'an unused include before a remark, which stays',
    'include "shared.thrift" // once needed\nstruct C {}\n',
    ' // once needed\nstruct C {}\n',
  ],
  ['an unused include in the last line', 'struct C {}\ninclude "shared.thrift"', 'struct C {}\n'],
  [
    'files that begin with a byte order mark',
    '\ufeffinclude "shared.thrift"\nenum A { B }',
    '\ufeffenum A { B = 0 }',
  ],
];

describe('fixFiles', () => {
  it.each(CASES)('fixes %s', (_, before, after) => {
    expect(fix(before)).toBe(after);
  });

  it.each(CASES)('means the same after fixing %s, and has nothing more to fix', (_, before) => {
    const fixed = fix(before);
    expect(meaning(fixed)).toEqual(meaning(before));
    expect(fix(fixed)).toBe(fixed);
  });

  it.each([
    '/** About the file. */\ninclude "shared.thrift"\nstruct C {}\n',
    'include "shared.thrift" /** Once needed. */\nstruct C {}\n',
    'include "shared.thrift"; /** Once needed. */\nstruct C {}\n',
  ])('leaves an include whose comment would become that of the next definition: %j', (text) => {
    expect(fix(text)).toBe(text);
  });

  it.each([
    'include /* why? */ "shared.thrift"\nstruct C {}\n',
    'service S { oneway map<i32, /* wide */ i64> f() }',
  ])('leaves what holds a comment: %j', (text) => {
    expect(fix(text)).toBe(text);
  });

  it('takes that include where another header keeps the comment apart', () => {
    const text = '/** About the file. */\ninclude "shared.thrift"\nnamespace go c\nstruct C {}\n';
    const fixed = fix(text);

    expect(fixed).toBe('/** About the file. */\nnamespace go c\nstruct C {}\n');
    expect(meaning(fixed)).toEqual(meaning(text));
  });

  it('fixes nothing that is suppressed or turned off', () => {
    const suppressed = '// thrift-lint-disable-file enum-explicit-values\nenum A { B }';
    const off = resolveLintConfig({ rules: { 'enum-explicit-values': 'off' } });

    expect(fix(suppressed)).toBe(suppressed);
    expect(fix('enum A { B }', off)).toBe('enum A { B }');
  });

  it('tells what it fixed and what is left', () => {
    const { fixed, findings } = fixFiles({
      files: ['a.thrift'],
      readFile: (path) => (path === 'a.thrift' ? 'namespace go a\nenum A { off, on }' : undefined),
    });

    expect(fixed).toBe(2);
    expect(findings.map(({ rule }) => rule)).toEqual(['upper-case-naming', 'upper-case-naming']);
  });
});

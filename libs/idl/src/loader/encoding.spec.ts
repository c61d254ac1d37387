import { IdlError } from '../errors/idl.error.js';
import { loadSchema, loadSchemaFromText } from './load-schema.js';

function faultsOf(content: string | Uint8Array): string[] {
  try {
    loadSchema('a.thrift', { readFile: (path) => (path === 'a.thrift' ? content : undefined) });
  } catch (error) {
    if (!(error instanceof IdlError)) {
      throw error;
    }
    return error.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
  }
  return [];
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const valueOf = (text: string) =>
  loadSchemaFromText(text).files['main.thrift']?.constants[0]?.value;

describe('the encoding of IDL', () => {
  it('may be another than UTF-8 in comments', () => {
    expect(faultsOf(latin1('// Stra\xdfe\nstruct A {} // gr\xfcn'))).toEqual([]);
  });

  it.each([
    ['const string A = "gr\xfcn"', '1:18'],
    ['struct A { 1: i32 a = 1 (label = "gr\xfcn") }', '1:34'],
  ])('must be UTF-8 in the string of %j', (text, place) => {
    expect(faultsOf(latin1(text))).toEqual([
      `${place} the string has bytes that are not UTF-8; save the file as UTF-8`,
    ]);
  });

  it('may hold U+FFFD where it is meant', () => {
    expect(faultsOf(Buffer.from('const string A = "\ufffd"'))).toEqual([]);
  });

  it.each([
    ['with a byte order mark', '\ufeff'],
    ['without one', ''],
  ])('is named where it is UTF-16 %s', (_, mark) => {
    const little = Buffer.from(`${mark}struct A {}`, 'utf16le');
    const big = Buffer.from(little).swap16();
    const fault = '1:1 cannot read "a.thrift": it is UTF-16; save it as UTF-8';
    for (const bytes of [little, big]) {
      expect(faultsOf(bytes)).toEqual([fault]);
      expect(faultsOf(bytes.toString('utf8'))).toEqual([fault]);
    }
  });
});

describe('characters that do not show', () => {
  it.each([
    ['struct\u00a0A {}', '1:7 unexpected character U+00A0 (no-break space)'],
    ['struct A {}\u200b', '1:12 unexpected character U+200B (zero width space)'],
    ['struct A {\ufeff}', '1:11 unexpected character U+FEFF (byte order mark)'],
    ['struct A {\u0001}', '1:11 unexpected character U+0001'],
    ['struct A {\u4e2d\u6587}', '1:11 unexpected "\u4e2d\u6587"'],
  ])('are named by their code points: %j', (text, fault) => {
    expect(faultsOf(text)[0]).toBe(fault);
  });

  it('do not steer the terminal that shows the message', () => {
    expect(faultsOf('const i32 A = "\u009b31m\u202e"')).toEqual([
      '1:15 "\ufffd31m\ufffd" is not an i32',
    ]);
  });

  it('do not steer the terminal that shows the line', () => {
    const load = () => loadSchemaFromText('/* \u001b[31m\u202e */ struct\tA { 1: B b }');
    expect(load).toThrow('\n  /* \u241b[31m\ufffd */ struct\tA { 1: B b }\n');
  });
});

describe('escapes in values', () => {
  it('are those of Thrift and of Go', () => {
    expect(valueOf(String.raw`const string A = "\n\t\"\'\\\x41\u4e2d\U0001F600\a\\d"`)).toEqual({
      kind: 'string',
      value: '\n\t"\'\\A\u4e2d\u{1F600}\u0007\\d',
    });
  });

  it.each([String.raw`\d`, String.raw`\xe4`, String.raw`\ud83d`, String.raw`\x4`, String.raw`\0`])(
    'mean something, unlike %s',
    (escape) => {
      const [fault = ''] = faultsOf(`const string A = "ab${escape}"`);
      expect(fault).toMatch(/^1:21 \\.* is not an escape$/);
    },
  );

  it('stay as they are in annotations, where patterns stand', () => {
    const { files } = loadSchemaFromText(
      String.raw`struct A { 1: string a (vt.pattern = "\d+\.") }`,
    );
    expect(files['main.thrift']?.structs[0]?.fields[0]?.annotations).toEqual({
      'vt.pattern': [String.raw`\d+\.`],
    });
  });

  it('do not join lines', () => {
    expect(faultsOf('const string A = "a\\\nb"')[0]).toMatch(/goes over the end of its line/);
  });
});

describe('the dialect of fbthrift', () => {
  const dialect = "fbthrift, Meta's dialect, which Apache Thrift and Kitex do not read";

  it.each([
    ['package "meta.com/a"\nstruct A {}', `1:1 "package" belongs to ${dialect}`],
    ['interaction I { void f() }', `1:1 "interaction" belongs to ${dialect}`],
    ['service S { stream<i32> f() }', `1:13 "stream<…>" belongs to ${dialect}`],
    ['service S { performs I; }', `1:13 "performs" belongs to ${dialect}`],
    ['struct A { 1: float a }', `1:15 unknown type "float": it belongs to ${dialect}; use double`],
    [
      '@thrift.Experimental\nstruct A {}',
      `1:1 "@" begins a structured annotation of ${dialect}; write (key = "value") behind the name`,
    ],
  ])('is named: %j', (text, fault) => {
    expect(faultsOf(text)[0]).toBe(fault);
  });

  it('does not take its words from others', () => {
    const text = 'typedef i32 stream struct sink {} service S { stream package(1: sink performs) }';
    expect(faultsOf(text)).toEqual([]);
  });
});

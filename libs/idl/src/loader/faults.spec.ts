import { IdlError } from '../errors/idl.error.js';
import { loadSchemaFromText } from './load-schema.js';

/** The faults of a text as `line:column message[, expected]`. */
function faultsOf(text: string, includes: Record<string, string> = {}): string[] {
  try {
    loadSchemaFromText(text, { includes });
  } catch (error) {
    if (!(error instanceof IdlError)) {
      throw error;
    }
    return error.diagnostics.map(({ file, line, column, message, expected }) => {
      const place = file === 'main.thrift' ? `${line}:${column}` : `${file}:${line}:${column}`;
      return `${place} ${message}${expected === undefined ? '' : `, expected ${expected}`}`;
    });
  }
  return [];
}

describe('faults of syntax', () => {
  it.each([
    ['bogus', '1:1 unexpected "bogus", expected a definition such as "struct" or "service"'],
    ['struct {}', '1:8 unexpected "{", expected a name for the struct'],
    ['struct A', '1:9 unexpected end of file, expected "{" to begin the struct'],
    ['struct A {', '1:11 unexpected end of file, expected a field such as "1: i32 count", or "}"'],
    ['struct A { 1 i32 a }', '1:14 unexpected "i32", expected ":" after the field id'],
    ['struct A { 1: i32 }', '1:19 unexpected "}", expected a field name'],
    ['struct A { 1: list<i32 a }', '1:24 unexpected "a", expected ">" to close the list type'],
    [
      'struct A { 1: map<i32> a }',
      '1:22 unexpected ">", expected "," between the types of keys and values',
    ],
    ['struct A { 1: i32 a = }', '1:23 unexpected "}", expected a value'],
    ['struct a.b {}', '1:8 "a.b" must not have a dot, expected a name for the struct'],
    ['const i32 A 1', '1:13 unexpected "1", expected "=" before the value'],
    ['const string A = "a', '1:18 the string is not closed, expected a closing quote'],
    ['const string A = "a\nb"', '1:18 the string goes over the end of its line, expected a quote'],
    ['const list<i32> A = [1', '1:23 unexpected end of file, expected a value or "]"'],
    ['const map<i32, i32> A = {1 2}', '1:28 unexpected "2", expected ":" between key and value'],
    ['const double A = 1e999', '1:18 1e999 does not fit a double'],
    [`const i64 A = ${'9'.repeat(200)}`, `1:15 ${'9'.repeat(40)}… does not fit 64 bits`],
    ['enum E { A = x }', '1:14 unexpected "x", expected an integer'],
    ['service S { void a }', '1:20 unexpected "}", expected "(" to begin the parameters'],
    ['include x', '1:9 unexpected "x", expected the path of a file as a string'],
    ['include ""', '1:9 the include names no file'],
    ['struct A {} (a = 1)', '1:18 unexpected "1", expected a string'],
    ['/* never ends', '1:1 the comment is not closed, expected "*/"'],
    ['struct A {} @@ struct B {}', '1:13 unexpected "@@"'],
    ['typedef i32 +', '1:13 unexpected "+"'],
  ])('reports %s', (text, fault) => {
    expect(faultsOf(text)[0]).toBe(fault);
  });

  it('goes on with the next definition', () => {
    const text = 'struct A { 1: }\nenum E { = }\nstruct B {}\nservice S { x }\nconst i32 = 1';
    expect(faultsOf(text).map((fault) => fault.split(' ')[0])).toEqual([
      '1:15',
      '2:10',
      '4:15',
      '5:11',
    ]);
  });

  it('finds a forgotten brace at the next definition', () => {
    expect(faultsOf('struct A { 1: i32 a\nstruct B {}\nstruct C {')).toEqual([
      '2:1 unexpected "struct", expected a field such as "1: i32 count", or "}"',
      '3:11 unexpected end of file, expected a field such as "1: i32 count", or "}"',
    ]);
  });

  it('reports the problems of all files, but no names that broken files failed to define', () => {
    const text = 'include "a.thrift"\nstruct B { 1: a.A a }\nstruct C { 1: }';
    expect(faultsOf(text, { 'a.thrift': 'struct A { 1 }' })).toEqual([
      '3:15 unexpected "}", expected a type',
      'a.thrift:1:14 unexpected "}", expected ":" after the field id',
    ]);
  });
});

describe('faults of meaning', () => {
  const color = 'enum Color { RED = 1 }';
  const point = 'struct Point { 1: i32 x, 2: string label }';
  const failure = 'exception Failure {}';

  it.each([
    ['struct A { 1: B b }', '1:15 unknown type "B"'],
    ['struct A { 1: b.B b }', '1:15 unknown type "b.B"; this file includes no "b.thrift"'],
    ['struct A { 1: void v }', '1:15 "void" is only a result'],
    ['struct A {}\nenum A {}', '1:8 type "A" is already defined in line 2'],
    ['const i32 A = 1; const i32 A = 2', '1:28 constant "A" is already defined in line 1'],
    ['service A {} service A {}', '1:22 service "A" is already defined in line 1'],
    ['typedef A B; typedef B A', '1:9 typedef "A" refers to itself'],
    ['typedef list<A> A', '1:14 typedef "A" refers to itself'],
    ['struct A { 1: i32 a, 1: i32 b }', '1:29 struct "A" has id 1 twice: "a" and "b"'],
    ['struct A { 1: i32 a, 2: i32 a }', '1:29 struct "A" has "a" twice'],
    [
      'struct A { -1: i32 a, -2: i32 b, -2: i32 c }',
      '1:42 struct "A" has id -2 twice: "b" and "c"',
    ],
    ['struct A { 32768: i32 a }', '1:23 id 32768 of "a" does not fit 16 bits'],
    ['enum A { B, B }', '1:13 enum "A" has "B" twice'],
    ['enum A { B = 2147483647, C }', '1:26 "A.C" = 2147483648 does not fit 32 bits'],
    [
      'union A { 1: i32 a = 1, 2: i32 b = 2 }',
      '1:32 union "A" may have one default value, "b" has another',
    ],
    ['service A { void a(), void a() }', '1:28 service "A" has "a" twice'],
    ['service A extends B {}', '1:19 unknown service "B"'],
    ['service A extends B {} service B extends A {}', '1:19 service "A" extends itself'],
    [`${point}\nservice A { void a() throws (1: Point p) }`, '2:33 only exceptions can be thrown'],
    ['service A { void a() throws (1: i32 p) }', '1:33 only exceptions can be thrown'],
    [`${failure}\nservice A { void a() throws (0: Failure f) }`, '2:41 id 0 belongs to the result'],
    [
      `${failure}\nservice A { oneway void a() throws (1: Failure f) }`,
      '2:25 oneway "a" cannot throw: it has no reply',
    ],
    ['service A { void a(1: i32 x, 1: i32 y) }', '1:37 "a" has id 1 twice: "x" and "y"'],
    ['const i8 A = 128', '1:14 128 does not fit i8'],
    ['const i16 A = -32769', '1:15 -32769 does not fit i16'],
    ['const i32 A = 0x80000000', '1:15 2147483648 does not fit i32'],
    ['const i64 A = 9223372036854775808', '1:15 9223372036854775808 does not fit i64'],
    ['const i32 A = 1.5', '1:15 1.5 is not an i32'],
    ['const i32 A = "1"', '1:15 "1" is not an i32'],
    ['const bool A = "yes"', '1:16 "yes" is not a bool'],
    ['const double A = []', '1:18 a list is not a double'],
    ['const string A = 1', '1:18 1 is not a string'],
    ['const uuid A = "abc"', '1:16 "abc" is not a uuid'],
    ['const uuid A = 1', '1:16 1 is not a uuid'],
    ['const list<i32> A = 1', '1:21 1 is not a list'],
    ['const set<i32> A = {1: 2}', '1:20 a map is not a set'],
    ['const map<i32, i32> A = [1]', '1:25 a list is not a map'],
    ['const list<i32> A = [1, "a", 2, "b"]', '1:25 "a" is not an i32'],
    ['const i32 A = B', '1:15 unknown constant "B"'],
    ['const i32 A = b.B', '1:15 unknown constant "b.B"; this file includes no "b.thrift"'],
    ['const i32 A = B; const i32 B = A', '1:32 constant "A" refers to itself'],
    ['const string A = "a"; const i32 B = A', '1:37 "a" is not an i32'],
    ['const list<string> A = ["a"]; const list<i32> B = A', '1:51 "a" is not an i32'],
    [
      `${color}\nconst Color A = Color.BLUE`,
      '2:17 "Color.BLUE" is not a member of the enum, written "Color.NAME"',
    ],
    [
      `${color}\nconst Color A = RED`,
      '2:17 "RED" is not a member of the enum, written "Color.NAME"',
    ],
    [`${color}\nconst Color A = "RED"`, '2:17 "RED" is not a member of "Color"'],
    [`${color}\nconst Color A = 4294967296`, '2:17 4294967296 does not fit an enum'],
    [
      `${color}\nenum Other { RED = 2 } const Color A = Other.RED`,
      '2:40 "Other.RED" is not a member of the enum, written "Color.NAME"',
    ],
    [`${point}\nconst Point A = 1`, '2:17 1 is not a "Point"'],
    [`${point}\nconst Point A = {"z": 1}`, '2:18 "Point" has no field "z"'],
    [`${point}\nconst Point A = {1: 1}`, '2:18 "Point" has no field 1'],
    [`${point}\nconst Point A = {"x": 1, "x": 2}`, '2:26 field "x" has a value already'],
    [`${point}\nconst Point A = {"x": "1"}`, '2:23 "1" is not an i32'],
    [
      'union U { 1: i32 a, 2: i32 b } const U A = {"a": 1, "b": 2}',
      '1:44 union "U" holds one field only',
    ],
    ['struct A { 1: i32 a = "x" }', '1:23 "x" is not an i32'],
  ])('reports %s', (text, fault) => {
    expect(faultsOf(text)[0]).toBe(fault);
  });

  it('reports all problems in one run, each once', () => {
    const text = [
      'typedef Unknown Alias',
      'struct A { 1: Alias a, 2: Alias b, 2: Missing c }',
      'const Alias C = 1',
      'const i32 D = "d"',
      'const i32 E = D',
    ];
    expect(faultsOf(text.join('\n'))).toEqual([
      '1:9 unknown type "Unknown"',
      '4:15 "d" is not an i32',
      '2:47 struct "A" has id 2 twice: "b" and "c"',
      '2:39 unknown type "Missing"',
    ]);
  });

  it('gives up at a hundred', () => {
    const fields = Array.from({ length: 500 }, (_, index) => `${index}: Unknown${index} f${index}`);
    expect(faultsOf(`struct A { ${fields.join(', ')} }`)).toHaveLength(100);
  });
});

describe('names across files', () => {
  const shared = 'enum E { A = 3 } const i32 N = 4 typedef E F struct S { 1: E e = E.A }';

  it.each([
    ['const i32 X = shared.N', '4'],
    ['const i32 X = shared.E.A', '3'],
    ['const i32 X = shared.F.A', '3'],
  ])('resolves %s', (text, value) => {
    const schema = loadSchemaFromText(`include "shared.thrift" ${text}`, {
      includes: { 'shared.thrift': shared },
    });
    expect(schema.files['main.thrift']?.constants[0]?.value).toEqual({ kind: 'integer', value });
  });

  it('does not see what an included file includes', () => {
    const includes = { 'middle.thrift': 'include "shared.thrift"', 'shared.thrift': shared };
    expect(faultsOf('include "middle.thrift" const i32 X = shared.N', includes)).toEqual([
      '1:39 unknown constant "shared.N"; this file includes no "shared.thrift"',
    ]);
  });

  it('looks through all files of one name', () => {
    const includes = { 'a/base.thrift': 'struct A {}', 'b/base.thrift': 'struct B {}' };
    const text =
      'include "a/base.thrift" include "b/base.thrift" struct C { 1: base.A a, 2: base.B b }';
    expect(faultsOf(text, includes)).toEqual([]);
  });

  it.each([
    ['struct C { 1: base.T t }', 'base.T'],
    ['const i32 C = base.K', 'base.K'],
    ['const i32 C = base.T.M', 'base.T'],
    ['service C extends base.S {}', 'base.S'],
  ])('rejects %s where two files of one name define it', (text, name) => {
    const base = 'enum T { M = 1 } const i32 K = 1 service S {}';
    const includes = { 'a/base.thrift': base, 'b/base.thrift': base };
    const column = text.indexOf('base') + 1;
    expect(
      faultsOf(`include "a/base.thrift" include "b/base.thrift"\n${text}`, includes),
    ).toContain(
      `2:${column} "${name}" is ambiguous: "a/base.thrift" and "b/base.thrift" define it; rename one of the files, or ` +
        'include only one',
    );
  });

  it('takes a file that is included twice as one', () => {
    const text = 'include "base.thrift" include "./base.thrift" struct C { 1: base.A a }';
    expect(faultsOf(text, { 'base.thrift': 'struct A {}' })).toEqual([]);
  });

  it('takes a prefix with dots', () => {
    const text = 'include "user.v1.thrift" struct A { 1: user.v1.User user }';
    expect(faultsOf(text, { 'user.v1.thrift': 'struct User {}' })).toEqual([]);
  });
});

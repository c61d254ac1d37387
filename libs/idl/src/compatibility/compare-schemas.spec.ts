import { loadSchemaFromText } from '../loader/load-schema.js';
import { compareSchemas } from './compare-schemas.js';
import { COMPATIBILITY_RULES } from './rules/index.js';

/** Both texts may use these. */
const COMMON = 'struct User { 1: required i64 id } exception Gone { 1: string message }\n';

/** What breaks, as `rule: message`. */
function compare(before: string, after: string): string[] {
  const old = loadSchemaFromText(COMMON + before);
  const now = loadSchemaFromText(COMMON + after);
  return compareSchemas(old, now).map(({ rule, message }) => `${rule.name}: ${message}`);
}

const CASES: readonly [before: string, after: string, ...expected: string[]][] = [
  [
    'struct A { 1: i32 a }',
    'struct A { 2: i32 a }',
    'field-id-changed: "a" of struct "A" has id 2, it was 1',
  ],
  [
    'struct A { 1: i32 a 2: string b }',
    'struct A { 1: string b 2: i32 a }',
    'field-id-changed: "a" of struct "A" has id 2, it was 1',
    'field-id-changed: "b" of struct "A" has id 1, it was 2',
  ],
  [
    'struct A { 1: i32 a }',
    'struct A { 1: string b }',
    'field-id-reused: "b" of struct "A" has id 1, which was that of "a"',
  ],
  [
    'struct A { 1: i32 a }',
    'struct A { 1: i32 b 2: i32 a }',
    'field-id-changed: "a" of struct "A" has id 2, it was 1',
    'field-id-reused: "b" of struct "A" has id 1, which was that of "a"',
  ],
  [
    'struct A { 1: i32 a 2: i32 b }',
    'struct A { 1: i32 b }',
    'field-id-changed: "b" of struct "A" has id 1, it was 2',
    'field-removed: "a" of struct "A" is gone',
  ],
  [
    'struct A { 1: list<i32> a }',
    'struct A { 1: list<i64> a }',
    'field-type-changed: "a" of struct "A" changes from list<i32> to list<i64>',
  ],
  [
    'struct A { 1: map<string, i32> a }',
    'struct A { 1: map<i32, i32> a }',
    'field-type-changed: "a" of struct "A" changes from map<string, i32> to map<i32, i32>',
  ],
  [
    'struct A { 1: list<i32> a }',
    'struct A { 1: set<i32> a }',
    'field-type-changed: "a" of struct "A" changes from list<i32> to set<i32>',
  ],
  [
    'struct B { 1: i32 a } struct C { 1: string a } struct A { 1: B b }',
    'struct B { 1: i32 a } struct C { 1: string a } struct A { 1: C b }',
    'field-type-changed: "b" of struct "A" changes from B to C',
  ],
  [
    'struct A { 1: optional i32 a }',
    'struct A { 1: optional i32 a 2: required i32 b }',
    'required-field-added: "b" of struct "A" is new',
  ],
  [
    'struct A { 1: required i32 a }',
    'struct A {}',
    'required-field-removed: "a" of struct "A" is gone',
  ],
  [
    'struct A { 1: optional i32 a 2: i32 b }',
    'struct A { 1: required i32 a 2: required i32 b }',
    'field-made-required: "a" of struct "A" is required, it was optional',
    'field-made-required: "b" of struct "A" is required, it was neither required nor optional',
  ],
  [
    'struct A { 1: required i32 a 2: required i32 b }',
    'struct A { 1: optional i32 a 2: i32 b }',
    'field-no-longer-required: "a" of struct "A" is optional, it was required',
    'field-no-longer-required: "b" of struct "A" is neither required nor optional, it was required',
  ],
  [
    'union U { 1: i32 a }',
    'union U { 1: i32 a 2: i32 b }',
    'union-member-added: "b" of union "U" is new',
  ],
  [
    'union U { 1: i32 a 2: i32 b }',
    'union U { 1: i32 a }',
    'union-member-removed: "b" of union "U" is gone',
  ],
  [
    'struct A { 1: optional i32 a }',
    'union A { 1: i32 a }',
    'union-changed: "A" is a union, it was a struct',
  ],
  [
    'typedef i32 Id struct A { 1: Id a 2: list<Id> b }',
    'typedef i64 Id struct A { 1: Id a 2: list<Id> b }',
    'typedef-type-changed: typedef "Id" changes from i32 to i64',
  ],
  [
    'enum E { A = 0 B = 1 }',
    'enum E { A = 0 B = 2 }',
    'enum-member-renumbered: "B" of enum "E" is 2, it was 1',
  ],
  [
    'enum E { A = 0 B = 1 }',
    'enum E { B = 0 A = 1 }',
    'enum-member-renumbered: "A" of enum "E" is 1, it was 0',
    'enum-member-renumbered: "B" of enum "E" is 0, it was 1',
  ],
  [
    'enum E { A = 0 B = 1 }',
    'enum E { A = 0 C = 1 }',
    'enum-value-reused: "C" of enum "E" is 1, which was "B"',
  ],
  ['service S { void f() }', '', 'service-removed: service "S" is gone'],
  [
    'service S { void f(1: i32 a) void g() }',
    'service S { void g() void h(1: i32 a) }',
    'method-removed: "f" of service "S" is gone; is it "h" now?',
  ],
  [
    'service S { void f() }',
    'service S { oneway void f() }',
    'method-oneway-changed: "f" is oneway, it was not',
  ],
  [
    'service S { oneway void f() }',
    'service S { i32 f() }',
    'method-oneway-changed: "f" is not oneway, it was',
  ],
  [
    'struct A {} service S { A f(1: A a) }',
    'struct A {} service S { A f(1: A a) (streaming.mode = "server") }',
    'method-stream-changed: "f" has a stream of kind server, it had no stream',
  ],
  [
    'struct A {} service S { A f(1: A a) (streaming.mode = "client") }',
    'struct A {} service S { A f(1: A a) (streaming.mode = "bidirectional") }',
    'method-stream-changed: "f" has a stream of kind bidi, it had a stream of kind client',
  ],
  [
    'service S { i32 f() }',
    'service S { i64 f() }',
    'result-type-changed: the result of "f" changes from i32 to i64',
  ],
  [
    'service S { void f() }',
    'service S { User f() }',
    'result-type-changed: "f" returns User, it was void',
  ],
  [
    'service S { void f() }',
    'service S { void f() throws (1: Gone gone) }',
    'exception-added: "gone" of throws of "f" is new',
  ],
  [
    'service S { void f() throws (1: Gone gone) }',
    'service S { void f() }',
    'exception-removed: "gone" of throws of "f" is gone',
  ],
  [
    'service S { void f(1: i32 a, 2: i32 b) }',
    'service S { void f(1: i64 a, 3: i32 b) }',
    'field-type-changed: "a" of method "f" changes from i32 to i64',
    'field-id-changed: "b" of method "f" has id 3, it was 2',
  ],
  [
    'struct A { 1: i32 a }',
    'struct A { 1: i32 b }',
    'field-renamed: field 1 of struct "A" is called "b", it was "a"',
  ],
  ['struct A { 1: i32 a }', 'struct A {}', 'field-removed: "a" of struct "A" is gone'],
  [
    'struct A { 1: i32 a }',
    'struct A { 1: optional i32 a }',
    'field-requiredness-changed: "a" of struct "A" is optional, it was neither required nor optional',
  ],
  [
    'service S { void f(1: i32 a) }',
    'service S { void f(1: i32 a, 2: i32 b) }',
    'argument-added: "b" of method "f" is new',
  ],
  [
    'enum E { A = 0 } struct A { 1: E a 2: string b }',
    'enum E { A = 0 } struct A { 1: i32 a 2: binary b }',
    'declared-type-changed: "a" of struct "A" changes from E to i32',
    'declared-type-changed: "b" of struct "A" changes from string to binary',
  ],
  [
    'struct Old { 1: list<Old> more 2: required i32 a } struct A { 1: Old b }',
    'struct New { 1: list<New> rest 2: required i32 b } struct A { 1: New b }',
    'type-removed: struct "Old" is gone',
    'declared-type-changed: "b" of struct "A" changes from Old to New',
  ],
  ['struct A {}', 'exception A {}', 'type-kind-changed: "A" is an exception, it was a struct'],
  ['typedef i32 A', 'enum A { B = 0 }', 'type-kind-changed: "A" is an enum, it was a typedef'],
  ['enum E { A = 0 B = 1 }', 'enum E { A = 0 }', 'enum-member-removed: "B" of enum "E" is gone'],
  [
    'service P {} service S extends P {}',
    'service P {} service S {}',
    'service-parent-changed: service "S" extends nothing, it was "P"',
  ],
  [
    'service P { void f() } service S extends P {}',
    'service P { void f() } service S {}',
    'method-removed: "f" of service "S" is gone',
    'service-parent-changed: service "S" extends nothing, it was "P"',
  ],
  [
    'namespace go a\nnamespace js b\n',
    'namespace go c\n',
    'namespace-changed: namespace go is c, it was a',
    'namespace-changed: namespace js is gone, it was b',
  ],
  ['const i32 A = 1', '', 'constant-removed: constant "A" is gone'],
  ['const i32 A = 1', 'const i32 A = 2', 'constant-changed: constant "A" is 2, it was 1'],
  [
    'const i32 A = 1',
    'const i64 A = 1',
    'declared-type-changed: constant "A" changes from i32 to i64',
  ],
  [
    'struct A { 1: i32 a = 1 2: map<string, list<i32>> b = { "x": [1] } 3: User c = { "id": 1 } }',
    'struct A { 1: i32 a 2: map<string, list<i32>> b = { "x": [2] } 3: User c = { "id": 2 } }',
    'default-changed: "a" of struct "A" has the default none, it was 1',
    'default-changed: "b" of struct "A" has the default {"x": [2]}, it was {"x": [1]}',
    'default-changed: "c" of struct "A" has the default {id: 2}, it was {id: 1}',
  ],
  ['enum E { A = 0 }', 'enum E { A = 0 B = 1 }', 'enum-member-added: "B" of enum "E" is new'],
  [
    'struct R { 1: i64 id (api.query = "id") } struct O { 1: i64 id (api.header = "X-Id") } service S { O a(1: R r) (api.get = "/a", api.get = "/b") }',
    'struct R { 1: i64 id (api.query = "uid") } struct O { 1: i64 id } service S { O a(1: R r) (api.any = "/a") }',
    'http-route-removed: "a" has no route GET /b',
    'http-source-changed: "id" of struct "R" is not taken from query "id" any more',
    'http-result-changed: "id" of struct "O" is key "id" of a result, it was header "X-Id"',
  ],
];

describe('compareSchemas', () => {
  it.each(CASES)('finds what breaks from %j to %j', (before, after, ...expected) => {
    expect(compare(before, after)).toEqual(expected);
  });

  it.each(CASES)('finds nothing from %j to itself', (before) => {
    expect(compare(before, before)).toEqual([]);
  });

  it('has an example of every rule', () => {
    const shown = new Set(
      CASES.flatMap(([, , ...expected]) => expected.map((text) => text.split(':')[0])),
    );
    const all = COMPATIBILITY_RULES.map(({ name }) => name);

    expect(all.filter((name) => !shown.has(name))).toEqual(['definition-moved']);
  });

  it.each([
    ['struct A { 1: required i32 a }', 'struct A { 1: required i32 a 2: optional i32 b 3: i32 c }'],
    ['struct A { 1: i64 id }', 'typedef i64 Id struct A { 1: Id id }'],
    ['struct A { 1: i32 a 2: i32 b }', 'struct A { 2: i32 b 1: i32 a }'],
    ['service S { void f() }', 'service S { void f() void g() }'],
    ['service S { void f() }', 'service P { void f() } service T {} service S { void f() }'],
    [
      'exception E {} service S { void f() throws (1: E a) }',
      'exception E {} service S { void f() throws (1: E b) }',
    ],
    ['enum E { A = 0 } struct S { 1: E e = 0 }', 'enum E { A = 0 } struct S { 1: E e = E.A }'],
    ['enum E { A = 1 }', 'enum E { A = 1 ALIAS = 1 }'],
    ['', 'namespace go a\nconst i32 A = 1'],
  ])('has nothing against %j becoming %j', (before, after) => {
    expect(compare(before, after)).toEqual([]);
  });

  it('follows definitions to the only file they may have moved to', () => {
    const old = loadSchemaFromText(
      'include "b.thrift"\nstruct A { 1: i32 a }\nservice S {}\nconst i32 C = 1',
      {
        includes: { 'b.thrift': '' },
      },
    );
    const now = loadSchemaFromText('include "b.thrift"\n', {
      includes: { 'b.thrift': 'struct A { 1: i64 a }\nservice S {}\nconst i32 C = 1' },
    });

    expect(compareSchemas(old, now)).toMatchObject([
      {
        rule: { name: 'field-type-changed' },
        version: 'new',
        file: 'b.thrift',
        position: { line: 1, column: 19 },
      },
      {
        rule: { name: 'definition-moved' },
        file: 'b.thrift',
        message: 'struct "A" is in b.thrift, it was in main.thrift',
      },
      {
        rule: { name: 'definition-moved' },
        message: 'constant "C" is in b.thrift, it was in main.thrift',
      },
      {
        rule: { name: 'definition-moved' },
        message: 'service "S" is in b.thrift, it was in main.thrift',
      },
    ]);
  });

  it('takes a definition of the same name that was there before for another one', () => {
    const includes = { 'b.thrift': 'struct A { 1: string b }' };
    const old = loadSchemaFromText('include "b.thrift"\nstruct A { 1: i32 a }', { includes });
    const now = loadSchemaFromText('include "b.thrift"\n', { includes });

    expect(compareSchemas(old, now).map(({ message }) => message)).toEqual(['struct "A" is gone']);
  });

  it('treats renamed files as the same with renames', () => {
    const old = loadSchemaFromText('namespace go a\nstruct A {}', { file: 'v1.thrift' });
    const now = loadSchemaFromText('namespace go b\nstruct A {}', { file: 'v2.thrift' });
    const found = compareSchemas(old, now, { renamedFiles: { 'v1.thrift': 'v2.thrift' } });

    expect(found.map(({ rule }) => rule.name)).toEqual(['namespace-changed']);
  });

  it.each([
    ['i32', 'declared-type-changed'],
    ['i64', 'field-type-changed'],
  ])(
    'compares structs of other names that are 3,000 deep in each other, down to an %s',
    (leaf, rule) => {
      const nested = (name: string, innermost: string): string => {
        const structs = Array.from({ length: 3000 }, (_, index) => {
          const type = index === 0 ? innermost : `${name}${index - 1}`;
          return `struct ${name}${index} { 1: ${type} a }`;
        });
        return `${structs.join('\n')} struct Outer { 1: ${name}2999 a }`;
      };
      const found = compareSchemas(
        loadSchemaFromText(nested('Old', 'i32')),
        loadSchemaFromText(nested('New', leaf)),
      );

      expect(found.map(({ rule: { name } }) => name)).toContain(rule);
    },
  );

  it('points into the old version for what is gone', () => {
    const old = loadSchemaFromText('\n  struct A {}');
    const now = loadSchemaFromText('');

    expect(compareSchemas(old, now)).toMatchObject([
      { version: 'old', file: 'main.thrift', position: { line: 2, column: 10 } },
    ]);
  });

  it('sorts what breaks the wire before the rest', () => {
    const old = loadSchemaFromText('enum E { A = 0 } struct A { 1: i32 a 2: i32 b }');
    const now = loadSchemaFromText('enum E { A = 0 B = 1 } struct A { 1: i64 a }');

    expect(compareSchemas(old, now).map(({ rule }) => rule.level)).toEqual([
      'wire-breaking',
      'source-breaking',
      'behaviour',
    ]);
  });
});

describe('every rule', () => {
  it('says in sentences what comes of the change and what to do instead', () => {
    for (const { name, summary, consequence, wayOut } of COMPATIBILITY_RULES) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(summary).toMatch(/^an? |^the |^another /);
      expect(consequence).toMatch(/^[A-Z].*\.$/);
      expect(wayOut).toMatch(/^[A-Z].*\.$/);
    }
  });
});

import { lintFiles } from '../lint-file.js';
import { resolveLintConfig } from '../lint-config.js';
import { CHECKING_RULES, LINT_RULES } from './index.js';

interface RuleCase {
  readonly rule: string;
  /** IDL the rule objects to. */
  readonly bad: string;
  /** All its messages, or the beginnings of them, in the order of the lines. */
  readonly says: readonly string[];
  /** IDL close to it that the rule has nothing against. */
  readonly good: string;
  readonly options?: object;
}

const CASES: readonly RuleCase[] = [
  {
    rule: 'http-routes',
    bad: 'struct R { 1: i32 n (api.header = "Content-Length") 2: string s (api.cookie = "a;b") } service S { void a() (api.get = "x") void b() (api.get = "/b/:id") R c() (api.get = "/b/:name") }',
    says: [
      'n of R cannot be sent as the header "Content-Length"',
      's of R cannot be sent as the cookie "a;b"',
      'GET "x" of a: the path must begin with /',
      'GET "/b/:name" of c: GET "/b/:id" of b takes the same requests already',
    ],
    good: 'service S { void a() (api.get = "/x", api.post = "/x") void b() (api.get = "/x/:id/y") void c() (api.get = "/x/:name/z") }',
  },
  {
    rule: 'http-bindings',
    bad: 'struct R { 1: i64 id (api.path = "user") 2: string text (api.body = "text") } service S { void a(1: R r) (api.get = "/a/:id") }',
    says: [
      '"id" takes "user" from the path, which no route of "a" has',
      'no field takes "id" of the path of "a"',
      '"text" has api.body, but "a" has no route with a body',
    ],
    good: 'struct R { 1: i64 id (api.path = "id") 2: string text (api.body = "text") } service S { void a(1: R r) (api.put = "/a/:id") }',
  },
  {
    rule: 'http-annotations',
    bad: 'struct R { 1: i64 id (API.QUERY = "id", api.vd = "$>0") } service S { void a(1: R r) (api.gett = "/a") }',
    says: [
      '"API.QUERY" is read as "api.query" alone',
      '"api.vd" is evaluated by Hertz alone',
      '"api.gett" is not an annotation of HTTP',
    ],
    good: 'struct R { 1: i64 id (api.query = "id") } service S { void a(1: R r) (api.get = "/a", api.version = "1") }',
  },
  {
    rule: 'http-exact-digits',
    bad: 'struct A { 1: i64 id 2: list<i64> ids (api.js_conv = "") 3: map<string, i64> sums } service S { A a() (api.get = "/a") }',
    says: [
      '"A.id" in the result of "a" is an i64 without api.js_conv',
      '"A.sums" in the result of "a" is an i64 without api.js_conv',
    ],
    good: 'struct A { 1: i64 id (api.js_conv = "") } struct B { 1: i64 id } service S { A a() (api.get = "/a") B b() }',
  },
  {
    rule: 'request-struct',
    bad: 'struct A {} service S { void find(1: string text, 2: i32 limit) void get(1: i64 id) void put(1: A a) }',
    says: [
      '"find" takes 2 arguments; put them into one struct such as FindRequest',
      '"get" takes "id" by itself; put it into one struct such as GetRequest',
      '"put" takes "a" by itself',
    ],
    good: 'struct GetRequest {} service S { void get(1: GetRequest req) void ping() oneway void note(1: i64 a, 2: i64 b) }',
  },
  {
    rule: 'response-struct',
    bad: 'struct User {} service S { list<User> all() User get() }',
    says: [
      '"all" returns a bare list',
      '"get" returns User; return a struct whose name ends in Response',
    ],
    good: 'struct GetResponse {} service S { GetResponse get() void put() oneway void note() }',
  },
  {
    rule: 'unshared-request',
    bad: 'struct PageRequest {} service A { void users(1: PageRequest req) } service B { void orders(1: PageRequest req) }',
    says: ['"orders" shares PageRequest with "users"'],
    good: 'struct A {} struct GetRequest {} service S { A get(1: GetRequest req) A other(1: A a) }',
  },
  {
    rule: 'explicit-requiredness',
    bad: 'struct A { 1: i32 a } exception E { 1: string message }',
    says: ['"a" of struct "A" is neither required nor optional', '"message" of exception "E"'],
    good: 'struct A { 1: required i32 a 2: optional i32 b } union U { 1: i32 a } service S { void f(1: i32 a) }',
  },
  {
    rule: 'no-required',
    bad: 'struct A { 1: required i32 a }',
    says: ['"a" of struct "A" is required for ever'],
    good: 'struct A { 1: optional i32 a 2: i32 b }',
  },
  {
    rule: 'no-required-default',
    bad: 'struct A { 1: required i32 a = 3 }',
    says: ['"a" of struct "A" is required, so its default value is never read'],
    good: 'struct A { 1: optional i32 a = 3 2: required i32 b }',
  },
  {
    rule: 'no-ignored-requiredness',
    bad: 'exception E {} union U { 1: optional i32 a } service S { void f(1: optional i32 a) throws (1: required E e) }',
    says: [
      '"optional" means nothing for "a" of union "U"',
      '"required" means nothing for "e" of throws of "f"',
    ],
    good: 'struct A { 1: optional i32 a } union U { 1: i32 a } service S { void f(1: required i32 a) }',
  },
  {
    rule: 'field-id-explicit',
    bad: 'struct A { i32 a } service S { void f(string text) }',
    says: ['"a" of struct "A" has no id', '"text" of method "f" has no id'],
    good: 'struct A { 1: i32 a -1: i32 b } service S { void f(1: string text) }',
  },
  {
    rule: 'field-id-positive',
    bad: 'struct A { 0: i32 a -5: i32 b }',
    says: ['"a" of struct "A" has id 0', '"b" of struct "A" has id -5'],
    good: 'struct A { 1: i32 a i32 b }',
  },
  {
    rule: 'field-id-gap',
    bad: 'struct A { 2: i32 a 5: i32 b }',
    says: ['ids of struct "A" go from 0 to 2 at "a"', 'ids of struct "A" go from 2 to 5 at "b"'],
    good: 'struct A { 2: i32 b 1: i32 a 255: i32 base i32 c }',
  },
  {
    rule: 'field-id-order',
    bad: 'struct A { 2: i32 b 1: i32 a 3: i32 c }',
    says: ['"a" of struct "A" has id 1 but stands behind id 2'],
    good: 'struct A { 1: i32 a 7: i32 b i32 c }',
  },
  {
    rule: 'type-naming',
    bad: 'struct user_info {} enum color {} service userService {} typedef i64 user_id',
    says: [
      'struct "user_info" is not in PascalCase; call it UserInfo',
      'enum "color"',
      'service "userService" is not in PascalCase; call it UserService',
      'typedef "user_id" is not in PascalCase; call it UserId',
    ],
    good: 'struct UserInfo2 {} enum Color {} service UserService {} typedef i64 UserID',
  },
  {
    rule: 'field-naming',
    bad: 'struct A { 1: i64 userId 2: i64 User_ID } service S { void f(1: i64 userId) }',
    says: [
      '"userId" of struct "A" is not in snake_case; call it user_id',
      '"User_ID" of struct "A" is not in snake_case; call it user_id',
      '"userId" of method "f"',
    ],
    good: 'exception E {} struct A { 1: i64 user_id 2: i64 line_2 } service S { void f() throws (1: E notFound) }',
  },
  {
    rule: 'field-naming',
    options: { style: 'camelCase' },
    bad: 'struct A { 1: i64 user_id }',
    says: ['"user_id" of struct "A" is not in camelCase; call it userId'],
    good: 'struct A { 1: i64 userId }',
  },
  {
    rule: 'method-naming',
    bad: 'service S { void GetUser() void listUsers() } service T { void getUser() void put_user() }',
    says: [
      'method "listUsers" of "S" is not in PascalCase; call it ListUsers',
      'method "put_user" of "T" is not in camelCase; call it putUser',
    ],
    good: 'service S { void GetUser() void ListUsers() } service T { void getUser() }',
  },
  {
    rule: 'method-naming',
    options: { style: 'camelCase' },
    bad: 'service S { void GetUser() }',
    says: ['method "GetUser" of "S" is not in camelCase; call it getUser'],
    good: 'service S { void getUser() }',
  },
  {
    rule: 'upper-case-naming',
    bad: 'enum A { Active = 0 } const i32 maxSize = 1',
    says: [
      '"Active" is not in UPPER_CASE; call it ACTIVE',
      '"maxSize" is not in UPPER_CASE; call it MAX_SIZE',
    ],
    good: 'enum A { ACTIVE = 0 NOT_2 = 1 } const i32 MAX_SIZE = 1',
  },
  {
    rule: 'no-name-collision',
    bad: 'struct A { 1: i32 user_id 2: i32 userId } struct a {} enum E { ON = 0 On = 1 } service S { void get() void Get() }',
    says: [
      '"userId" and "user_id" are the same name',
      '"a" and "A" are the same name',
      '"On" and "ON"',
      '"Get" and "get"',
    ],
    good: 'struct A { 1: i32 user_id } struct B { 1: i32 userId }',
  },
  {
    rule: 'no-reserved-name',
    bad: 'struct A { 1: string type } service S { void delete(1: i32 from) } enum class { var = 0 } const i32 new = 1',
    says: ['"type" is a keyword', '"delete" is', '"from" is', '"class" is', '"var" is', '"new" is'],
    good: 'struct A { 1: string kind } service S { void remove(1: i32 origin) }',
  },
  {
    rule: 'enum-zero',
    bad: 'enum A { ON = 1 }',
    says: ['enum "A" has no member for 0'],
    good: 'enum A { OFF = 0 ON = 1 } enum B { OFF } enum C {}',
  },
  {
    rule: 'enum-explicit-values',
    bad: 'enum A { OFF ON = 5 BOTH }',
    says: ['"OFF" gets its value 0 by counting', '"BOTH" gets its value 6 by counting'],
    good: 'enum A { OFF = 0 ON = 5 }',
  },
  {
    rule: 'enum-unique-values',
    bad: 'enum A { OFF = 0 NONE = 0 }',
    says: ['"NONE" and "OFF" of enum "A" are both 0'],
    good: 'enum A { OFF = 0 } enum B { OFF = 0 }',
  },
  {
    rule: 'exception-naming',
    bad: 'exception NotFound {}',
    says: ['exception "NotFound" does not end in Exception or Error'],
    good: 'exception NotFoundError {} exception BadException {} struct NotFound {}',
  },
  {
    rule: 'exception-naming',
    options: { suffixes: ['Fault'] },
    bad: 'exception NotFoundError {}',
    says: ['exception "NotFoundError" does not end in Fault'],
    good: 'exception NotFoundFault {}',
  },
  {
    rule: 'exception-message',
    bad: 'exception A {} exception B { 1: binary message }',
    says: ['exception "A" has no string field "message"', 'exception "B" has no'],
    good: 'typedef string Text exception A { 1: Text message } struct B {}',
  },
  {
    rule: 'no-stream-exceptions',
    bad: 'struct A {} exception E {} service S { A f(1: A a) throws (1: E e) (streaming.mode = "server") }',
    says: ['"f" has a stream, on which Kitex loses the type of an exception'],
    good: 'struct A {} exception E {} service S { A f(1: A a) (streaming.mode = "server") A g(1: A a) throws (1: E e) (streaming.mode = "unary") }',
  },
  {
    rule: 'oneway-void',
    bad: 'service S { oneway map<i32, string> f() }',
    says: ['oneway "f" cannot return a result: it has no reply'],
    good: 'service S { oneway void f() i32 g() }',
  },
  {
    rule: 'documented',
    bad: 'service S { void f() }',
    says: ['"S" has no doc comment', '"f" has no doc comment'],
    good: '/** Serves. */ service S { /** Does. */ void f() } struct A {}',
  },
  {
    rule: 'documented',
    options: { of: ['structs', 'fields', 'enums', 'members'] },
    bad: 'struct A { 1: i32 a } enum E { ON = 0 } union U {}',
    says: ['"A" has', '"a" has', '"E" has', '"ON" has', '"U" has'],
    good: 'service S {} /** A. */ struct A { /** a */ 1: i32 a } /** E. */ enum E { /** On. */ ON = 0 }',
  },
  {
    rule: 'namespace-present',
    bad: 'struct A {}',
    says: ['the file has no namespace'],
    good: 'namespace go a struct A {}',
  },
  {
    rule: 'namespace-present',
    options: { languages: ['go', 'js'] },
    bad: 'namespace go a struct A {}',
    says: ['the file has no namespace for js'],
    good: 'namespace * a struct A {}',
  },
  {
    rule: 'no-unused-include',
    bad: 'include "shared.thrift" include "other.thrift" include "other.thrift" typedef other.Id Id',
    says: [
      '"shared.thrift" is included but not used',
      '"other.thrift" is included but was already',
    ],
    good: 'include "shared.thrift" include "other.thrift" service S extends shared.S {} const i32 A = other.ONE',
  },
  {
    rule: 'no-deprecated-syntax',
    bad: 'senum S { "a" } struct A { 1: byte a 2: list<slist> b } service T { async void f() }',
    says: [
      'senum "S" is a string and no more',
      '"byte" is called i8 today',
      '"slist" is called string today',
      '"async" is called oneway today',
    ],
    good: 'struct slist {} struct A { 1: i8 a 2: slist b 3: string byte_order } service T { oneway void f() void async() }',
  },
  {
    rule: 'no-aliased-definition',
    bad: 'struct A {} typedef A B typedef i64 Id typedef Id UserId',
    says: ['typedef "B" is another name for "A"', 'typedef "UserId" is another name for "Id"'],
    good: 'struct A {} typedef list<A> As typedef i64 Id',
  },
  {
    rule: 'no-duplicate-key',
    bad: 'enum E { A } const map<string, i32> M = {"a": 1, "b": 2, "a": 3} struct S { 1: list<map<E, i32>> l = [{E.A: 1, E.A: 2}] }',
    says: [
      'the key "a" stands in this map already; only the last entry counts',
      'the key E.A stands',
    ],
    good: 'const map<i32, string> M = {1: "a", 2: "a"} const list<map<i32, i32>> L = [{1: 1}, {1: 2}]',
  },
  {
    rule: 'comparable-keys',
    bad: 'struct A { 1: map<double, i32> a 2: list<set<A>> b } service S { map<bool, i32> f() }',
    says: [
      '"a" has a double as key of a map',
      '"b" has a struct as element of a set',
      '"f" has a bool as key of a map',
    ],
    good: 'enum E { A = 0 } struct A { 1: map<string, map<i64, A>> a 2: set<E> b 3: list<double> c }',
  },
  {
    rule: 'no-endless-struct',
    bad: 'struct A { 1: required B b } struct B { 1: required A a 2: optional B other }',
    says: ['"A" requires itself through "b"', '"B" requires itself through "a"'],
    good: 'struct Tree { 1: required list<Tree> children 2: optional Tree parent } struct C { 1: required Tree t }',
  },
];

const INCLUDED: Readonly<Record<string, string>> = {
  'shared.thrift': 'service S {}',
  'other.thrift': 'typedef i64 Id const i32 ONE = 1',
};

/** What one rule alone has to say. */
function messages({ rule, options }: RuleCase, text: string): string[] {
  const others = LINT_RULES.map(({ name }) => [name, 'off'] as const);
  const rules = { ...Object.fromEntries(others), [rule]: { severity: 'error', ...options } };
  const readFile = (path: string): string | undefined =>
    path === 'a.thrift' ? text : INCLUDED[path];
  const findings = lintFiles(
    { files: ['a.thrift'], readFile, implicitFieldIds: 'apache' },
    resolveLintConfig({ rules }),
  );
  return findings.map(({ message }) => message);
}

describe('every rule', () => {
  it.each(CASES.map((example) => [example.rule, example] as const))(
    '%s objects to bad IDL and leaves good IDL alone',
    (_, example) => {
      const said = messages(example, example.bad);
      expect(said.map((message, index) => message.slice(0, example.says[index]?.length))).toEqual(
        example.says,
      );
      expect(messages(example, example.good)).toEqual([]);
    },
  );

  it('finds structs that require each other in a circle of thousands', () => {
    const count = 5000;
    const structs = Array.from(
      { length: count },
      (_, index) => `struct S${index} { 1: required S${(index + 1) % count} next }`,
    );
    const outside = 'struct Outside { 1: required S0 first } struct Inside { 1: required i32 a }';
    const said = messages(
      { rule: 'no-endless-struct', bad: '', says: [], good: '' },
      `${structs.join('\n')} ${outside}`,
    );

    expect(said).toHaveLength(count);
    expect(said[0]).toBe('"S0" requires itself through "next"; make the field optional');
  });

  it('has an example', () => {
    expect([...new Set(CASES.map(({ rule }) => rule))].sort()).toEqual(
      CHECKING_RULES.map(({ name }) => name).sort(),
    );
  });

  it('is named once and explained in a sentence', () => {
    expect(new Set(LINT_RULES.map(({ name }) => name)).size).toBe(LINT_RULES.length);
    for (const { name, summary, reason } of LINT_RULES) {
      expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(summary.length).toBeGreaterThan(10);
      expect(reason).toMatch(/\.$/);
    }
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryIo } from '#test/memory-io.js';
import { run } from '../../main.js';

const IDL = `
/** What state a user is in. */
enum State { ACTIVE = 1, GONE = 2 }
/** Somebody. */
struct User {
  /** Never used twice. */
  1: required i64 id
  2: optional map<string, list<State>> states
  3: optional User friend
}
struct Page {
  1: required i32 size = 20 (vt.gt = "0", hint)
  2: State state = State.GONE
  3: optional map<string, list<double>> sums = {"a": [1, 0.5]}
  4: User owner = {"id": 7}
} (team = "users")
exception Missing { 1: string message }
/** Never 0. */
typedef i64 Id
const list<Id> KNOWN = [1, 2]
service Base { void Ping() }
/** Keeps users. */
service Users extends Base {
  /** One user. */
  User Get(1: i64 id, 2: bool deep) throws (1: Missing missing)
  User Find(1: required string text, 2: bool deep = 1) (idempotent = "true")
  oneway void Note(1: User user)
}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'describe-'));
  writeFileSync(join(folder, 'users.thrift'), IDL);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function describeIdl(...argv: string[]) {
  const io = memoryIo(folder);
  const code = await run(['describe', 'users.thrift', ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

describe('the command describe', () => {
  it('lists what a file has', async () => {
    const { code, out } = await describeIdl();
    expect(code).toBe(0);
    expect(out).toContain(
      'service Users\n    void Ping()\n    User Get(1: i64 id, 2: bool deep) throws',
    );
    expect(out).toContain(
      '  struct User {\n    1: required i64 id\n    2: optional map<string, list<State>> states\n',
    );
    expect(out).toContain('  exception Missing { 1: string message }\n');
    expect(out).toContain('  enum State { ACTIVE = 1, GONE = 2 }\n');
    expect(out).toContain('  typedef i64 Id\n  const list<Id> KNOWN = [1, 2]\n');
  });

  it('shows a service with what it inherits, and its docs', async () => {
    expect((await describeIdl('Users')).out).toBe(
      [
        '// Keeps users.',
        'service Users extends Base {',
        '  void Ping()',
        '',
        '  // One user.',
        '  User Get(1: i64 id, 2: bool deep) throws (1: Missing missing)',
        '',
        '  User Find(1: required string text, 2: bool deep = true) (idempotent = "true")',
        '',
        '  oneway void Note(1: User user)',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('shows a type, an enum and a method', async () => {
    expect((await describeIdl('User')).out).toContain(
      '  // Never used twice.\n  1: required i64 id\n',
    );
    expect((await describeIdl('State')).out).toContain('  ACTIVE = 1\n');
    expect((await describeIdl('Users.Get')).out).toContain('User Get(1: i64 id, 2: bool deep)');
  });

  it('shows requiredness, defaults and annotations', async () => {
    expect((await describeIdl('Page')).out).toBe(
      [
        'struct Page {',
        '  1: required i32 size = 20 (vt.gt = "0", hint = "1")',
        '  2: State state = State.GONE',
        '  3: optional map<string, list<double>> sums = {"a": [1, 0.5]}',
        '  4: User owner = {"id": 7}',
        '} (team = "users")',
        '',
      ].join('\n'),
    );
  });

  it('shows the annotations of every part of a definition', async () => {
    writeFileSync(
      join(folder, 'annotated.thrift'),
      `
typedef i64 (js.type = "Long") Id (since = "1")
enum Color { RED = 1 (hex = "f00"), BLUE = 2 } (closed)
union Key { 1: Id (go.tag = "id") id (pii), 2: list<string (utf8 = "no")> (lazy) names }
exception Missing { 1: string text (log = "off") } (http = "404")
const i32 (unit = "ms") LIMIT = 5 (tuned)
service Keys {
  Key Get(1: required Id id (vt.gt = "0", api.path = "id"), 2: Color (as = "text") color = Color.RED) throws (1: Missing missing (fatal)) (
    api.get = "/keys/:id", api.get = "/k/:id")
} (team = "keys")
`,
    );
    const described = async (...name: string[]) => {
      const io = memoryIo(folder);
      await run(['describe', 'annotated.thrift', ...name], io);
      return io.out();
    };
    const signature = [
      'Key Get(',
      '  1: required Id id (vt.gt = "0", api.path = "id")',
      '  2: Color (as = "text") color = Color.RED',
      ') throws (1: Missing missing (fatal = "1")) (api.get = "/keys/:id", api.get = "/k/:id")',
      '',
    ];
    expect(await described('Keys.Get')).toBe(signature.join('\n'));
    const indented = signature.map((line) => (line === '' ? '' : `  ${line}`)).join('\n');
    expect(await described('Keys')).toBe(`service Keys {\n${indented}} (team = "keys")\n`);
    expect(await described('Id')).toBe('typedef i64 (js.type = "Long") Id (since = "1")\n');
    expect(await described('Color')).toBe(
      'enum Color {\n  RED = 1 (hex = "f00")\n  BLUE = 2\n} (closed = "1")\n',
    );
    expect(await described('Key')).toBe(
      'union Key {\n  1: Id (go.tag = "id") id (pii = "1")\n  2: list<string (utf8 = "no")> (lazy = "1") names\n}\n',
    );
    expect(await described('Missing')).toBe(
      'exception Missing {\n  1: string text (log = "off")\n} (http = "404")\n',
    );
    expect(await described('LIMIT')).toBe('const i32 (unit = "ms") LIMIT = 5 (tuned = "1")\n');
    expect(await described()).not.toMatch(/ \(\w+(\.\w+)* = /);
  });

  it('gives a payload to fill in, and ends where a type comes again', async () => {
    expect(JSON.parse((await describeIdl('Users.Note', '--template')).out)).toEqual({
      id: 0,
      states: [['', ['ACTIVE']]],
    });
    expect(JSON.parse((await describeIdl('Users.Get', '--template')).out)).toEqual({
      id: 0,
      deep: false,
    });
  });

  it('gives the definition as JSON', async () => {
    expect(JSON.parse((await describeIdl('State', '--json')).out)).toMatchObject({ name: 'State' });
  });

  it('says what there is when a name is unknown', async () => {
    const { code, err } = await describeIdl('Usr');
    expect(code).toBe(2);
    expect(err).toContain('nothing named Usr; did you mean User?');
    expect((await describeIdl('Elsewhere')).err).toContain(
      'nothing named Elsewhere; it has Base, Users, User, Page, Missing, State, Id, KNOWN',
    );
    expect((await describeIdl('Users.Gte')).err).toContain(
      'Users has no method Gte; did you mean Get?',
    );
    expect((await describeIdl('Users.Zz12')).err).toContain('it has Ping, Get, Find, Note');
  });

  it('shows typedefs and constants', async () => {
    expect((await describeIdl('Id')).out).toBe('// Never 0.\ntypedef i64 Id\n');
    expect((await describeIdl('KNOWN')).out).toBe('const list<Id> KNOWN = [1, 2]\n');
  });

  it('writes names of other files with their prefix, and lists what an ambiguous name can be', async () => {
    mkdirSync(join(folder, 'two'));
    writeFileSync(
      join(folder, 'two/shared.thrift'),
      'struct User { 1: i32 x }\nservice Users { void Find() }\n',
    );
    writeFileSync(
      join(folder, 'two/own.thrift'),
      'include "shared.thrift"\nstruct User { 1: shared.User other }\nservice Users { User Get() }\n',
    );
    const describeTwo = async (...argv: string[]) => {
      const io = memoryIo(folder);
      const code = await run(['describe', 'two', ...argv], io);
      return { code, text: io.out() + io.err() };
    };
    expect((await describeTwo('own.User')).text).toContain('1: shared.User other');
    expect((await describeTwo('User')).text).toContain(
      '"User" is ambiguous: it can be own.User, shared.User',
    );
    expect((await describeTwo('shared.Users')).text).toContain('void Find()');
    expect((await describeTwo('Find')).text).toBe('void Find()\n');
    expect((await describeTwo('shared.Users/Find')).text).toBe('void Find()\n');
  });

  it('escapes what could steer a terminal', async () => {
    writeFileSync(join(folder, 'odd.thrift'), '/** a\u202eb\u009bc\u001b[2J */\nstruct A {}\n');
    const io = memoryIo(folder);
    expect(await run(['describe', 'odd.thrift', 'A'], io)).toBe(0);
    expect(io.out()).toBe('// a\\u{202e}b\\u{9b}c\\u{1b}[2J\nstruct A {\n}\n');
  });

  it('shows which side of a method streams', async () => {
    writeFileSync(
      join(folder, 'chat.thrift'),
      'struct A {} service Chat { A Talk(1: A a) (streaming.mode = "bidirectional") A Ping(1: A a) }',
    );
    const io = memoryIo(folder);
    await run(['describe', 'chat.thrift'], io);
    expect(io.out()).toContain('A Talk(1: A a) (streams: bidirectional)\n    A Ping(1: A a)\n');
  });
});

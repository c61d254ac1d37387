import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { unaryMethod } from '#test/methods.js';
import { decode, encode } from '../../test/bytes.js';
import type { StructShape } from '../definition/shape.js';
import { ThriftException } from '../index.js';
import { compileSchema, type CompileOptions } from './compile-schema.js';

const SHARED = `
enum Status { ACTIVE = 1, GONE = 2 }
struct User { 1: required i64 id, 2: Status status = Status.ACTIVE, 3: list<string> tags = ["new"] }
exception NotFound { 1: string message, 2: i64 id }
service Base {
  string ping(1: string text) (idempotent = "true"),
  void forget(1: i64 id) throws (1: NotFound missing)
}
`;
const MAIN = `
include "shared.thrift"
const i64 LIMIT = 9223372036854775807
const map<string, list<i32>> TABLE = {"a": [1, 2]}
const map<i64, string> NAMES = {1: "one"}
const shared.User ROOT = {"id": 1}
const binary BYTES = "ab"
const double RATIO = 1
const shared.Status DEFAULT_STATUS = shared.Status.GONE
struct Page { 1: list<shared.User> users, 2: optional Page next }
service Users extends shared.Base {
  Page list(1: i32 limit = 10, 2: optional string after) throws (1: shared.NotFound missing) (idempotent, note = "a"),
  oneway void log(1: string text) (idempotent = "false")
}
`;

const schema = loadSchemaFromText(MAIN, { includes: { 'shared.thrift': SHARED } });

describe.each<CompileOptions>([{ codeGeneration: 'auto' }, { codeGeneration: 'off' }])(
  'compileSchema(%j)',
  (options) => {
    const compiled = compileSchema(schema, options);

    it('finds structs by name, by include prefix and by reference', () => {
      expect(compiled.struct('Page').name).toBe('Page');
      expect(compiled.struct('shared.User').name).toBe('User');
      expect(compiled.struct({ file: 'shared.thrift', name: 'User' })).toBe(
        compiled.struct('shared.User'),
      );
    });

    it('says what is defined when a name is not', () => {
      expect(() => compiled.struct('Pages')).toThrow(
        'main.thrift does not define Pages among its structs (Page)',
      );
      expect(() => compiled.struct('other.Page')).toThrow('does not define other.Page');
      expect(() => compiled.service('Page')).toThrow('among its services (Users)');
      expect(() => compiled.enum({ file: 'nowhere.thrift', name: 'E' })).toThrow(
        'nowhere.thrift does not define E among its enums (none)',
      );
      expect(() => compiled.exception('Page')).toThrow('Page is a struct, not an exception');
    });

    it('skips a field of another type on the wire, or rejects it where asked to', () => {
      const other = `struct User {
        1: required i64 id, 2: string status, 3: list<string> tags, 4: string more, -1: i32 low
      }`;
      const text = `struct User { 1: required i64 id, 2: i32 status = 1, 3: list<string> tags, -1: bool low }`;
      const newer = compileSchema(loadSchemaFromText(other)).struct('User');
      const lenient = compileSchema(loadSchemaFromText(text), options).struct('User');
      const strict = compileSchema(loadSchemaFromText(text), {
        ...options,
        mismatchedFields: 'error',
      }).struct('User');
      for (const protocol of ['Binary', 'Compact'] as const) {
        const bytes = (value: object) => encode(newer, protocol, { id: 1n, ...value });
        expect(decode(lenient, protocol, bytes({ status: 'gone' }))).toMatchObject({ status: 1 });
        expect(() => decode(strict, protocol, bytes({ status: 'gone' }))).toThrow(
          'User.status: the field has another type than in the IDL',
        );
        expect(() => decode(strict, protocol, bytes({ low: 7 }))).toThrow('User.low');
        expect(decode(strict, protocol, bytes({ more: 'new', tags: ['a'] }))).toMatchObject({
          tags: ['a'],
        });
      }
    });

    it('has the annotations of fields', () => {
      const idl = `struct S {
        1: i32 a = 1 (api.query = "x", api.query = "y", __proto__ = "z")
        2: i32 b
      }`;
      const struct = compileSchema(loadSchemaFromText(idl), options).struct('S') as StructShape;

      expect(struct.fields.map(({ annotations }) => Object.entries(annotations))).toEqual([
        [
          ['api.query', ['x', 'y']],
          ['__proto__', ['z']],
        ],
        [],
      ]);
    });

    it('gives constants, enums and defaults as values', () => {
      expect(compiled.constant('LIMIT')).toBe(2n ** 63n - 1n);
      expect(compiled.constant('TABLE')).toEqual({ a: [1, 2] });
      expect(compiled.constant('TABLE')).not.toBe(compiled.constant('TABLE'));
      expect(compiled.constant('NAMES')).toEqual(new Map([[1n, 'one']]));
      expect(compiled.constant('ROOT')).toEqual({ id: 1n, status: 1, tags: ['new'] });
      expect(compiled.constant('BYTES')).toEqual(Buffer.from('ab'));
      expect(compiled.constant('RATIO')).toBe(1);
      expect(compiled.constant('DEFAULT_STATUS')).toBe(2);
      expect(compiled.enum('shared.Status')).toEqual({ ACTIVE: 1, GONE: 2 });
      expect(compiled.defaults('shared.User')).toEqual({ status: 1, tags: ['new'] });
    });

    it('makes exception classes that are the same everywhere', () => {
      const NotFound = compiled.exception('shared.NotFound');
      expect(NotFound).toBe(compiled.exception({ file: 'shared.thrift', name: 'NotFound' }));
      const error = new NotFound({ message: 'gone', id: 5n });
      expect(error).toBeInstanceOf(ThriftException);
      expect(error).toMatchObject({ name: 'NotFound', message: 'gone', id: 5n });
      expect(NotFound.name).toBe('NotFound');
      const s = class s extends NotFound {};
      expect(new s().name).toBe('NotFound');
    });

    it('describes a service with the methods it inherits', () => {
      const service = compiled.service('Users');
      expect(service).toBe(compiled.service('Users'));
      expect(service.name).toBe('Users');
      expect(Object.keys(service.methods)).toEqual(['ping', 'forget', 'list', 'log']);
      expect(service.methods['list']).toMatchObject({
        name: 'list',
        kind: 'unary',
        returnsVoid: false,
        parameters: ['limit', 'after'],
        exceptions: [{ field: 'missing', type: compiled.exception('shared.NotFound') }],
        idempotent: true,
        annotations: { idempotent: ['1'], note: ['a'] },
      });
      expect(service.methods['log']).toMatchObject({ kind: 'oneway', idempotent: false });
      expect(service.methods['forget']).toMatchObject({ returnsVoid: true, idempotent: false });
      expect(service.methods['ping']!.idempotent).toBe(true);
      expect(Object.keys(compiled.service('shared.Base').methods)).toEqual(['ping', 'forget']);
    });

    it('has codecs for arguments and results', () => {
      const { args, result } = unaryMethod(compiled.service('Users'), 'list');
      expect([args.name, result.name]).toEqual(['Users.list_args', 'Users.list_result']);
      expect(decode(args, 'Binary', encode(args, 'Binary', { after: 'x' }))).toEqual({
        limit: 10,
        after: 'x',
      });
      const page = { users: [{ id: 1n, status: 2, tags: [] }], next: undefined };
      expect(decode(result, 'Compact', encode(result, 'Compact', { success: page }))).toEqual({
        success: page,
        missing: undefined,
      });
      const NotFound = compiled.exception('shared.NotFound');
      const missing = new NotFound({ message: 'gone', id: 5n });
      const read = decode(result, 'Binary', encode(result, 'Binary', { missing }));
      expect((read as Record<string, unknown>)['missing']).toBeInstanceOf(NotFound);
      expect(() => encode(result, 'Binary', { success: { users: [{ id: 'x' }] } })).toThrow(
        'Users.list_result.success.users[0].id: expected i64, got string',
      );
    });
  },
);

it.each([
  ['number', Number.NaN, 5],
  ['string', '9223372036854775807', '5'],
] as const)('gives i64 constants as %s', (i64, limit, key) => {
  const idl = `const i64 LIMIT = ${i64 === 'number' ? '9007199254740991' : '9223372036854775807'}
    const map<i64, i64> M = {5: 5}`;
  const compiled = compileSchema(loadSchemaFromText(idl), { i64 });
  expect(compiled.constant('LIMIT')).toBe(i64 === 'number' ? Number.MAX_SAFE_INTEGER : limit);
  expect(compiled.constant('M')).toEqual(new Map([[key, key]]));
});

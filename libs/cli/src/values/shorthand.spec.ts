import { compileSchema, type StructShape } from '@nestjs-thrift/codec/compiler';
import { valueFromJson } from '@nestjs-thrift/codec/json';
import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { isShorthand, payloadFromShorthand } from './shorthand.js';

const compiled = compileSchema(
  loadSchemaFromText(`
    enum Kind { SMALL = 1 }
    struct Address { 1: string city, 2: i32 number }
    struct User {
      1: i64 id, 2: string name, 3: bool active, 4: list<string> tags, 5: Address address,
      6: map<string, i32> scores, 7: Kind kind, 8: list<Address> homes, 9: double weight
    }
    struct One { 1: User user }
    struct Many { 1: i64 id, 2: User user }
    struct Scalar { 1: i64 id }`),
);
const shape = (name: string) => compiled.struct(name) as StructShape;
const user = (...words: string[]) =>
  valueFromJson(payloadFromShorthand(words, shape('One')), shape('User'));

describe('payloadFromShorthand', () => {
  it('reads values by the type of their field', () => {
    expect(
      user('id=9007199254740993', 'name=12', 'active=true', 'kind=SMALL', 'weight=1.5'),
    ).toEqual({ id: 9_007_199_254_740_993n, name: '12', active: true, kind: 1, weight: 1.5 });
  });

  it('builds structs, lists and maps', () => {
    expect(
      user(
        'address.city=New York',
        'address.number=5',
        'tags[]=a',
        'tags[]=b=c',
        'scores.x=1',
        'scores[a b]=2',
      ),
    ).toEqual({
      address: { city: 'New York', number: 5 },
      tags: ['a', 'b=c'],
      scores: { x: 1, 'a b': 2 },
    });
    expect(user('homes[0].city=A', 'homes[0].number=1', 'homes[1].city=B')).toEqual({
      homes: [{ city: 'A', number: 1 }, { city: 'B' }],
    });
  });

  it('takes JSON for structs and containers', () => {
    expect(user('address={city: "A"}', 'tags=["x"]')).toEqual({
      address: { city: 'A' },
      tags: ['x'],
    });
  });

  it('names parameters where there are several, or where the only one is not a struct', () => {
    expect(payloadFromShorthand(['id=1', 'user.name=a'], shape('Many'))).toMatchObject({
      user: { name: 'a' },
    });
    expect(
      valueFromJson(
        payloadFromShorthand(['id=7'], shape('Scalar')),
        shape('Scalar').fields[0]!.type,
      ),
    ).toBe(7n);
  });

  it('leaves templates of bench as text, whatever the type', () => {
    const words = ['id={{sequence}}', 'weight={{random 1 9}}', 'tags[]={{uuid}}'];
    expect(payloadFromShorthand(words, shape('One'))).toEqual({
      id: '{{sequence}}',
      weight: '{{random 1 9}}',
      tags: ['{{uuid}}'],
    });
  });

  it('leaves unknown fields to the reader, which names the nearest', () => {
    expect(() => user('nam=a')).toThrow('(did you mean name?)');
    expect(() => user('__proto__.x=1')).toThrow('__proto__ must be left out');
    expect(Object.prototype).not.toHaveProperty('x');
  });

  it('rejects other names than that of an only parameter that is not a struct', () => {
    for (const words of [['ida=7'], ['id=7', 'name=a']]) {
      expect(() => payloadFromShorthand(words, shape('Scalar'))).toThrow(
        'must be left out: the only parameter is id',
      );
    }
  });

  it.each([
    [['weight=abc'], 'weight: unexpected "a", expected a value'],
    [['tags[2]=a'], 'tags[2]: "2" is not the index of an element'],
    [['name=a', 'name.b=c'], 'name.b: a part of the path has a value already'],
  ])('rejects %j', (words, message) => {
    expect(() => user(...words)).toThrow(message);
  });
});

describe('isShorthand', () => {
  it.each([
    [['a=1'], true],
    [['a.b[0].c=', 'd[]=1'], true],
    [['{"a": 1}'], false],
    [['{a: "b=c"}'], false],
    [['"a=b"'], false],
    [['@file=x'], false],
    [['-'], false],
    [[], false],
  ])('of %j is %s', (words, expected) => {
    expect(isShorthand(words)).toBe(expected);
  });
});

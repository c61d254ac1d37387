import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { InvalidRequestError } from '../values/binding-run.js';
import { ValueReaders } from '../values/value-readers.js';
import { type BindingOptions, type BoundArguments, RequestBinder } from './request-binder.js';

interface TestRequest {
  readonly verb?: string;
  readonly target?: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
}

const DEFAULTS: BindingOptions = {
  binary: 'base64',
  unknownFields: 'ignore',
  bodyFallback: false,
  i64: 'bigint',
};

/** The arguments of the first method of an IDL for a request. */
async function bind(
  idl: string,
  { verb = 'POST', target = '/', path = {}, headers = [], body = '' }: TestRequest,
  options: Partial<BindingOptions> = {},
): Promise<BoundArguments> {
  const schema = loadSchemaFromText(idl);
  const [method] = schema.files['main.thrift']!.services[0]!.methods;
  const all = { ...DEFAULTS, ...options };
  const binder = new RequestBinder(method!, schema, new ValueReaders(schema, all), all);
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const request = {
    verb,
    target,
    headers: type === undefined ? {} : { 'content-type': type },
    rawHeaders: headers.flat(),
    pathValue: (name: string) => path[name],
  };
  return binder.bind(request, Buffer.from(body as string));
}

/** An IDL with one method whose request has the fields. */
const withFields = (fields: string, types = '') =>
  `${types} struct R { ${fields} } service S { void M(1: R r) }`;

/** The fields of the request that has been bound. */
async function fieldsOf(fields: string, request: TestRequest, options = {}): Promise<unknown> {
  const { r } = await bind(withFields(fields), request, options);
  return r;
}

/** What is wrong with a request, by place. */
async function problemsOf(bound: Promise<unknown>): Promise<Readonly<Record<string, string>>> {
  const error = await bound.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(InvalidRequestError);
  const { problems } = error as InvalidRequestError;
  return Object.fromEntries(problems.map(({ place, message }) => [place, message]));
}

const FORM = [['Content-Type', 'application/x-www-form-urlencoded']] as const;

describe('the sources of a field', () => {
  const ALL =
    '1: optional string a (api.body = "b", api.header = "H", api.cookie = "c", api.query = "q", api.form = "f", api.path = "p")';
  const request = {
    target: '/?q=query',
    path: { p: 'path' },
    headers: [
      ['H', 'header'],
      ['Cookie', 'c=cookie'],
    ] as const,
  };

  it('are path, form, query, cookie, header, body, whatever their order in the IDL', async () => {
    const without = (dropped: Partial<TestRequest>, body = '{"b":"body"}') =>
      fieldsOf(ALL, { ...request, body, ...dropped });
    expect(await without({})).toEqual({ a: 'path' });
    expect(await without({ path: {}, headers: FORM }, 'f=form&b=body')).toEqual({ a: 'form' });
    expect(await without({ path: {} })).toEqual({ a: 'query' });
    const rest = { path: {}, target: '/' };
    expect(await without(rest)).toEqual({ a: 'cookie' });
    expect(await without({ ...rest, headers: [['h', 'header']] })).toEqual({ a: 'header' });
    expect(await without({ ...rest, headers: [] })).toEqual({ a: 'body' });
  });

  it('are skipped where their value is empty or null', async () => {
    const empty = {
      target: '/?q=',
      path: { p: '' },
      headers: [
        ['H', ''],
        ['Cookie', 'c='],
      ] as const,
    };
    expect(await fieldsOf(ALL, { ...empty, body: '{"b":"body"}' })).toEqual({ a: 'body' });
    expect(await fieldsOf(ALL, { ...empty, body: '{"b":null}' })).toEqual({ a: undefined });
  });

  it.each(['GET', 'HEAD', 'DELETE', 'OPTIONS'])(
    'are the query, then the body for %s without an annotation',
    async (verb) => {
      const body = '{"a":"body"}';
      const field = '1: optional string a';
      expect(await fieldsOf(field, { verb, target: '/?a=query', body })).toEqual({ a: 'query' });
      expect(await fieldsOf(field, { verb, body })).toEqual({ a: 'body' });
    },
  );

  it.each(['POST', 'PUT', 'PATCH'])('are the body for %s without one', async (verb) => {
    const target = '/?a=query';
    expect(await fieldsOf('1: optional string a', { verb, target })).toEqual({ a: undefined });
  });

  it('include the body of GET with api.body', async () => {
    const field = '1: optional string a (api.body = "a")';
    expect(await fieldsOf(field, { verb: 'GET', body: '{"a":"x"}' })).toEqual({ a: 'x' });
  });

  it('include the body under the own name with bodyFallback alone', async () => {
    const field = '1: optional string a (api.header = "X-User")';
    const forged = { body: '{"a":"admin","X-User":"admin"}' };
    expect(await fieldsOf(field, forged)).toEqual({ a: undefined });
    expect(await fieldsOf(field, forged, { bodyFallback: true })).toEqual({ a: 'admin' });
  });

  it('are none for api.none, api.http_code and the json tag "-"', async () => {
    const fields = `1: optional string a (api.none = "", api.query = "a") 2: optional i32 b (api.http_code = "")
      3: optional string c (go.tag = 'json:"-"')`;
    const forged = { target: '/?a=x&b=1&c=x', body: '{"a":"x","b":1,"c":"x"}' };
    expect(await fieldsOf(fields, forged)).toEqual({ a: undefined, b: undefined, c: undefined });
  });

  it('are the bytes for api.raw_body, of any type, and the target for api.raw_uri', async () => {
    const fields = '1: binary body (api.raw_body = "") 2: string uri (api.raw_uri = "")';
    const body = Buffer.from([0xff, 0x00]);
    const headers = [['Content-Type', 'image/png']] as const;
    expect(await fieldsOf(fields, { target: '/a%2Fb?x=1', headers, body })).toEqual({
      body,
      uri: '/a%2Fb?x=1',
    });
  });

  it('are the fields of the body inside of structs, renamed or not, and nothing else', async () => {
    const idl = withFields(
      '1: In i',
      'struct In { 1: optional string a (api.header = "A") 2: optional string b (api.body = "c") 3: optional string d (go.tag = \'json:"e,omitempty"\') }',
    );
    const headers = [['A', 'header']] as const;
    const nested = async (body: string) => (await bind(idl, { headers, body }))['r'];
    expect(await nested('{"i":{"a":"x","b":"y","e":"z"}}')).toEqual({
      i: { a: 'x', b: 'y', d: 'z' },
    });
    expect(await nested('{"i":{"c":"y","d":"z"}}')).toEqual({
      i: { a: undefined, b: 'y', d: undefined },
    });
  });

  it('are not more than the body has with unknownFields: "reject"', async () => {
    const fields = '1: optional string a 2: optional In i';
    const idl = withFields(fields, 'struct In { 1: optional string b }');
    const body = '{"a":"x","A":"y","i":{"c":1}}';
    await expect(bind(idl, { body })).resolves.toBeDefined();
    expect(await problemsOf(bind(idl, { body }, { unknownFields: 'reject' }))).toEqual({
      A: 'unknown field',
      'i.c': 'unknown field',
    });
  });
});

describe('a field that is absent', () => {
  it('has its default, is missing, or is the zero that Go servers get', async () => {
    const idl = withFields(
      '1: i32 a = 7 2: optional i32 b 3: i32 c 4: In d 5: list<i32> e 6: required i32 f = 8',
      'struct In { 1: string x 2: optional string y }',
    );
    expect((await bind(idl, { body: '{}' }))['r']).toEqual({
      a: 7,
      b: undefined,
      c: 0,
      d: { x: '' },
      e: [],
      f: 8,
    });
    const required = withFields('1: required i32 a (api.query = "n") 2: required i32 b');
    expect(await problemsOf(bind(required, { body: '{"b":null}' }))).toEqual({
      'query n': 'required',
      b: 'required',
    });
  });

  it('is one with an empty text where api.js_conv makes it a number', async () => {
    const body = '{"a":""}';
    expect(await fieldsOf('1: optional i64 a (api.js_conv = "")', { body })).toEqual({
      a: undefined,
    });
    expect(await problemsOf(fieldsOf('1: optional i64 a', { body }))).toEqual({
      a: 'i64 expected',
    });
  });
});

describe('values', () => {
  /** A value of the query, bound to a field of a type. */
  const inQuery = async (type: string, text: string, options = {}) => {
    const target = `/?a=${text}`;
    const fields = `1: optional ${type} a (api.query = "a")`;
    return ((await fieldsOf(fields, { target }, options)) as { a: unknown }).a;
  };
  const inBody = async (type: string, json: string) =>
    ((await fieldsOf(`1: optional ${type} a`, { body: `{"a":${json}}` })) as { a: unknown }).a;

  it.each<[string, string, unknown]>([
    ['bool', 'T', true],
    ['bool', '0', false],
    ['i8', '-128', -128],
    ['i32', '%2B7', 7],
    ['i64', '9223372036854775807', 9_223_372_036_854_775_807n],
    ['double', '1e3', 1000],
    ['double', '-Infinity', -Infinity],
    ['double', 'inf', Infinity],
    ['string', 'a+b%2Bc', 'a b+c'],
    ['string', '%E4%BD%A0', '你'],
    ['string', 'a;b=c', 'a;b=c'],
    ['binary', 'AP-_', Buffer.from([0, 255, 191])],
    ['list<i32>', '1,2', [1, 2]],
    ['list<i32>', '1,%202', [1, 2]],
    ['list<string>', 'a,%20b', ['a', ' b']],
    ['list<i32>', '1%2C2', [1, 2]],
    ['list<i32>', '1&a=2', [1, 2]],
    ['list<string>', 'a,b&a=c', ['a,b', 'c']],
    ['list<string>', '["a,b"]', ['a,b']],
    ['set<i32>', '1,1,2', [1, 2]],
    ['map<string,i32>', '{"k":1}', { k: 1 }],
    ['i32', '1&a=2', 1],
  ])('%s are read from the query as %s', async (type, text, expected) => {
    expect(await inQuery(type, text)).toEqual(expected);
  });

  it.each([
    ['bool', 'yes', 'bool expected'],
    ['i8', '128', 'beyond i8'],
    ['i64', '9223372036854775808', 'beyond i64'],
    ['i32', '0x10', 'i32 expected'],
    ['i32', '%207', 'i32 expected'],
    ['i32', '1.0', 'i32 expected'],
    ['double', '0x10', 'double expected'],
    ['double', '1e999', 'beyond double'],
    ['binary', '~', 'base64 expected'],
    ['map<string,i32>', 'k', 'no JSON at 0'],
  ])('%s are not read from the query as %s', async (type, text, problem) => {
    expect(Object.values(await problemsOf(inQuery(type, text)))).toEqual([problem]);
  });

  it.each([
    ['%ff', 'UTF-8 expected'],
    ['%zz', 'bad escape'],
    ['\u00ff', 'UTF-8 expected'],
  ])('are text in UTF-8: not %j', async (text, problem) => {
    expect(await problemsOf(inQuery('string', text))).toEqual({ query: problem });
  });

  it.each<[string, string, unknown]>([
    ['i64', '9007199254740993', 9_007_199_254_740_993n],
    ['i64', '"9007199254740993"', 9_007_199_254_740_993n],
    ['list<i32>', '[1,"2"]', [1, 2]],
    ['double', '1', 1],
    ['double', '"NaN"', Number.NaN],
    ['map<i32,string>', '{"1":"x"}', new Map([[1, 'x']])],
    ['map<list<i32>,string>', '[[[1],"x"]]', new Map([[[1], 'x']])],
  ])('%s are read from JSON as %s', async (type, json, expected) => {
    expect(await inBody(type, json)).toEqual(expected);
  });

  it.each([
    ['i32', '1.5', 'i32 expected'],
    ['i32', '2.0', 'i32 expected'],
    ['i32', '1e3', 'i32 expected'],
    ['i8', '300', 'beyond i8'],
    ['i32', 'true', 'i32 expected'],
    ['bool', '1', 'bool expected'],
    ['string', '5', 'string expected'],
    ['list<i32>', '"1,2"', 'array expected'],
    ['list<i32>', '1', 'array expected'],
    ['list<i32>', '[null]', 'null'],
  ])('%s are not read from JSON as %s', async (type, json, problem) => {
    expect(Object.values(await problemsOf(inBody(type, json)))).toEqual([problem]);
  });

  it('of enums are names, and numbers that may be newer than the IDL', async () => {
    const idl = withFields('1: optional E a (api.query = "a")', 'enum E { ONE = 1 }');
    const read = async (text: string) =>
      ((await bind(idl, { target: `/?a=${text}` }))['r'] as { a: unknown }).a;
    expect([await read('ONE'), await read('1'), await read('77')]).toEqual([1, 1, 77]);
    expect(await problemsOf(read('TWO'))).toEqual({ 'query a': 'E expected' });
  });

  it('of binary are text where the gateway is configured so', async () => {
    expect(await inQuery('binary', '~%20', { binary: 'text' })).toEqual(Buffer.from('~ '));
  });

  it('of headers are all for a list, the first one else, without blanks around elements', async () => {
    const fields =
      '1: optional list<i32> a (api.header = "A") 2: optional i32 b (api.header = "A")';
    const twice = [
      ['a', '1'],
      ['A', '2'],
    ] as const;
    expect(await fieldsOf(fields, { headers: twice })).toEqual({ a: [1, 2], b: 1 });
    const list = '1: optional list<i32> a (api.header = "A")';
    expect(await fieldsOf(list, { headers: [['A', '1, 2']] })).toEqual({ a: [1, 2] });
  });

  it('of a path keep a plus, which stands for a space in a query', async () => {
    const fields = '1: optional string a (api.path = "a")';
    expect(await fieldsOf(fields, { path: { a: 'x+y' } })).toEqual({ a: 'x+y' });
  });

  it('of a list are at most 65,536', async () => {
    const list = (count: number) => `[${Array.from({ length: count }, () => '1').join(',')}]`;
    expect(await inBody('list<i32>', list(65_536))).toHaveLength(65_536);
    expect(await problemsOf(inBody('list<i32>', list(65_537)))).toEqual({
      a: 'more than 65536 elements',
    });
  });

  it('of a form are files for binary fields, texts else, and not the query', async () => {
    const fields = '1: optional binary a (api.form = "a") 2: optional string b (api.form = "b")';
    const part = (name: string, more: string, value: string) =>
      `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
    const body = Buffer.from(
      `${part('a', '; filename="f.bin"', '\u00ff\u0000')}${part('b', '', 'text')}--x--\r\n`,
      'latin1',
    );
    const headers = [['Content-Type', 'multipart/form-data; boundary=x']] as const;
    expect(await fieldsOf(fields, { headers, body })).toEqual({
      a: Buffer.from([0xff, 0]),
      b: 'text',
    });
    expect(await fieldsOf(fields, { target: '/?b=query', headers: FORM, body: 'a=AP8' })).toEqual({
      a: Buffer.from([0, 255]),
      b: undefined,
    });
  });
});

describe('a body', () => {
  it.each(['', 'application/json', 'application/vnd.x+json', 'application/json; charset=UTF-8'])(
    'is JSON as %j',
    async (type) => {
      const headers = type === '' ? [] : ([['Content-Type', type]] as const);
      expect(await fieldsOf('1: string a', { headers, body: '{"a":"x"}' })).toEqual({ a: 'x' });
    },
  );

  it.each(['text/plain', 'application/json; charset=utf-16', 'application/xml'])(
    'is of an unsupported type as %j',
    async (type) => {
      const headers = [['Content-Type', type]] as const;
      await expect(fieldsOf('1: string a', { headers, body: '{"a":"x"}' })).rejects.toThrow(
        'the method takes JSON or a form',
      );
    },
  );
});

describe('a union', () => {
  it('has one field, as the request and inside of it', async () => {
    const union = 'union U { 1: i32 a (api.query = "a") 2: string b (api.query = "b") }';
    const whole = `${union} service S { void M(1: U u) }`;
    expect(await bind(whole, { target: '/?b=x' })).toEqual({ u: { b: 'x' } });
    const problem = 'one field of the union expected';
    for (const target of ['/', '/?a=1&b=x']) {
      expect(await problemsOf(bind(whole, { target }))).toEqual({ request: problem });
    }
    const inner = withFields('1: U u', 'union U { 1: i32 a 2: string b }');
    for (const body of ['{"u":{}}', '{"u":{"a":1,"b":"x"}}']) {
      expect(await problemsOf(bind(inner, { body }))).toEqual({ u: problem });
    }
  });
});

describe('the parameters of a method', () => {
  const IN = 'struct In { 1: optional i32 n }';

  it('are fields if there are several, or if the only one is not a struct', async () => {
    const several = `${IN} service S { void M(1: i64 id (api.path = "id"), 2: In item, 3: string note) }`;
    expect(await bind(several, { path: { id: '7' }, body: '{"item":{"n":1},"note":"x"}' })).toEqual(
      { id: 7n, item: { n: 1 }, note: 'x' },
    );
    const scalar = 'service S { void M(1: required i64 id) }';
    expect(await bind(scalar, { verb: 'GET', target: '/?id=7' })).toEqual({ id: 7n });
    expect(await bind('service S { void M() }', { body: 'anything' })).toEqual({});
  });

  it('that are structs in a place of text are JSON', async () => {
    const idl = `${IN} service S { void M(1: In item (api.query = "item")) }`;
    expect(await bind(idl, { target: '/?item={"n":1}' })).toEqual({ item: { n: 1 } });
  });
});

describe('a request that is wrong', () => {
  it('is rejected with the first twenty places, and without the values', async () => {
    const fields = Array.from({ length: 30 }, (_, index) => `${index + 1}: i32 f${index}`);
    const body = JSON.stringify(
      Object.fromEntries(fields.map((_, index) => [`f${index}`, 'secret'])),
    );
    const bound = fieldsOf(fields.join(' '), { body });
    await expect(bound).rejects.toThrow('invalid request: f0: i32 expected (and 29 more)');
    const problems = await problemsOf(bound);
    expect(Object.keys(problems)).toHaveLength(20);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });

  it('has places of at most 200 characters', async () => {
    const key = 'k'.repeat(5_000);
    const bound = fieldsOf('1: map<string,i32> a', { body: `{"a":{"${key}":"x"}}` });
    const [place] = Object.keys(await problemsOf(bound));
    expect(place).toHaveLength(201);
  });
});

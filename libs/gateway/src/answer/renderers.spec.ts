import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { BizStatusError, ThriftException } from '@nestjs-thrift/microservice';
import { businessCodes } from './error-enums.js';
import { type ErrorOptions, ErrorRenderer } from './error-renderer.js';
import { type I64InJson, JsonWriters } from './json-writers.js';
import { ResultRenderer } from './result-renderer.js';

/** The answer for a result of the first method of an IDL, with the remarks about it. */
function render(idl: string, result: unknown, i64: I64InJson = 'idl', baseRespStatus?: number) {
  const schema = loadSchemaFromText(idl);
  const [method] = schema.files['main.thrift']!.services[0]!.methods;
  const remarks: string[] = [];
  const options = { cookies: {}, baseRespStatus };
  const renderer = new ResultRenderer(method!, schema, new JsonWriters(schema, i64), options);
  const answer = renderer.render(result, (remark) => remarks.push(remark));
  return { ...answer, headers: answer.headers.map((header) => header.join(': ')), remarks };
}

/** An IDL with one method whose result has the fields. */
const withFields = (fields: string, types = '') =>
  `${types} struct R { ${fields} } service S { R M() (api.get = "/") }`;

const JSON_HEADER = 'Content-Type: application/json; charset=utf-8';

describe('the body of a result', () => {
  it('has the keys of api.body and go.tag in the order of the IDL', () => {
    const idl = withFields(
      '1: i32 b 2: i32 a (api.body = "A") 3: i32 c (go.tag = \'json:"C,omitempty"\') 4: i32 q (api.query = "x") 5: i32 p (api.path = "y")',
    );
    expect(render(idl, { p: 5, q: 4, c: 3, a: 2, b: 1 })).toEqual({
      status: 200,
      headers: [JSON_HEADER],
      body: '{"b":1,"A":2,"C":3,"q":4,"p":5}',
      remarks: [],
    });
  });

  it('has no hidden field at any depth, and api.http_code inside of structs alone', () => {
    const idl = withFields(
      '1: string a (api.none = "") 2: string b (go.tag = \'json:"-"\') 3: i32 code (api.http_code = "") 4: list<In> l',
      'struct In { 1: string a (api.none = "") 2: i32 code (api.http_code = "") 3: i32 n (api.header = "N") 4: i32 m (api.body = "x") }',
    );
    const inner = { a: 'x', code: 404, n: 1, m: 2 };
    expect(render(idl, { a: 'x', b: 'x', code: 201, l: [inner] })).toMatchObject({
      status: 201,
      body: '{"l":[{"code":404,"n":1,"m":2}]}',
    });
  });

  it('has every digit of an i64, as text with api.js_conv or the option', () => {
    const idl = withFields(
      '1: i64 n 2: i64 t (api.js_conv = "") 3: map<string, list<i64>> m (api.js_conv = "") 4: map<i64, i64> k',
    );
    const big = 9_007_199_254_740_993n;
    const result = { n: big, t: big, m: { x: [big] }, k: new Map([[big, big]]) };
    const [digits, text] = [`${big}`, `"${big}"`];
    expect(render(idl, result).body).toBe(
      `{"n":${digits},"t":${text},"m":{"x":[${text}]},"k":{${text}:${digits}}}`,
    );
    expect(render(idl, result, 'string').body).toBe(
      `{"n":${text},"t":${text},"m":{"x":[${text}]},"k":{${text}:${text}}}`,
    );
  });

  it('has bytes, numbers that are none, sets, keys and names as JSON can have them', () => {
    const idl = withFields(
      '1: binary b 2: double d 3: double i 4: set<i32> s 5: map<In, i32> m 6: map<bool, i32> t 7: uuid u 8: string toString',
      'struct In { 1: i32 n }',
    );
    const result = {
      b: Buffer.from([255]),
      d: Number.NaN,
      i: -Infinity,
      s: new Set([1, 2]),
      m: new Map([[{ n: 1 }, 2]]),
      t: new Map([[true, 1]]),
      u: '00112233-4455-6677-8899-aabbccddeeff',
    };
    expect(render(idl, result).body).toBe(
      '{"b":"/w==","d":"NaN","i":"-Infinity","s":[1,2],"m":[[{"n":1},2]],"t":{"true":1},' +
        '"u":"00112233-4455-6677-8899-aabbccddeeff"}',
    );
  });

  it.each<[string, unknown, object]>([
    ['string', 'hi', { status: 200, body: '"hi"', headers: [JSON_HEADER] }],
    ['i64', 42n, { status: 200, body: '42', headers: [JSON_HEADER] }],
    ['list<bool>', [true], { status: 200, body: '[true]', headers: [JSON_HEADER] }],
    ['void', undefined, { status: 204, body: undefined, headers: [] }],
    ['oneway void', undefined, { status: 202, body: undefined, headers: [] }],
  ])('of type %s is the JSON of the value, or none', (type, result, expected) => {
    const idl = `service S { ${type} M() (api.get = "/") }`;
    expect(render(idl, result)).toMatchObject(expected);
  });

  it('is the bytes of api.raw_body, with the type of a header', () => {
    const idl = withFields(
      '1: string type (api.header = "content-type") 2: binary b (api.raw_body = "") 3: i32 n',
    );
    expect(render(idl, { b: Buffer.from('x'), n: 1 })).toMatchObject({
      headers: ['Content-Type: application/octet-stream'],
      body: Buffer.from('x'),
    });
    expect(render(idl, { type: 'image/png', b: Buffer.from('x') })).toMatchObject({
      headers: ['content-type: image/png'],
    });
    expect(render(idl, { n: 1 })).toMatchObject({ headers: [JSON_HEADER], body: '{"n":1}' });
  });
});

describe('the status of a result', () => {
  const IDL = withFields('1: i32 code (api.http_code = "") 2: i32 n');

  it.each([
    [200, []],
    [299, []],
    [599, []],
    [0, []],
    [undefined, []],
    [199, ['the status 199 is not between 200 and 599']],
    [600, ['the status 600 is not between 200 and 599']],
    [-1, ['the status -1 is not between 200 and 599']],
  ])('%s is sent from 200 to 599, and remarked on else', (code, remarks) => {
    const isStatus = code !== undefined && code !== 0 && remarks.length === 0;
    expect(render(IDL, { code, n: 1 })).toMatchObject({
      status: isStatus ? code : 200,
      body: '{"n":1}',
      remarks,
    });
  });

  it.each([204, 205, 304])('%i has no body', (code) => {
    expect(render(IDL, { code, n: 1 })).toMatchObject({
      status: code,
      headers: [],
      body: undefined,
    });
  });

  it('is that of a bad base response, where the gateway is configured so', () => {
    const base = 'struct Base { 1: i32 StatusCode }';
    for (const name of ['baseResp', 'BaseResp']) {
      const idl = withFields(`255: Base ${name}`, base);
      expect(render(idl, { [name]: { StatusCode: 7 } }, 'idl', 500).status).toBe(500);
      expect(render(idl, { [name]: { StatusCode: 0 } }, 'idl', 500).status).toBe(200);
      expect(render(idl, { [name]: { StatusCode: 7 } }).status).toBe(200);
    }
  });
});

describe('headers and cookies of a result', () => {
  const IDL = withFields(
    '1: bool b (api.header = "B") 2: list<i32> l (api.header = "L") 3: In s (api.header = "S") 4: binary x (api.header = "X") ' +
      '5: string t (api.header = "T") 6: string c (api.cookie = "c") 7: i64 n (api.header = "N")',
    'struct In { 1: i32 n }',
  );

  it('are texts: lists with commas, structs as JSON, bytes as base64', () => {
    const big = 9_007_199_254_740_993n;
    const result = { b: false, l: [1, 2], s: { n: 1 }, x: Buffer.from('x'), c: 'a b', n: big };
    expect(render(IDL, result).headers).toEqual([
      'B: false',
      'L: 1,2',
      'S: {"n":1}',
      'X: eA==',
      'Set-Cookie: c="a b"; Path=/',
      `N: ${big}`,
      JSON_HEADER,
    ]);
  });

  it.each(['a\r\nX-Evil: 1', 'a\nb', 'a\u0000b', 'a\u007fb', '你'])(
    'are left out with a remark where a header cannot have the value %j',
    (text) => {
      const { headers, remarks } = render(IDL, { t: text });
      expect(headers).toEqual([JSON_HEADER]);
      expect(remarks).toEqual([expect.stringContaining('the header T was left out')]);
    },
  );

  it.each(['a; Domain=evil.example', 'a"b', 'a\\b', 'a\r\nb', 'é'])(
    'are left out with a remark where a cookie cannot have the value %j',
    (text) => {
      const { headers, remarks } = render(IDL, { c: text });
      expect(headers).toEqual([JSON_HEADER]);
      expect(remarks).toEqual([expect.stringContaining('the cookie c was left out')]);
    },
  );

  it('may have characters of latin1', () => {
    expect(render(IDL, { t: 'é' }).headers).toContain('T: é');
  });
});

describe('an error', () => {
  class Missing extends ThriftException {
    override readonly name = 'Missing';
    declare status?: number;
    declare trace?: string;
  }

  function renderError(error: Error, options: Partial<ErrorOptions> = {}, extra = '') {
    const schema = loadSchemaFromText(`${extra}
      exception Missing { 1: i32 status (api.http_code = "") 2: string trace (api.header = "X-Trace") 3: string message 4: string hidden (api.none = "") }
      service S { void M() throws (1: Missing missing) (api.get = "/") }`);
    const [method] = schema.files['main.thrift']!.services[0]!.methods;
    const renderer = new ErrorRenderer(method!, schema, new JsonWriters(schema, 'idl'), {
      cookies: {},
      statuses: {},
      businessCodes: businessCodes(schema, extra === '' ? [] : ['Codes']),
      problemDetails: false,
      ...options,
    });
    const remarks: string[] = [];
    const { status, headers, body } = renderer.render(error, (remark) => remarks.push(remark));
    return { status, headers, body: JSON.parse(String(body)) as unknown, remarks };
  }

  function missing(fields: object): Missing {
    return Object.assign(new Missing('gone'), fields);
  }

  it('that is declared has the status of its field, else that of its name, else 422', () => {
    const statuses = { Missing: 404 };
    expect(renderError(missing({ status: 410 }), { statuses }).status).toBe(410);
    expect(renderError(missing({}), { statuses }).status).toBe(404);
    expect(renderError(missing({}))).toMatchObject({ status: 422, remarks: [] });
    expect(renderError(missing({ status: 999 }))).toMatchObject({
      status: 422,
      remarks: ['the status 999 is not between 200 and 599'],
    });
  });

  it('that is declared has headers, and its fields without hidden ones', () => {
    const { headers, body } = renderError(missing({ status: 409, trace: 't-1', hidden: 'x' }));
    expect(headers).toContainEqual(['X-Trace', 't-1']);
    expect(body).toEqual({ statusCode: 409, error: 'Missing', message: 'gone' });
  });

  it('of a business status has the status of the application, else that of the IDL, else 422', () => {
    const codes = `enum Codes { GONE = 7 (api.http_code = "410", api.http_message = "gone for good") PLAIN = 8 }`;
    const error = new BizStatusError(7, '', { k: 'v' });
    expect(renderError(error, { statuses: { 7: 404 } }, codes).status).toBe(404);
    expect(renderError(error, {}, codes)).toMatchObject({
      status: 410,
      body: { code: 7, message: 'gone for good', extra: { k: 'v' } },
    });
    expect(renderError(new BizStatusError(7, 'own'), {}, codes).body).toMatchObject({
      message: 'own',
    });
    expect(renderError(new BizStatusError(8, 'x'), {}, codes).status).toBe(422);
    expect(() => renderError(error, {}, codes.replace('410', '99'))).toThrow(
      'api.http_code of Codes.GONE must be from 200 to 599',
    );
  });

  it('is problem details, where the gateway is configured so', () => {
    const { headers, body } = renderError(new BizStatusError(7, 'no', { k: 'v' }), {
      problemDetails: true,
    });
    expect(headers).toEqual([['Content-Type', 'application/problem+json; charset=utf-8']]);
    expect(body).toMatchObject({ type: 'about:blank', status: 422, detail: 'no', code: 7 });
  });

  it('of another kind has no text of the inside', () => {
    const { status, body } = renderError(new Error('10.0.0.7 refused'));
    expect(status).toBe(502);
    expect(body).toEqual({ statusCode: 502, error: 'Bad Gateway', code: 'UNKNOWN' });
  });
});

import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { generateOpenApi } from './generate-open-api.js';

const IDL = `
/** What state a user is in. */
enum State { ACTIVE = 1, GONE = 2 }
/** Somebody. */
struct User {
  /** Never used twice. */
  1: required i64 id (api.js_conv = ""),
  2: State state = State.ACTIVE,
  3: optional list<User> friends,
  4: optional string secret (api.none = ""),
  5: optional binary picture (go.tag = 'json:"image,omitempty"'),
}
struct GetUser {
  1: required i64 id (api.path = "id"),
  2: optional list<string> fields (api.query = "fields"),
  3: optional string tenant (api.header = "X-Tenant"),
  4: optional map<string, string> filter,
  5: i32 page = 1 (api.query = "page", vt.gt = "0"),
}
struct SaveUser { 1: required User user, 2: optional binary upload (api.form = "file") }
exception Missing { 1: i32 status = 404 (api.http_code = ""), 2: string message }
exception Busy { 1: string message }
/** Keeps users. */
service Users {
  /** One user. */
  User Get(1: GetUser request) throws (1: Missing missing, 2: Busy busy) (api.get = "/users/:id", deprecated = "true")
  void Save(1: SaveUser request) (api.put = "/users/:id", api.post = "/users")
  oneway void Note(1: string text) (api.post = "/notes", api.category = "notes")
  list<i64> Ids() (api.get = "/ids")
  binary File(1: string rest (api.path = "rest")) (api.get = "/files/*rest")
  void Hidden()
}`;

describe('generateOpenApi', () => {
  const document = generateOpenApi(loadSchemaFromText(IDL), {
    title: 'Users',
    statuses: { Busy: 429 },
  });

  it('has a path for each route, with the parameters of its fields', () => {
    expect(Object.keys(document.paths)).toEqual([
      '/users/{id}',
      '/users',
      '/notes',
      '/ids',
      '/files/{rest}',
    ]);
    const get = document.paths['/users/{id}']!['get']!;
    expect(get).toMatchObject({
      operationId: 'Users_Get',
      tags: ['Users'],
      description: 'One user.',
      deprecated: true,
      parameters: [
        { name: 'id', in: 'path', required: true, schema: { type: ['integer', 'string'] } },
        { name: 'fields', in: 'query', style: 'form', explode: true },
        { name: 'X-Tenant', in: 'header', schema: { type: 'string' } },
        { name: 'filter', in: 'query', content: { 'application/json': {} } },
        { name: 'page', in: 'query', schema: { default: 1, exclusiveMinimum: 0 } },
      ],
    });
    expect(get).not.toHaveProperty('requestBody');
  });

  it('has bodies by media type', () => {
    const { requestBody, parameters } = document.paths['/users/{id}']!['put']!;
    expect(parameters).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    ]);
    expect(Object.keys(requestBody!.content)).toEqual([
      'application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
    ]);
    expect(requestBody!.content['application/json']!.schema).toMatchObject({
      title: 'SaveUser',
      required: ['user'],
      properties: { user: { $ref: '#/components/schemas/UserInput' }, file: { type: 'string' } },
    });
  });

  it('tells what is sent from what is sent back where they differ', () => {
    const { schemas } = document.components;
    expect(schemas['User']).toMatchObject({
      description: 'Somebody.',
      required: ['id', 'state'],
      properties: {
        id: { type: 'string', format: 'int64', description: 'Never used twice.' },
        friends: { type: 'array', items: { $ref: '#/components/schemas/User' } },
        image: { type: 'string', contentEncoding: 'base64' },
      },
    });
    expect(schemas['User']!.properties).not.toHaveProperty('secret');
    expect(schemas['UserInput']).toMatchObject({
      required: ['id'],
      properties: { id: { type: ['integer', 'string'] } },
    });
    expect(schemas['State']).toMatchObject({
      type: 'integer',
      'x-enum-varnames': ['ACTIVE', 'GONE'],
    });
  });

  it('has responses by status', () => {
    const { responses } = document.paths['/users/{id}']!['get']!;
    expect(Object.keys(responses)).toEqual(
      expect.arrayContaining(['200', '400', '404', '422', '429', '502', '503', '504']),
    );
    expect(JSON.stringify(responses['404'])).toContain('"const":"Missing"');
    expect(JSON.stringify(responses['429'])).toContain('"const":"Busy"');
    expect(document.paths['/users']!['post']!.responses).toHaveProperty('204');
    expect(document.paths['/notes']!['post']!.responses).toHaveProperty('202');
    expect(document.paths['/ids']!['get']!.responses['200']).toMatchObject({
      content: { 'application/json': { schema: { type: 'array' } } },
    });
  });

  it('has a tag for each service and category', () => {
    expect(document.tags).toEqual([
      { name: 'Users', description: 'Keeps users.' },
      { name: 'notes' },
    ]);
  });

  it('describes the rest of a path, for which OpenAPI has no parameter', () => {
    expect(document.paths['/files/{rest}']!['get']!.parameters).toEqual([
      {
        name: 'rest',
        in: 'path',
        description: 'The rest of the path, with its slashes.',
        required: true,
        schema: { type: 'string' },
      },
    ]);
  });

  it('has the bodies of all verbs but GET and HEAD, and unannotated fields where they are read first', () => {
    const { paths } = generateOpenApi(
      loadSchemaFromText(`
        struct Req { 1: string own 2: string body (api.body = "b") 3: binary raw (api.raw_body = "") }
        service S { void M(1: Req req) (api.get = "/a", api.head = "/b", api.delete = "/c", api.any = "/d") }`),
    );
    const bodyOf = (path: string, verb: string) => paths[path]![verb]!.requestBody?.content;
    const parametersOf = (path: string, verb: string) =>
      (paths[path]![verb]!.parameters ?? []).map(({ name }) => name);
    expect([bodyOf('/a', 'get'), bodyOf('/b', 'head'), bodyOf('/d', 'get')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(Object.keys(bodyOf('/c', 'delete')!)).toEqual([
      'application/json',
      'application/octet-stream',
    ]);
    expect(bodyOf('/c', 'delete')!['application/json']!.schema!.properties).toEqual({
      b: { type: 'string' },
    });
    expect([parametersOf('/a', 'get'), parametersOf('/c', 'delete')]).toEqual([['own'], ['own']]);
    expect(Object.keys(bodyOf('/d', 'post')!['application/json']!.schema!.properties!)).toEqual([
      'own',
      'b',
    ]);
    expect(Object.keys(paths['/d']!)).toEqual(['get', 'post', 'put', 'patch', 'delete']);
  });

  it('names definitions of one name by their files', () => {
    const schema = loadSchemaFromText(
      'include "common/base.thrift" struct User { 1: base.User other } service S { User Get() (api.get = "/a") }',
      { includes: { 'common/base.thrift': 'struct User { 1: string name }' } },
    );
    const { schemas } = generateOpenApi(schema).components;
    expect(Object.keys(schemas)).toEqual(['common.base.User', 'main.User']);
  });

  it('is for requests as open as the gateway: no null, other fields, numbers of newer members', () => {
    const text = JSON.stringify(document);
    expect(text).not.toContain('additionalProperties":false');
    expect(text).not.toContain('"null"');
    const { schemas } = document.components;
    expect(schemas['State']).not.toHaveProperty('enum');
    expect(schemas['UserInput']!.properties!['state']).toMatchObject({
      $ref: '#/components/schemas/StateInput',
    });
    expect(schemas['StateInput']).toMatchObject({ type: ['integer', 'string'] });
  });

  it('has cookies, lists in headers, unions and texts of i64 as the gateway reads and writes them', () => {
    const { paths, components } = generateOpenApi(
      loadSchemaFromText(`
        union U { 1: i32 a 2: string b }
        struct Req { 1: string c (api.cookie = "c") 2: list<i32> h (api.header = "H") 3: U u (api.query = "u") }
        struct Res { 1: i64 id 2: string jar (api.cookie = "jar") 3: i32 code (api.http_code = "") 4: i32 n (api.header = "N") }
        service S { Res M(1: Req req) (api.post = "/a") U V() (api.get = "/v") }`),
      { i64: 'string' },
    );
    const { parameters, responses } = paths['/a']!['post']!;
    // By default cookies have the style form, and headers the style simple.
    expect(parameters).toEqual([
      { name: 'c', in: 'cookie', schema: { type: 'string' } },
      { name: 'H', in: 'header', schema: { type: 'array', items: expect.anything() } },
      { name: 'u', in: 'query', content: { 'application/json': { schema: expect.anything() } } },
    ]);
    expect(responses['200']).toMatchObject({
      headers: { 'Set-Cookie': { schema: { type: 'string' } }, N: { schema: { type: 'integer' } } },
      content: { 'application/json': { schema: { properties: { id: { type: 'string' } } } } },
    });
    expect(responses).toHaveProperty('default');
    expect(components.schemas['U']).toMatchObject({ minProperties: 1, maxProperties: 1 });
  });

  it('has the prefix, the servers and only the services asked for', () => {
    const schema = loadSchemaFromText(IDL);
    const other = generateOpenApi(schema, {
      prefix: 'api/',
      servers: ['https://api.example'],
      without: ['Users.Get'],
      expose: 'all',
    });
    expect(other.servers).toEqual([{ url: 'https://api.example' }]);
    expect(other.paths['/api/users/{id}']).not.toHaveProperty('get');
    expect(other.paths).toHaveProperty(['/api/Users/Hidden', 'post']);
    expect(() => generateOpenApi(schema, { services: ['Gone'] })).toThrow('has no service Gone');
  });

  it('rejects routes that cannot be served', () => {
    const schema = loadSchemaFromText('service S { void M() (api.get = "x") }');
    expect(() => generateOpenApi(schema)).toThrow('main.thrift:1:18: GET "x" of M');
  });

  it('has what annotations of OpenAPI say, last', () => {
    const { info, paths, components } = generateOpenApi(
      loadSchemaFromText(`
        struct Req {
          1: string name (api.query = "name", openapi.parameter = '{ description: "who", example: "Ada" }'),
        }
        struct Res {
          1: string name (openapi.property = '{ max_length: 255, title: "Name" }'),
        } (openapi.schema = "{ min_properties: 1 }")
        service S {
          list<Res> Get(1: Req req) (api.get = "/s", openapi.operation = '{ summary: "Get it", tags: ["own"], responses: { "404": { description: "none" } } }')
        } (openapi.document = '{ info: { title: "Own", contact: { name: "us" } } }')`),
    );
    expect(info).toEqual({ title: 'Own', version: '1.0.0', contact: { name: 'us' } });
    const operation = paths['/s']?.['get'];
    expect(operation).toMatchObject({
      summary: 'Get it',
      tags: ['own'],
      parameters: [{ name: 'name', description: 'who', example: 'Ada' }],
      responses: { 404: { description: 'none' }, 200: {} },
    });
    expect(components.schemas['Res']).toMatchObject({
      minProperties: 1,
      properties: { name: { type: 'string', maxLength: 255, title: 'Name' } },
    });
    const broken = (text: string) =>
      loadSchemaFromText(`service S { void A() (api.get = "/a", openapi.operation = '${text}') }`);
    expect(() => generateOpenApi(broken('{'))).toThrow('openapi.operation of A is not JSON');
    expect(() => generateOpenApi(broken('[]'))).toThrow('openapi.operation of A must be an object');
  });

  it('has the security that the application requires of methods', () => {
    const schema = loadSchemaFromText(
      'service S { void A() (api.get = "/a") void B() (api.get = "/b") }',
    );
    const securitySchemes = { bearer: { type: 'http', scheme: 'bearer' } };
    const document = generateOpenApi(schema, {
      security: { 'S.*': [{ bearer: [] }], 'S.B': [] },
      securitySchemes,
    });
    expect(document.components.securitySchemes).toEqual(securitySchemes);
    expect(document.paths['/a']?.['get']?.security).toEqual([{ bearer: [] }]);
    expect(document.paths['/b']?.['get']?.security).toEqual([]);
    const withSecurity = (security: Record<string, []>) => generateOpenApi(schema, { security });
    expect(() => withSecurity({ 'S.C': [] })).toThrow('security names S.C, which has no route');
    expect(() => generateOpenApi(schema, { security: { 'S.A': [{ key: [] }] } })).toThrow(
      'names key, which securitySchemes does not have',
    );
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { loadSchemaFromText } from '../loader/load-schema.js';
import { httpRoutes } from './route.js';

const STARTUP = join(import.meta.dirname, '../../../../test/gateway/idl/startup');

function routesOf(text: string, expose?: 'all') {
  const schema = loadSchemaFromText(text);
  const services = schema.files['main.thrift']!.services.map(({ name }) => ({
    file: 'main.thrift',
    name,
  }));
  const { routes, faults } = httpRoutes(schema, services, expose);
  return {
    routes: routes.map(
      ({ verb, path, service, method }) => `${verb} ${path} ${service}.${method.name}`,
    ),
    faults: faults.map(({ message, position }) => `${position.line}: ${message}`),
  };
}

const method = (path: string) => `struct R {} service S { R M(1: R r) (api.get = "${path}") }`;

describe('routes of services', () => {
  it('are one for each annotation and each of its values', () => {
    expect(
      routesOf(
        'service S { void M() (api.get = "/a", api.post = "/a", api.get = "/b", api.version = "1") }',
      ),
    ).toEqual({
      routes: ['GET /a S.M', 'GET /b S.M', 'POST /a S.M'],
      faults: [],
    });
  });

  it('include those of inherited methods', () => {
    expect(
      routesOf(
        'service A { void M() (api.get = "/a") } service B extends A { void N() (api.any = "/b") }',
      ).routes,
    ).toEqual(['GET /a A.M', 'ANY /b B.N']);
  });

  it('are all methods, if asked for', () => {
    expect(routesOf('service S { void M(), void N() (api.put = "/n") }', 'all').routes).toEqual([
      'POST /S/M S.M',
      'PUT /n S.N',
    ]);
  });

  it.each([
    ['no-slash', 'the path must begin with /'],
    ['', 'the path is empty; it must begin with /'],
    ['/x/:', 'a parameter needs a name after the colon'],
    ['/x/:a:b', '":a:b" has two parameters in one segment'],
    ['/x/*all/y', '"*all" must be the last segment of the path'],
    ['/x/*', 'the rest of a path needs a name after the star'],
    [
      '/x/(y)',
      'the path has a ( outside the name of a parameter, which routers do not take as text',
    ],
    ['/x#y', 'the path has a character that no request can send'],
    ['/:a/:a', 'the parameter a stands in the path twice'],
  ])('have a fault for the path %j', (path, fault) => {
    expect(routesOf(method(path))).toEqual({
      routes: [],
      faults: [`1: GET "${path}" of M: ${fault}`],
    });
  });

  it('may have any text up to a slash as a name, and text before a parameter', () => {
    expect(routesOf(method('/v:api-version/:user.id')).faults).toEqual([]);
  });

  const STARTUPS = globSync('*.thrift', { cwd: STARTUP }).map((file) =>
    file.replace('.thrift', ''),
  );
  /** IDL that Kitex does not start with either. */
  const FAULTS: Readonly<Record<string, string>> = {
    'duplicate-route': 'takes the same requests already',
    'same-shape-other-name': 'takes the same requests already',
    'empty-path': 'the path is empty',
    'no-leading-slash': 'the path must begin with /',
    'unnamed-parameter': 'a parameter needs a name after the colon',
    'two-in-a-segment': 'has two parameters in one segment',
    'wildcard-inside': 'must be the last segment of the path',
  };

  it.each(STARTUPS)('have a fault for %s where Kitex has one, and none else', (name) => {
    const { faults } = routesOf(readFileSync(join(STARTUP, `${name}.thrift`), 'utf8'));
    const expected = FAULTS[name];
    expect(faults).toHaveLength(expected === undefined ? 0 : 1);
    expect(faults.join('')).toContain(expected ?? '');
  });

  it('that several services inherit are those of the first service', () => {
    const text = readFileSync(join(STARTUP, 'extends.thrift'), 'utf8');
    expect(routesOf(text)).toEqual({ routes: ['GET /a A.M', 'GET /b B.N'], faults: [] });
  });

  it('of names in capitals are none, and api.patch is one', () => {
    const routesIn = (name: string) =>
      routesOf(readFileSync(join(STARTUP, `${name}.thrift`), 'utf8')).routes;
    expect(routesIn('upper-case')).toEqual([]);
    expect(routesIn('no-route')).toEqual([]);
    expect(routesIn('unknown-verb')).toEqual(['PATCH /x S.M']);
  });

  it('meet api.any under every verb', () => {
    expect(
      routesOf('service S { void M() (api.get = "/a"), void N() (api.any = "/a") }').faults,
    ).toHaveLength(1);
  });
});

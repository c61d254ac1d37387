import { readFileSync } from 'node:fs';
import { join } from 'node:path';
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

  it.each(['duplicate-route', 'same-shape-other-name'])('have a fault for %s', (name) => {
    const { faults } = routesOf(readFileSync(join(STARTUP, `${name}.thrift`), 'utf8'));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('takes the same requests already');
  });

  it.each(['same-prefix-other-name', 'two-services', 'two-arguments', 'no-arguments', 'odd-paths'])(
    'have none for %s',
    (name) => {
      const text = readFileSync(join(STARTUP, `${name}.thrift`), 'utf8');
      expect(routesOf(text).faults).toEqual([]);
    },
  );

  it('meet api.any under every verb', () => {
    expect(
      routesOf('service S { void M() (api.get = "/a"), void N() (api.any = "/a") }').faults,
    ).toHaveLength(1);
  });
});

import { loadSchemaFromText } from '@nestjs-thrift/idl';
import { routeSlots, routerPath } from './route-slot.js';

const SERVICES = [{ service: 'S', client: 's' }];

function slots(idl: string, options = {}) {
  const schema = loadSchemaFromText(idl);
  return routeSlots(schema, { idl: { path: 'main.thrift' }, services: SERVICES, ...options });
}

describe('the routes of a gateway', () => {
  it('have the more specific ones first', () => {
    const idl =
      'service S { void A() (api.get = "/u/*rest") void B() (api.get = "/u/:id") void C() (api.get = "/u/me") void D() (api.get = "/u/v:n") }';
    expect(slots(idl).map(({ route }) => route.path)).toEqual([
      '/u/me',
      '/u/v:n',
      '/u/:id',
      '/u/*rest',
    ]);
  });

  it('are written as each router takes them', () => {
    const [slot] = slots('service S { void A() (api.get = "/u/:user.id/*rest") }');
    expect(routerPath(slot!, 'express')).toBe('/u/:p0/{*p1}');
    expect(routerPath(slot!, 'fastify')).toBe('/u/:p0/*');
  });

  it('are an error with its line where they cannot be served', () => {
    expect(() => slots('service S { void A() (api.get = "a") }')).toThrow(
      'main.thrift:1:18: GET "a" of A',
    );
    expect(() => slots('service S { void A() }')).toThrow('no method of S has a route annotation');
    expect(() => slots('service T { void A() }')).toThrow('main.thrift has no service S; it has T');
  });

  it('leave methods with streams in both directions to controllers', () => {
    const idl =
      'struct A {} service S { A A(1: A a) (streaming.mode = "bidirectional", api.get = "/a") void B() (api.get = "/b") }';
    expect(() => slots(idl)).toThrow('S.A has streams in both directions');
    expect(slots(idl, { override: { 'S.A': class {} } })).toHaveLength(1);
  });

  it('serve streams in one direction, exposed by an annotation or with all others', () => {
    const idl =
      'struct A {} service S { A A(1: A a) (streaming.mode = "server") A B(1: A a) (streaming.mode = "client", api.post = "/b") A C(1: A a) (streaming.mode = "bidirectional") }';
    expect(slots(idl).map(({ route }) => route.path)).toEqual(['/b']);
    expect(slots(idl, { expose: 'all' }).map(({ route }) => route.path)).toEqual(['/S/A', '/b']);
  });
});

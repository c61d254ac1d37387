import { ThriftGatewayModule, type ThriftGatewayModuleOptions } from './thrift-gateway.module.js';

async function wrong(
  options: unknown,
  method: 'forRoot' | 'forRootAsync' = 'forRoot',
): Promise<string[]> {
  const error: unknown = await ThriftGatewayModule[method](options as never).catch(
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(TypeError);
  return (error as Error).message.split('\n');
}

describe('options of ThriftGatewayModule', () => {
  const routes = {
    idl: { path: 'users.thrift' },
    services: [{ service: 'Users', client: 'users' }],
  };

  it('are checked together, routes and others', async () => {
    const options = {
      idl: { paths: 'users.thrift' },
      services: [
        { service: 'Users', client: 'users', endpoints: ['127.0.0.1:1'] },
        { service: '', endpoint: ['127.0.0.1:1'] },
        { service: 'Users', client: undefined },
        undefined,
      ],
      expose: 'everything',
      override: { 'Users.Get': {} },
      imports: [undefined],
      decorates: {},
      decorate: { 'Users.Get': ['guard'] },
      i64: 'number',
      firstItemMs: 1.5,
      cookies: { session: { httponly: true, sameSite: 'Strict', maxAgeSeconds: '60' } },
    };
    expect(await wrong(options)).toEqual([
      'unknown option gateway.decorates; did you mean decorate?',
      'unknown option gateway.idl.paths; did you mean path?',
      'gateway.idl.path is missing; it must be a non-empty string',
      'unknown option gateway.services[0].endpoints; allowed: service, client',
      'unknown option gateway.services[1].endpoint; did you mean endpoints?',
      'gateway.services[1].service must be a service definition or its name in the IDL; got the string ""',
      'gateway.services[2].client is missing; it must be a non-empty string',
      'gateway.services[3] must be an object of options; got undefined; is an environment variable not set?',
      "gateway.expose must be one of 'annotated', 'all'; got the string \"everything\"",
      'gateway.override.Users.Get must be a controller class; got an object',
      'gateway.imports[0] must be a module; got undefined; do two files import each other?',
      'gateway.decorate.Users.Get[0] must be a function; got the string "guard"',
      "gateway.i64 must be one of 'idl', 'string'; got the string \"number\"",
      'gateway.firstItemMs must be milliseconds, an integer from 0 to 2147483647; got 1.5',
      'unknown option gateway.cookies.session.httponly; did you mean httpOnly?',
      'gateway.cookies.session.maxAgeSeconds must be an integer of 0 or more; got the string "60"',
      "gateway.cookies.session.sameSite must be one of 'strict', 'lax', 'none'; got the string \"Strict\"",
    ]);
  });

  it.each<[unknown, string]>([
    [undefined, 'gateway.idl is missing; it must be an object of options'],
    [
      { ...routes, services: [] },
      'gateway.services must be an array of at least 1, each an object of options; got an array of 0',
    ],
  ])('names what is missing in %j', async (options, problem) => {
    expect(await wrong(options)).toContain(problem);
  });

  it('are checked of forRootAsync, what its factory makes aside', async () => {
    const options: Partial<ThriftGatewayModuleOptions> = { ...routes, i64: 'string' };
    expect(await wrong({ ...options, inject: [undefined] }, 'forRootAsync')).toEqual([
      'unknown option gateway.i64; did you mean idl?',
      'gateway.useFactory is missing; it must be a function',
      'gateway.inject[0] must be a provider token; got undefined; do two files import each other?',
    ]);
  });
});

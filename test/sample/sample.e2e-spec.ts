import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { ChildApp } from '#test/child-app.js';
import { listenOnFreePort } from '#test/ports.js';
import { DEGRADED } from '#test/nest-version.js';

const folder = mkdtempSync(join(tmpdir(), 'sample-'));
const governanceFile = join(folder, 'governance.yaml');
let service: ChildApp;
let gateway: ChildApp;
let base: string;
let serviceAdmin: string;
let gatewayAdmin: string;

beforeAll(async () => {
  writeFileSync(governanceFile, 'services: {}\n');
  service = new ChildApp('apps/user-service/src/main.ts', {
    THRIFT_PORT: '0',
    ADMIN_PORT: '0',
    GOVERNANCE_FILE: governanceFile,
  });
  const thriftPort = await service.port('UserService listens on port ');
  gateway = new ChildApp('apps/gateway/src/main.ts', {
    USER_SERVICE: `127.0.0.1:${thriftPort}`,
    PORT: '0',
    ADMIN_PORT: '0',
  });
  base = `http://127.0.0.1:${await gateway.port('Gateway listens on ')}`;
  serviceAdmin = `http://127.0.0.1:${await service.port('probes and metrics on port ')}`;
  gatewayAdmin = `http://127.0.0.1:${await gateway.port('probes and metrics on port ')}`;
}, 120_000);

afterAll(async () => {
  await gateway.kill();
  await service.kill();
  rmSync(folder, { recursive: true });
});

const get = (path: string) => request(base).get(path);
const post = (path: string) => request(base).post(path);

/** Prometheus' own tool; tests that need it are skipped where it is missing. */
const withPromtool = spawnSync('promtool', ['--version']).status === 0 ? describe : describe.skip;

describe('the sample, driven over HTTP', () => {
  it('shows a user', async () => {
    const { body } = await get('/users/7').expect(200);
    expect(body).toEqual({
      user: {
        id: '7',
        name: 'user 7',
        email: 'user7@example.com',
        created_at: '1700000007000',
      },
    });
  });

  it('answers 404 for the declared exception', async () => {
    const { body } = await get('/users/999').expect(404);
    expect(body).toMatchObject({ error: 'UserNotFound', user_id: '999' });
  });

  it('answers 400 for the business status of a wrong argument', async () => {
    const { body } = await get('/users/-1').expect(400);
    expect(body).toMatchObject({ code: 1002, extra: { field: 'user_id' } });
  });

  it.each([
    ['an id that is not a number', get, '/users/abc', 400],
    ['a page size that is not a number', get, '/users?page_size=x', 400],
    ['a page size out of range', get, '/users?page_size=0', 400],
    ['a batch with an id that is not a number', get, '/users/batch?ids=1,x', 400],
    ['an empty body', post, '/users/1/actions', 400],
    ['a body that is not JSON', post, '/users/1/actions', 400, '{'],
    ['a body without an action', post, '/users/1/actions', 400, '{"acton":"login"}'],
    ['a declared exception', get, '/users/999', 404],
    ['a business status', get, '/users/batch?ids=1,777', 404],
    ['an unknown path', get, '/nothing', 404],
  ])('has one shape of error body: %s', async (_what, method, path, status, body = '') => {
    const request = method(path).set('x-request-id', 'r-19');
    const response = await (method === post
      ? request.set('content-type', 'application/json').send(body)
      : request);
    expect(response.status).toBe(status);
    expect(response.body).toMatchObject({
      statusCode: status,
      error: expect.stringMatching(/./),
      message: expect.stringMatching(/./),
      requestId: 'r-19',
    });
    expect(response.headers).toMatchObject({ 'x-request-id': 'r-19' });
    expect(response.headers).not.toHaveProperty('x-powered-by');
  });

  it('pages through all users', async () => {
    const ids: string[] = [];
    for (let after: string | undefined = '0'; after !== undefined;) {
      const response = await get(`/users?page_size=40&after_id=${after}`).expect(200);
      const page = response.body as { users: { id: string }[]; next_after_id?: string };
      ids.push(...page.users.map(({ id }) => id));
      after = page.next_after_id;
    }
    expect(ids).toEqual(Array.from({ length: 100 }, (_, index) => String(index + 1)));
  });

  it('reads a batch as an object keyed by id', async () => {
    const { body } = await get('/users/batch?ids=1,2').expect(200);
    expect(Object.keys((body as { users: object }).users)).toEqual(['1', '2']);
  });

  it('names the users a batch misses', async () => {
    const { body } = await get('/users/batch?ids=1,777').expect(404);
    expect(body).toMatchObject({ code: 1001, extra: { user_ids: '777' } });
  });

  it('names what is wrong with a request by its place', async () => {
    const { body } = await get('/users?page_size=x&after_id=y').expect(400);
    expect(body).toMatchObject({
      extra: { 'query page_size': 'i32 expected', 'query after_id': 'i64 expected' },
    });
  });

  it('takes an action without waiting for it', async () => {
    await request(base).post('/users/1/actions').send({ action: 'login' }).expect(202);
  });
});

describe('the sample in operation', () => {
  const appliedCount = (): number =>
    service.lines.filter(({ message }) => message === 'governance configuration applied').length;

  it('is alive and ready on the admin port of both', async () => {
    for (const admin of [serviceAdmin, gatewayAdmin]) {
      await request(admin).get('/health').expect(200);
      await request(admin).get('/ready').expect(200);
    }
    const { body } = await request(gatewayAdmin).get('/ready');
    expect(body).toMatchObject({ details: { users: { status: 'up', instances: 1 } } });
  });

  it('counts calls where they are served and where they are made', async () => {
    const served = await request(serviceAdmin).get('/metrics').expect(200);
    expect(served.text).toMatch(
      /^thrift_requests_total{service="UserService",method="GetUser",status="success"} [1-9]/m,
    );
    expect(served.text).toMatch(/^thrift_server_state{state="listening"} 1$/m);
    const made = await request(gatewayAdmin).get('/metrics').expect(200);
    expect(made.text).toMatch(
      /^thrift_client_requests_total{service="UserService",method="GetUser",status="success"} [1-9]/m,
    );
  });

  withPromtool('the metrics of the sample', () => {
    it('pass promtool check metrics', async () => {
      for (const admin of [serviceAdmin, gatewayAdmin]) {
        const { text } = await request(admin).get('/metrics');
        const checked = spawnSync('promtool', ['check', 'metrics'], {
          input: text,
          encoding: 'utf8',
        });
        expect(checked.stderr + checked.stdout).toBe('');
      }
    });
  });

  it('writes one line of JSON per call on either side, under the id of the HTTP request', async () => {
    const response = await get('/users/5').set('x-request-id', 'r-17').expect(200);
    expect(response.headers['x-request-id']).toBe('r-17');
    const ofCall = ({ context, requestId }: { context?: string; requestId?: unknown }) =>
      context === 'ThriftCall' && requestId === 'r-17';
    const common = { service: 'UserService', method: 'GetUser', outcome: 'success' };
    expect(await gateway.line(ofCall)).toMatchObject({ ...common, side: 'client' });
    expect(await service.line(ofCall)).toMatchObject({
      ...common,
      side: 'server',
      caller: 'example.gateway',
      durationMs: expect.any(Number),
    });
    expect(service.lines.filter(ofCall)).toHaveLength(1);
    expect(gateway.lines.filter(ofCall)).toHaveLength(1);
  });

  it('gives a request a new id if it has none, or an invalid one', async () => {
    const ids = [
      (await get('/users/5')).headers['x-request-id'],
      (await get('/users/5').set('x-request-id', 'a b; c')).headers['x-request-id'],
    ];
    for (const id of ids) {
      expect(id).toMatch(/^[\da-f-]{36}$/);
    }
  });

  it('keeps what callers prove themselves with out of its log', async () => {
    await get('/users/6').set('authorization', 'Bearer s3cret').set('x-request-id', 'r-18');
    const line = await gateway.line(
      ({ req }) => (req as { id?: string } | undefined)?.id === 'r-18',
    );
    expect(JSON.stringify(line)).not.toContain('s3cret');
  });

  it('follows its governance file, and keeps the last good one', async () => {
    writeFileSync(governanceFile, 'services: { example.user: { limit: { qps_limit: 1 } } }\n');
    await service.message('governance configuration applied');
    await Promise.all(Array.from({ length: 3 }, () => get('/users/1')));
    expect(await service.line(({ errorType }) => errorType === 'LIMIT_EXCEEDED')).toMatchObject({
      context: 'ThriftCall',
      outcome: 'failure',
    });
    writeFileSync(governanceFile, 'services: { example.user: { limit: { qps: 1 } } }\n');
    expect(await service.message('governance configuration refused')).toMatchObject({ level: 50 });
    writeFileSync(governanceFile, 'services: {}\n');
    await service.line(
      ({ message }) => message === 'governance configuration applied' && appliedCount() > 1,
    );
    await get('/users/1').expect(200);
  });

  it('ends with 0 on SIGTERM; without its service the gateway answers 503 and is degraded', async () => {
    expect(await service.terminate()).toEqual({ code: 0, signal: null });
    const { body } = await get('/users/1').expect(503);
    expect(body).toMatchObject({
      statusCode: 503,
      code: 'CONNECT_FAILED',
      requestId: expect.any(String),
    });
    const ready = await request(gatewayAdmin).get('/ready').expect(200);
    expect(ready.body).toMatchObject({ details: { users: DEGRADED } });
    expect(await gateway.terminate()).toEqual({ code: 0, signal: null });
  });

  it.each([
    ['user-service', 'THRIFT_PORT', 'eighty', 'must be a whole number of 0 or more, got "eighty"'],
    ['user-service', 'ADMIN_PORT', '70000', 'must be a port from 0 to 65535, got "70000"'],
    ['chat-service', 'WORD_MS', '0.5', 'must be a whole number of 0 or more, got "0.5"'],
    ['gateway', 'PORT', '-1', 'must be a whole number of 0 or more, got "-1"'],
  ])(
    '%s does not start with a wrong %s, and names it in one line',
    async (app, name, value, why) => {
      const ports = { THRIFT_PORT: '0', ADMIN_PORT: '0', PORT: '0' };
      const broken = new ChildApp(`apps/${app}/src/main.ts`, { ...ports, [name]: value });
      expect(await broken.exited).toMatchObject({ code: 1 });
      expect(broken.text).toBe(`${app} cannot start: ${name} ${why}`);
    },
  );

  it.each([
    ['user-service', 'THRIFT_PORT'],
    ['user-service', 'ADMIN_PORT'],
    ['chat-service', 'THRIFT_PORT'],
    ['chat-service', 'ADMIN_PORT'],
    ['gateway', 'PORT'],
    ['gateway', 'ADMIN_PORT'],
  ])('%s does not start when %s is in use, and names the port in one line', async (app, name) => {
    const taken = createServer();
    const port = await listenOnFreePort(taken);
    try {
      const ports = { THRIFT_PORT: '0', ADMIN_PORT: '0', PORT: '0' };
      const broken = new ChildApp(`apps/${app}/src/main.ts`, {
        ...ports,
        [name]: String(port),
        LOG_LEVEL: 'silent',
      });
      expect(await broken.exited).toMatchObject({ code: 1 });
      expect(broken.text).toMatch(new RegExp(`^${app} cannot start: .*${port}.*$`));
    } finally {
      taken.close();
    }
  });
});

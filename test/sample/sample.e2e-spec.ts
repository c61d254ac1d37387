import type { INestApplication, INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { AsyncMicroserviceOptions } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { ThriftServer } from '@nestjs-thrift/microservice';
import request from 'supertest';

let service: INestMicroservice;
let gateway: INestApplication;

beforeAll(async () => {
  process.env.THRIFT_PORT = '0';
  const { AppModule: ServiceModule } = await import('../../apps/user-service/src/app.module.js');
  service = await NestFactory.createMicroservice<AsyncMicroserviceOptions>(ServiceModule, {
    inject: [ThriftServer],
    useFactory: (strategy: ThriftServer) => ({ strategy }),
    logger: false,
  });
  const { port } = (await service.listen()) as unknown as { port: number };

  process.env.USER_SERVICE = `127.0.0.1:${port}`;
  const { AppModule: GatewayModule } = await import('../../apps/gateway/src/app.module.js');
  const testing = await Test.createTestingModule({ imports: [GatewayModule] }).compile();
  gateway = testing.createNestApplication();
  await gateway.init();
});

afterAll(async () => {
  await gateway.close();
  await service.close();
});

const get = (path: string) => request(gateway.getHttpServer()).get(path);

describe('the sample, driven over HTTP', () => {
  it('shows a user', async () => {
    const { body } = await get('/users/7').expect(200);
    expect(body).toEqual({
      id: '7',
      name: 'user 7',
      email: 'user7@example.com',
      created_at: '1700000007000',
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

  it('answers 400 for what is no id at all, without calling the service', async () => {
    await get('/users/abc').expect(400);
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

  it('takes an action without waiting for it', async () => {
    await request(gateway.getHttpServer())
      .post('/users/1/actions')
      .send({ action: 'login' })
      .expect(202);
  });

  it('answers 503 when the service is gone', async () => {
    await service.close();
    const { body } = await get('/users/1').expect(503);
    expect(body).toMatchObject({ code: 'CONNECT_FAILED' });
  });
});

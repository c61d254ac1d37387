import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { BizStatusError } from '@nestjs-thrift/microservice';
import { createThriftTestingServer, type ThriftTestingServer } from '@nestjs-thrift/testing';
import request from 'supertest';
import { UserNotFound, UserService, type UserServiceClient } from 'contracts/user';
import { until } from '#test/until.js';
import { configureGateway } from './configure-gateway.js';

describe('the gateway in front of a user service', () => {
  let service: ThriftTestingServer<UserServiceClient>;
  let gateway: INestApplication;

  beforeAll(async () => {
    service = await createThriftTestingServer(UserService, {
      GetUser: ({ user_id }) => ({ user: { id: user_id, name: 'Ada' } }),
    });
    Object.assign(process.env, {
      USER_SERVICE: service.address,
      ADMIN_PORT: '0',
      LOG_LEVEL: 'silent',
    });
    const { AppModule } = await import('./app.module.js');
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    gateway = module.createNestApplication({ logger: false, rawBody: true });
    configureGateway(gateway);
    await gateway.init();
  });

  afterAll(async () => {
    await gateway.close();
    await service.close();
  });

  afterEach(() => service.reset());

  const get = (path: string) => request(gateway.getHttpServer()).get(path);

  it('calls it in its own name', async () => {
    const { body } = await get('/users/7').expect(200);
    expect(body).toEqual({ user: { id: '7', name: 'Ada' } });
    expect(service.calls).toMatchObject([
      { method: 'GetUser', args: [{ user_id: 7n }], caller: 'example.gateway' },
    ]);
  });

  it('turns its exceptions and business statuses into HTTP', async () => {
    service.handle({
      GetUser: () => {
        throw new UserNotFound({ message: 'no user 7' });
      },
    });
    expect(await get('/users/7')).toMatchObject({ status: 404, body: { error: 'UserNotFound' } });
    service.handle({
      GetUser: () => {
        throw new BizStatusError(1003, 'failed to read users');
      },
    });
    expect(await get('/users/7')).toMatchObject({ status: 502, body: { code: 1003 } });
  });

  it('says 504 when it takes too long', async () => {
    service.faults.delay(60_000, { method: 'GetUser' });
    const { status } = await get('/users/7');
    expect(status).toBe(504);
    expect(service.calls).toHaveLength(1);
  });

  it('does not show whom it could not reach', async () => {
    await service.faults.refuseConnections();
    const { status, text } = await get('/users/7');
    expect(status).toBeGreaterThanOrEqual(500);
    expect(text).not.toContain(service.address);
    await service.faults.clear();
    // The client leaves a refused address alone for a moment.
    await until(async () => (await get('/users/7')).status === 200);
  });
});

import { Test } from '@nestjs/testing';
import { createThriftTestingApp, type ThriftTestingApp } from '@nestjs-thrift/testing';
import { UserService, type UserServiceClient } from 'contracts/user';

describe('the user service', () => {
  let service: ThriftTestingApp<UserServiceClient>;

  beforeAll(async () => {
    Object.assign(process.env, { ADMIN_PORT: '0', LOG_LEVEL: 'silent' });
    const { AppModule } = await import('./app.module.js');
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    service = await createThriftTestingApp(module, UserService);
  });

  afterAll(() => service.close());

  it('finds a user', async () => {
    const { user } = await service.client.GetUser({ user_id: 1n });
    expect(user).toMatchObject({ id: 1n, name: 'user 1' });
  });

  it('names the users it does not have', async () => {
    await expect(service.client.BatchGetUsers({ user_ids: [1n, 999n] })).rejects.toMatchObject({
      statusCode: 1001,
      extra: { user_ids: '999' },
    });
  });
});

import { Test } from '@nestjs/testing';
import { ThriftModule } from '@nestjs-thrift/microservice';
import { createThriftTestingApp, type ThriftTestingApp } from '@nestjs-thrift/testing';
import { UserNotFound, UserService } from '../gen/user';
import type { UserServiceClient } from '../gen/user';
import { UserThriftModule } from './user.module';

describe('UserService', () => {
  let app: ThriftTestingApp<UserServiceClient>;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [ThriftModule.forRoot({}), UserThriftModule],
    }).compile();
    app = await createThriftTestingApp(module, UserService);
  });

  afterAll(() => app.close());

  it('returns a user', async () => {
    const reply = await app.client.GetUser({ user_id: 1n });
    expect(reply).toEqual({ user: { id: 1n, name: 'Ada' } });
  });

  it('throws UserNotFound for an unknown id', async () => {
    await expect(app.client.GetUser({ user_id: 7n })).rejects.toBeInstanceOf(UserNotFound);
  });
});

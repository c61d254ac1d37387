import { BizStatusError } from '@nestjs-thrift/microservice';
import { UserNotFound } from 'contracts/user';
import { InMemoryUserRepository } from './in-memory-user.repository.js';
import { UserController } from './user.controller.js';

describe('UserController', () => {
  const controller = new UserController(new InMemoryUserRepository());

  it('finds a user by id', async () => {
    await expect(controller.GetUser({ user_id: 1n })).resolves.toMatchObject({
      user: { id: 1n, name: 'user 1' },
    });
  });

  it('throws the declared exception for an unknown id', async () => {
    await expect(controller.GetUser({ user_id: 999n })).rejects.toThrow(UserNotFound);
  });

  it('refuses an id that is not positive', async () => {
    await expect(controller.GetUser({ user_id: 0n })).rejects.toMatchObject({ statusCode: 1002 });
  });

  it('says 1003 and nothing of the cause when the storage fails', async () => {
    const repository = new InMemoryUserRepository();
    repository.findById = () => Promise.reject(new Error('connection string with a password'));
    const failure = await new UserController(repository)
      .GetUser({ user_id: 1n })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BizStatusError);
    expect(failure).toMatchObject({ statusCode: 1003, message: 'failed to read users' });
  });
});

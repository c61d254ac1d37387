import { type IncomingCall, currentCall } from '@nestjs-thrift/microservice';
import { createThriftTestingContext } from '@nestjs-thrift/testing';
import { UserService } from 'contracts/user';
import { InMemoryUserRepository } from './in-memory-user.repository.js';
import { UserController } from './user.controller.js';

/** Remembers on whose behalf users were read. */
class WatchedUserRepository extends InMemoryUserRepository {
  readonly calls: (IncomingCall | undefined)[] = [];

  override async findById(id: bigint) {
    this.calls.push(currentCall());
    return super.findById(id);
  }
}

describe('UserController within a call', () => {
  it('lets the storage know who asks and until when', async () => {
    const repository = new WatchedUserRepository();
    const controller = new UserController(repository);
    const context = createThriftTestingContext(UserService, 'GetUser', {
      caller: 'example.gateway',
      persistentMetadata: { tenant: 'a' },
      remainingMs: 300,
    });
    await context.run(() => controller.GetUser({ user_id: 1n }));
    expect(repository.calls).toEqual([context.call]);
    expect(repository.calls[0]?.persistentMetadata.get('tenant')).toBe('a');
  });
});

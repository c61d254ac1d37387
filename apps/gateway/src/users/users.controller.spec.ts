import { BadRequestException } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { mockThriftClient, provideThriftClient } from '@nestjs-thrift/testing';
import { UserService } from 'contracts/user';
import { UsersController } from './users.controller.js';

describe('UsersController', () => {
  const users = mockThriftClient(UserService);
  let controller: UsersController;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [UsersController],
      providers: [provideThriftClient('users', users.client)],
    }).compile();
    controller = module.get(UsersController);
  });

  afterEach(() => users.reset());

  it('shows the user alone, and waits a second at most', async () => {
    users.when('GetUser').resolves({ user: { id: 7n, name: 'Ada' } });
    expect(await controller.get('7')).toEqual({ id: 7n, name: 'Ada' });
    expect(users.calls).toEqual([
      { method: 'GetUser', args: [{ user_id: 7n }], options: { timeoutMs: 1000 } },
    ]);
  });

  it('asks for a page as the query says', async () => {
    users.when('ListUsers').resolves({ users: [] });
    await controller.list('2', '10');
    await controller.list();
    expect(users.callsOf('ListUsers').map(({ args }) => args[0])).toEqual([
      { page_size: 2, after_id: 10n },
      {},
    ]);
  });

  it('asks for a batch by a list of ids', async () => {
    users.when('BatchGetUsers').resolves({ users: new Map() });
    await controller.batch('1,2');
    expect(users.callsOf('BatchGetUsers')).toMatchObject([{ args: [{ user_ids: [1n, 2n] }] }]);
  });

  it('passes an action on', async () => {
    users.when('LogUserAction').resolves();
    await controller.log('7', { action: 'signed in' });
    expect(users.callsOf('LogUserAction')).toMatchObject([{ args: ['signed in', 7n] }]);
  });

  it('does not call the service with arguments that are not valid', async () => {
    await expect(controller.get('abc')).rejects.toThrow(BadRequestException);
    expect(() => controller.list('x')).toThrow('page_size must be an integer, got "x"');
    for (const body of [undefined, {}, { action: '' }, { action: 7 }]) {
      await expect(controller.log('7', body)).rejects.toThrow('action must be a text');
    }
    expect(users.calls).toEqual([]);
  });
});

import { BadRequestException } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { mockThriftClient, provideThriftClient } from '@nestjs-thrift/testing';
import { UserService } from 'contracts/user';
import { UserActionsController } from './user-actions.controller.js';

describe('UserActionsController', () => {
  const users = mockThriftClient(UserService);
  let controller: UserActionsController;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [UserActionsController],
      providers: [provideThriftClient('users', users.client)],
    }).compile();
    controller = module.get(UserActionsController);
  });

  afterEach(() => users.reset());

  it('passes an action on', async () => {
    users.when('LogUserAction').resolves();
    await controller.log(7n, { action: 'signed in' });
    expect(users.callsOf('LogUserAction')).toMatchObject([{ args: ['signed in', 7n] }]);
  });

  it('does not call the service without an action', async () => {
    for (const body of [undefined, {}, { action: '' }, { action: 7 }]) {
      await expect(controller.log(7n, body)).rejects.toThrow(BadRequestException);
    }
    expect(users.calls).toEqual([]);
  });
});

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { ClientTransport, ConnectionLostError, createClient } from '@nestjs-thrift/transport';
import { createThriftTestingServer, mockThriftClient } from '@nestjs-thrift/testing';
import { UserService } from 'contracts/user';

const server = await createThriftTestingServer(UserService, {
  GetUser: ({ user_id }) => ({ user: { id: user_id, name: 'Ada' } }),
});
const transport = new ClientTransport();
const users = createClient(UserService, { transport, endpoints: [server.address] });

afterEach(() => server.reset());
after(async () => {
  await transport.close();
  await server.close();
});

void test('a server serves and records', async () => {
  const { user } = await users.GetUser({ user_id: 1n });
  assert.equal(user.name, 'Ada');
  assert.deepEqual(server.callsOf('GetUser')[0]?.args, [{ user_id: 1n }]);
});

void test('a server resets connections', async () => {
  server.faults.reset();
  await assert.rejects(users.GetUser({ user_id: 1n }), ConnectionLostError);
});

void test('a mock answers and refuses', async () => {
  const mock = mockThriftClient(UserService);
  mock.when('ListUsers').resolves({ users: [] });
  assert.deepEqual((await mock.client.ListUsers({})).users, []);
  await assert.rejects(mock.client.GetUser({ user_id: 1n }), /UserService\.GetUser was called/);
});

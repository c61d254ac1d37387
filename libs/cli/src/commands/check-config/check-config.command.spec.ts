import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryIo } from '#test/memory-io.js';
import { run } from '../../main.js';

const IDL = `
struct User { 1: required i64 id }
service UserService {
  User GetUser(1: i64 id)
  oneway void Note(1: string text)
}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-config-'));
  writeFileSync(join(folder, 'user.thrift'), IDL);
  writeFileSync(join(folder, 'order.thrift'), 'service OrderService { void Pay() }');
});
afterAll(() => rmSync(folder, { recursive: true }));

async function check(policies: string, ...argv: string[]) {
  writeFileSync(join(folder, 'policies.yaml'), policies);
  const io = memoryIo(folder);
  const code = await run(['check-config', 'policies.yaml', ...argv], io);
  return { code, out: io.out(), err: io.err() };
}

const methods = (text: string): string => `services: { users: { methods: { ${text} } } }\n`;
const TIMEOUT = '{ timeout: { rpc_timeout_ms: 5 } }';

describe('the command check-config', () => {
  it('accepts a good file', async () => {
    const { code, out } = await check(methods(`GetUser: ${TIMEOUT}`), '--idl', 'user.thrift');
    expect([code, out]).toEqual([0, 'policies.yaml is valid\n']);
  });

  it('names each wrong value of a file, without IDL too', async () => {
    const { code, out, err } = await check(
      methods('GetUser: { timeout: { rpc_timeout_ms: -1 }, retyr: {} }'),
    );
    expect(code).toBe(1);
    expect(out).toContain(
      'policies.yaml: error: services.users.methods.GetUser.timeout.rpc_timeout_ms',
    );
    expect(out).toContain('retyr');
    expect(err).toContain('policies.yaml has 2 faults');
  });

  it('finds misspelt methods, with the nearest name', async () => {
    const { code, out } = await check(methods(`GetUsr: ${TIMEOUT}`), '--idl', 'user.thrift');
    expect(code).toBe(1);
    expect(out).toBe(
      'policies.yaml: error: policies of users name the method GetUsr, which UserService does not have; did you mean GetUser?\n',
    );
  });

  it('finds services that the IDL does not have, unless their IDL name is given', async () => {
    const both = ['--idl', 'user.thrift', '--idl', 'order.thrift'];
    const { code, out } = await check(methods(`GetUser: ${TIMEOUT}`), ...both);
    expect([code, out]).toEqual([
      1,
      'policies.yaml: error: services.users: the IDL has no service of that name; it has UserService, OrderService; name it with --service users=Service\n',
    ]);
    const named = await check(
      methods(`GetUser: ${TIMEOUT}`),
      ...both,
      '--service',
      'users=UserService',
    );
    expect(named.code).toBe(0);
    const wrong = await check(methods(''), ...both, '--service', 'users=UserServce');
    expect(wrong.out).toContain('the IDL has no service UserServce; did you mean UserService?');
  });

  it('finds fallback values that are not results, and policies that a oneway method cannot have', async () => {
    const { code, out } = await check(
      methods(
        'GetUser: { fallback: { enable: true, value: { name: x } } }, Note: { fallback: { enable: true } }',
      ),
      '--idl',
      'user.thrift',
    );
    expect(code).toBe(1);
    expect(out).toContain('services.users.methods.GetUser: the fallback value of GetUser');
    expect(out).toContain(
      'services.users.methods.Note: UserService.Note cannot have the policy fallback',
    );
  });

  it('warns of retry policies that repeat nothing, and still accepts the file', async () => {
    const { code, out } = await check(
      methods('GetUser: { retry: { enable: true } }'),
      '--idl',
      'user.thrift',
    );
    expect(code).toBe(0);
    expect(out).toContain('policies.yaml: warning: retry policies of UserService repeat only');
  });

  it.each([
    '',
    '# nothing\n',
    '{}\n',
    'services:\n  users:\n    methods:\n      "*": { timeout: { rpc_timeout_ms: 1',
  ])('rejects a file that is empty or cut off: %j', async (text) => {
    expect((await check(text)).code).toBe(1);
  });

  it('ends with 3 for a file that cannot be read, and with 2 for a wrong option', async () => {
    const io = memoryIo(folder);
    expect(await run(['check-config', 'none.yaml'], io)).toBe(3);
    expect(io.err()).toContain('cannot read none.yaml');
    expect((await check(methods(''), '--service', 'users')).code).toBe(2);
  });
});

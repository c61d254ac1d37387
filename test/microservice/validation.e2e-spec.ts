import { HttpException } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { ServiceDefinition } from '@nestjs-thrift/codec';
import type { ThriftSchema } from '@nestjs-thrift/codec/validation';
import {
  BizStatusError,
  type CallOptions,
  ThriftMethod,
  ThriftService,
  ThriftValidationPipe,
  type ThriftValidationPipeOptions,
} from '@nestjs-thrift/microservice';
import { run } from '@nestjs-thrift/cli';
import { clientOf, serve } from '#test/applications.js';
import { GeneratedFolder } from '#test/generated-folder.js';
import { memoryIo } from '#test/memory-io.js';
import { IS_NEST_12, itOnNest11 } from '#test/nest-version.js';
import { Probe } from '#test/shop.js';

const IDL = `
struct Address {
  1: required string street (vt.min_size = "1")
}

struct SignUp {
  1: required string name (vt.min_size = "3", vt.max_size = "20", vt.pattern = "^[a-z]+$")
  2: i32 age (vt.ge = "18")
  3: optional list<Address> addresses (vt.max_size = "2")
  4: optional string constructor
}

exception Invalid {
  1: required string message
}

service Accounts {
  string SignUp(1: SignUp request) throws (1: Invalid invalid)
}
`;

interface SignUp {
  readonly name: string;
  readonly age?: number;
  readonly addresses?: readonly { street: string }[];
}

interface AccountsClient {
  SignUp(request: Partial<SignUp>, options?: CallOptions): Promise<string>;
}

interface Generated {
  readonly Accounts: ServiceDefinition<AccountsClient>;
  readonly SignUpSchema: ThriftSchema<SignUp>;
  readonly Invalid: new (init: { message: string }) => Error;
}

const ways = [
  ['a pipe of its parameter', true],
  // Nest 11 has no schemas of parameters.
  ...(IS_NEST_12 ? ([['@Payload({ schema })', false]] as const) : []),
] as const;

describe.each(ways)('a handler with %s', (_way, isPipeOfParameter) => {
  const folder = new GeneratedFolder();
  let generated: Generated;

  beforeAll(async () => {
    folder.write([{ path: 'accounts.thrift', text: IDL }]);
    await run(['gen', 'accounts.thrift', '-o', 'gen', '--validators'], memoryIo(folder.path));
    generated = await folder.import<Generated>('gen/accounts.ts');
  });

  afterAll(() => folder.remove());

  async function accounts(
    options?: ThriftValidationPipeOptions,
    transport: 'Framed' | 'TTHeader' = 'TTHeader',
  ): Promise<{ client: AccountsClient; received: unknown[] }> {
    const { Accounts, SignUpSchema } = generated;
    const received: unknown[] = [];
    const payload = isPipeOfParameter
      ? Payload(new ThriftValidationPipe({ ...options, schema: SignUpSchema }))
      : Payload({ schema: SignUpSchema });

    @ThriftService(Accounts)
    class AccountsController {
      @ThriftMethod()
      SignUp(@payload request: unknown): string {
        received.push(request);
        return 'welcome';
      }
    }

    const { endpoint } = await serve({ controllers: [AccountsController] }, {}, (app) => {
      if (!isPipeOfParameter) {
        app.useGlobalPipes(new ThriftValidationPipe(options));
      }
    });
    return { client: clientOf(Accounts, endpoint, { transport }), received };
  }

  it('gets a payload that keeps to the rules, whole', async () => {
    const { client, received } = await accounts();
    const request = { name: 'ada', age: 36, addresses: [{ street: 'A' }], constructor: 'mine' };

    expect(await client.SignUp(request)).toBe('welcome');
    expect(received).toEqual([request]);
  });

  it('is not called with one that breaks them; the caller learns what and where', async () => {
    const { client, received } = await accounts();
    const error: unknown = await client
      .SignUp({ name: 'Al', age: 17, addresses: [{ street: 'A' }, { street: '' }] })
      .catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(BizStatusError);
    expect(error).toMatchObject({
      statusCode: 400,
      message: 'invalid payload: name: must have at least 3 bytes (and 2 more)',
      extra: {
        name: 'must have at least 3 bytes',
        age: 'must be at least 18',
        'addresses.1.street': 'must have at least 1 byte',
      },
    });
    expect(received).toEqual([]);
  });

  it('refuses an absent field whose zero breaks the rules, as Go does', async () => {
    const { client } = await accounts({ statusCode: 1002 });

    await expect(client.SignUp({ name: 'ada' })).rejects.toMatchObject({
      statusCode: 1002,
      extra: { age: 'must be at least 18' },
    });
  });

  it('tells callers without TTHeader the same as text', async () => {
    const { client } = await accounts({}, 'Framed');

    await expect(client.SignUp({ name: 'ADA', age: 20 })).rejects.toMatchObject({
      code: 'REMOTE_ERROR',
      message: expect.stringContaining('code=400, msg=invalid payload: name: must match ^[a-z]+$'),
    });
  });

  it('can refuse with an exception of the IDL', async () => {
    const { Invalid } = generated;
    const { client } = await accounts({
      exceptionFactory: (issues) => new Invalid({ message: `${issues.length} issues` }),
    });

    const error: unknown = await client
      .SignUp({ name: '', age: 1 })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Invalid);
    expect(error).not.toBeInstanceOf(HttpException);
    expect(error).toMatchObject({ message: '2 issues' });
  });
});

describe('@Payload({ schema })', () => {
  itOnNest11('is rejected by @ThriftService, with what to write instead', () => {
    const declare = () => {
      @ThriftService(Probe)
      class ProbeController {
        @ThriftMethod() Ask(@Payload({ schema: Probe } as never) question: string): string {
          return question;
        }
      }
      return ProbeController;
    };

    expect(declare).toThrow(
      new TypeError(
        'ProbeController.Ask: @Payload({ schema }) needs Nest 12; on Nest 11 write ' +
          '@Payload(new ThriftValidationPipe({ schema }))',
      ),
    );
  });
});

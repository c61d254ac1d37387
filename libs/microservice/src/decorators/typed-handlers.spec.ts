import type { CallOptions, ServiceDefinition, ThriftContext } from '../index.js';
import { ThriftMethod, ThriftService, thriftMethodName } from './thrift-service.decorator.js';

interface UserClient {
  GetName(id: bigint, options?: CallOptions): Promise<string>;
  Rename(id: bigint, name: string, options?: CallOptions): Promise<void>;
}

const UserService: ServiceDefinition<UserClient> = { name: 'UserService', methods: {} };

// The compiler checks these classes with the rest: an error that is expected and missing is an error.
@ThriftService(UserService)
class UserController {
  readonly greeting = 'hello';

  @ThriftMethod()
  async GetName(id: bigint, { caller }: ThriftContext): Promise<string> {
    return `${id} ${caller}`;
  }

  @ThriftMethod(UserService, 'Rename')
  rename(_request: { readonly id: bigint; readonly name: string }): void {}

  helper(): string {
    return this.greeting;
  }
}

// @ts-expect-error: the request is a bigint
@ThriftService(UserService)
class WrongParameter {
  @ThriftMethod()
  GetName(id: string): string {
    return id;
  }
}

// @ts-expect-error: the result is a string
@ThriftService(UserService)
class WrongResult {
  @ThriftMethod()
  GetName(id: bigint): bigint {
    return id;
  }
}

class WrongNames {
  // @ts-expect-error: the service has GetName
  @ThriftMethod(UserService)
  GetNmae(): string {
    return '';
  }

  // @ts-expect-error: the service has GetName
  @ThriftMethod(UserService, 'GetNmae')
  getName(): string {
    return '';
  }

  // @ts-expect-error: the request is a bigint
  @ThriftMethod(UserService, 'GetName')
  byText(id: string): string {
    return id;
  }

  // @ts-expect-error: the result is a string
  @ThriftMethod(UserService)
  GetName(id: bigint): bigint {
    return id;
  }
}

describe('@ThriftMethod', () => {
  it('serves the method it names, with and without the service', () => {
    const nameOf = (controller: { prototype: object }, key: string) =>
      thriftMethodName((controller.prototype as Record<string, object>)[key]!);

    expect(nameOf(UserController, 'GetName')).toBe('GetName');
    expect(nameOf(UserController, 'rename')).toBe('Rename');
    expect(nameOf(WrongNames, 'byText')).toBe('GetName');
    expect([WrongParameter, WrongResult]).toHaveLength(2);
  });
});

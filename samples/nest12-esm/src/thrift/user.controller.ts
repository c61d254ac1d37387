import { ThriftMethod, ThriftService } from '@nestjs-thrift/microservice';
import { UserNotFound, UserService } from '../gen/user.js';
import type { GetUserRequest, GetUserResponse, UserServiceController } from '../gen/user.js';

@ThriftService(UserService)
export class UserThriftController implements UserServiceController {
  private readonly names = new Map([[1n, 'Ada']]);

  @ThriftMethod()
  async GetUser({ user_id }: GetUserRequest): Promise<GetUserResponse> {
    const name = this.names.get(user_id);
    if (name === undefined) {
      throw new UserNotFound({ message: `no user ${user_id}`, user_id });
    }
    return { user: { id: user_id, name } };
  }
}

import { Logger } from '@nestjs/common';
import { ThriftMethod, ThriftService } from '@nestjs-thrift/microservice';
import {
  type BatchGetUsersRequest,
  type BatchGetUsersResponse,
  type GetUserRequest,
  type GetUserResponse,
  type ListUsersRequest,
  type ListUsersResponse,
  type UserServiceController,
  UserNotFound,
  UserService,
} from 'contracts/user';
import { invalidParameter, storageFailed, usersNotFound } from './user-errors.js';
import { UserRepository } from './user.repository.js';

const MAX_PAGE_SIZE = 100;
const MAX_BATCH_SIZE = 1000;

@ThriftService(UserService)
export class UserController implements UserServiceController {
  readonly #logger = new Logger(UserController.name);

  constructor(private readonly users: UserRepository) {}

  @ThriftMethod()
  async GetUser({ user_id }: GetUserRequest): Promise<GetUserResponse> {
    if (user_id <= 0n) {
      throw invalidParameter('user_id', 'must be positive');
    }
    const user = await this.#read(this.users.findById(user_id));
    if (user === undefined) {
      throw new UserNotFound({ message: `no user ${user_id}`, user_id });
    }
    return { user };
  }

  @ThriftMethod()
  async ListUsers({ page_size = 20, after_id = 0n }: ListUsersRequest): Promise<ListUsersResponse> {
    if (page_size < 1 || page_size > MAX_PAGE_SIZE) {
      throw invalidParameter('page_size', `must be 1 to ${MAX_PAGE_SIZE}`);
    }
    const found = await this.#read(this.users.findAfter(after_id, page_size + 1));
    const users = found.slice(0, page_size);
    return { users, next_after_id: found.length > page_size ? users.at(-1)?.id : undefined };
  }

  @ThriftMethod()
  async BatchGetUsers({ user_ids }: BatchGetUsersRequest): Promise<BatchGetUsersResponse> {
    if (user_ids.length > MAX_BATCH_SIZE) {
      throw invalidParameter('user_ids', `must be at most ${MAX_BATCH_SIZE}`);
    }
    const found = await this.#read(this.users.findByIds(user_ids));
    const users = new Map(found.map((user) => [user.id, user]));
    const missing = user_ids.filter((id) => !users.has(id));
    if (missing.length > 0) {
      throw usersNotFound(missing);
    }
    return { users };
  }

  @ThriftMethod()
  LogUserAction({ action, user_id }: { action?: string; user_id?: bigint }): void {
    this.#logger.log(`user ${user_id}: ${action}`);
  }

  async #read<T>(query: Promise<T>): Promise<T> {
    try {
      return await query;
    } catch (error) {
      this.#logger.error('reading users failed', error);
      throw storageFailed();
    }
  }
}

import { Injectable } from '@nestjs/common';
import type { User } from 'contracts/user';
import { UserRepository } from './user.repository.js';

/** A hundred made-up users: enough to try the service without a database. */
@Injectable()
export class InMemoryUserRepository extends UserRepository {
  readonly #users = new Map<bigint, User>();

  constructor() {
    super();
    for (let id = 1n; id <= 100n; id++) {
      const created_at = 1_700_000_000_000n + id * 1000n;
      this.#users.set(id, { id, name: `user ${id}`, email: `user${id}@example.com`, created_at });
    }
  }

  async findById(id: bigint): Promise<User | undefined> {
    return this.#users.get(id);
  }

  async findByIds(ids: readonly bigint[]): Promise<User[]> {
    return ids.flatMap((id) => this.#users.get(id) ?? []);
  }

  async findAfter(afterId: bigint, limit: number): Promise<User[]> {
    return [...this.#users.values()].filter((user) => user.id > afterId).slice(0, limit);
  }
}

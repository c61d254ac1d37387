import type { User } from 'contracts/user';

/** Where users come from. An abstract class, so that Nest can inject whatever implements it. */
export abstract class UserRepository {
  abstract findById(id: bigint): Promise<User | undefined>;

  /** The users named that exist, in any order. */
  abstract findByIds(ids: readonly bigint[]): Promise<User[]>;

  /** At most `limit` users with ids above `afterId`, in order of their ids. */
  abstract findAfter(afterId: bigint, limit: number): Promise<User[]>;
}

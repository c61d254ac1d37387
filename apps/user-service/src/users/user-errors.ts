import { BizStatusError } from '@nestjs-thrift/microservice';

/** Business status codes of this service; callers tell outcomes apart by them. */
export const UserStatus = {
  USER_NOT_FOUND: 1001,
  INVALID_PARAMETER: 1002,
  INTERNAL_ERROR: 1003,
} as const;

export function usersNotFound(ids: readonly bigint[]): BizStatusError {
  return new BizStatusError(UserStatus.USER_NOT_FOUND, 'some users do not exist', {
    user_ids: ids.join(','),
  });
}

export function invalidParameter(field: string, problem: string): BizStatusError {
  return new BizStatusError(UserStatus.INVALID_PARAMETER, `${field} ${problem}`, { field });
}

/** What callers get when the storage fails; the cause stays in this service's log. */
export function storageFailed(): BizStatusError {
  return new BizStatusError(UserStatus.INTERNAL_ERROR, 'failed to read users');
}

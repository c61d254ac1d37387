import { BizStatusError } from '@nestjs-thrift/microservice';

/** Business status codes of this service; callers tell outcomes apart by them. */
export const ChatStatus = {
  INVALID_PARAMETER: 2001,
} as const;

export function invalidParameter(field: string, problem: string): BizStatusError {
  return new BizStatusError(ChatStatus.INVALID_PARAMETER, `${field} ${problem}`, { field });
}

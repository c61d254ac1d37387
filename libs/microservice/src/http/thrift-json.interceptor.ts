import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import { type Observable, map } from 'rxjs';
import { renderJson } from '@nestjs-thrift/codec/json';

/**
 * Lets HTTP routes return what Thrift clients return: i64 values become strings of digits, maps objects, binary base64.
 * Which JSON a value becomes is written at {@link renderJson}. Calls that are not HTTP pass untouched, so it may be
 * global in a hybrid application.
 *
 * @example
 * @Controller('users')
 * @UseInterceptors(ThriftJsonInterceptor)
 * class UsersController {}
 */
@Injectable()
export class ThriftJsonInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') {
      return next.handle();
    }
    return next.handle().pipe(map((value: unknown) => (isJson(value) ? renderJson(value) : value)));
  }
}

/** A Buffer or a file that a route returns as a whole is a separate body, not a value within JSON. */
function isJson(value: unknown): boolean {
  return !(value instanceof Uint8Array) && !(value instanceof StreamableFile);
}

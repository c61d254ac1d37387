import { STATUS_CODES } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  Inject,
  Logger,
  Optional,
} from '@nestjs/common';
import { ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import { BizStatusError } from '@nestjs-thrift/transport';
import { CallbackReport } from '@nestjs-thrift/transport/internal';
import { type Observable, throwError } from 'rxjs';
import { currentRequestId } from '../request-id/request-id.js';
import { type HttpStatuses, THRIFT_HTTP_STATUSES, httpStatusOf } from './http-statuses.js';
import { renderJson } from '@nestjs-thrift/codec/json';

/** What the filter uses of the responses of Express and of Fastify. */
interface HttpResponse {
  status(code: number): { send(body: unknown): unknown };
}

/**
 * Answers HTTP requests whose Thrift call did not end with a result.
 *
 * | error | status | body |
 * | --- | --- | --- |
 * | declared exception | 422, or what `statuses` says for its name | name, message and fields |
 * | BizStatusError | 422, or what `statuses` says for its code | code, message and extra |
 * | any ThriftRpcError | that of its code in `ERROR_CODES`, or what `statuses` says for its code | the code, and the text of the status as message |
 *
 * Each body has `statusCode`, `error` and `message`, and the `requestId` where `requestIdMiddleware` is in use.
 *
 * Texts of failed calls name hosts and internals: they are logged, not sent. Errors that pass outside HTTP are passed on,
 * so the filter may be global in a hybrid application.
 *
 * @example
 * @UseFilters(new ThriftHttpExceptionFilter({ UserNotFound: 404, 1002: 400 }))
 * class UsersController {}
 */
@Catch(ThriftException, BizStatusError, ThriftRpcError)
export class ThriftHttpExceptionFilter implements ExceptionFilter<Error> {
  readonly #logger = new Logger(ThriftHttpExceptionFilter.name);
  readonly #logReport = new CallbackReport('the logger');

  /** @param statuses statuses that differ from the table. Default: those provided under {@link THRIFT_HTTP_STATUSES}. */
  constructor(
    @Optional() @Inject(THRIFT_HTTP_STATUSES) private readonly statuses: HttpStatuses = {},
  ) {}

  catch(error: Error, host: ArgumentsHost): Observable<never> | undefined {
    if (host.getType() !== 'http') {
      return throwError(() => error);
    }
    const statusCode = httpStatusOf(error, this.statuses);
    if (error instanceof ThriftRpcError) {
      this.#logReport.run(() => this.#logger.error(error));
    }
    const requestId = currentRequestId();
    const body = {
      statusCode,
      ...bodyOf(error, statusCode),
      ...(requestId === undefined ? {} : { requestId }),
    };
    host.switchToHttp().getResponse<HttpResponse>().status(statusCode).send(body);
    return undefined;
  }
}

function bodyOf(error: Error, statusCode: number): Record<string, unknown> {
  if (error instanceof BizStatusError) {
    const { statusCode: code, message, extra } = error;
    return { error: error.name, code, message, extra };
  }
  if (error instanceof ThriftException) {
    const { name, message, ...fields } = error;
    return { error: name, message, ...(renderJson(fields) as object) };
  }
  const code = error instanceof ThriftRpcError ? error.code : 'UNKNOWN';
  const text = STATUS_CODES[statusCode] ?? 'Error';
  return { error: text, code, message: text };
}

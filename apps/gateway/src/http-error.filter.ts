import { STATUS_CODES } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
} from '@nestjs/common';
import { currentRequestId } from '@nestjs-thrift/microservice';

/** What the filter uses of a response of Express. */
interface HttpResponse {
  status(code: number): { send(body: unknown): unknown };
}

/**
 * Answers every request that failed before a Thrift call or without one with the same body as ThriftHttpExceptionFilter: `statusCode`,
 * `error`, `message` and `requestId`.
 */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  readonly #logger = new Logger(HttpErrorFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const statusCode = statusOf(error);
    if (statusCode >= 500) {
      this.#logger.error(error);
    }
    const text = STATUS_CODES[statusCode] ?? 'Error';
    // What an error of this process says is for its log.
    const message = statusCode < 500 && error instanceof Error ? error.message : text;
    host
      .switchToHttp()
      .getResponse<HttpResponse>()
      .status(statusCode)
      .send({
        statusCode,
        error: text,
        message,
        ...detailsOf(error),
        requestId: currentRequestId(),
      });
  }
}

/** What is wrong with a request, by place: the gateway and ThriftValidationPipe add it. */
function detailsOf(error: unknown): { extra?: unknown } {
  const response = error instanceof HttpException ? error.getResponse() : {};
  const { extra } = response as { extra?: unknown };
  return extra === undefined ? {} : { extra };
}

/** Errors of the body parser have a status without being exceptions of Nest. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) {
    return error.getStatus();
  }
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? statusCode : 500;
}

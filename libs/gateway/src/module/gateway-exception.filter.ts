import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import {
  BizStatusError,
  ThriftException,
  ThriftHttpExceptionFilter,
  ThriftRpcError,
} from '@nestjs-thrift/microservice';
import { type HttpReply, type HttpRequest, setHeaders } from './http-exchange.js';
import { ProblemException } from './problem.exception.js';
import { ThriftGateway } from './thrift-gateway.js';

/**
 * Answers requests whose call did not end with a result, as the IDL of the method says. Filters of a method, which `decorate` gives,
 * take precedence over it.
 */
@Catch(ThriftException, BizStatusError, ThriftRpcError, ProblemException)
export class GatewayExceptionFilter implements ExceptionFilter<Error> {
  /** For errors of guards and interceptors, which belong to no method of the gateway. */
  readonly #others = new ThriftHttpExceptionFilter();

  constructor(private readonly gateway: ThriftGateway) {}

  catch(error: Error, host: ArgumentsHost): unknown {
    const http = host.switchToHttp();
    if (error instanceof ProblemException) {
      return error.answer(http.getResponse());
    }
    const answer = this.gateway.errorAnswer(error, http.getRequest<HttpRequest>());
    if (answer === undefined) {
      return this.#others.catch(error, host);
    }
    if (error instanceof ThriftRpcError) {
      this.gateway.logFailure(error, answer.status);
    }
    const reply = http.getResponse<HttpReply>();
    reply.status(answer.status);
    setHeaders(reply, answer.headers);
    return reply.send(answer.body);
  }
}

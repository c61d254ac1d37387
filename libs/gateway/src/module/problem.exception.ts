import { BadRequestException } from '@nestjs/common';
import { PROBLEM_TYPE } from '../answer/answer.js';
import type { HttpReply } from './http-exchange.js';

/** Body of an answer, as RFC 9457 has it. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly violations: Readonly<Record<string, string>>;
}

/** A bad request that is answered with problem details. */
export class ProblemException extends BadRequestException {
  readonly #problem: ProblemDetails;

  constructor(problem: ProblemDetails) {
    super(problem);
    this.#problem = problem;
  }

  /** As text, because Nest 11 replaces the content type of objects under Express. */
  answer(reply: HttpReply): unknown {
    reply.status(this.#problem.status);
    reply.header('Content-Type', PROBLEM_TYPE);
    return reply.send(JSON.stringify(this.#problem));
  }
}

import { STATUS_CODES } from 'node:http';
import { findStruct, type MethodSchema, type Schema } from '@nestjs-thrift/idl/http';
import {
  BizStatusError,
  currentRequestId,
  type HttpStatuses,
  httpStatusOf,
  ThriftException,
  ThriftRpcError,
} from '@nestjs-thrift/microservice';
import { type Answer, JSON_TYPE, PROBLEM_TYPE } from './answer.js';
import type { CookieOptions } from './cookie.js';
import type { BusinessCode } from './error-enums.js';
import { FieldsRenderer, type Remark } from './fields-renderer.js';
import type { JsonWriters } from './json-writers.js';

/** How errors are sent. */
export interface ErrorOptions {
  readonly cookies: Readonly<Record<string, CookieOptions>>;
  /** Statuses of the application. */
  readonly statuses: HttpStatuses;
  /** What the members of the enums of errors say of their values. */
  readonly businessCodes: ReadonlyMap<number, BusinessCode>;
  /** Whether errors are problem details (RFC 9457). */
  readonly problemDetails: boolean;
}

/** What an error has to say. */
interface ErrorText {
  readonly status: number;
  /** Name of the error: `error` in its body. */
  readonly name: string;
  /** More members of its body, as JSON without braces. */
  readonly members: string;
  readonly headers?: Answer['headers'];
  /** For people. */
  readonly detail?: string;
  /** Keys of the members, which precede those that every error has. */
  readonly keys?: ReadonlySet<string> | undefined;
}

/** Turns the errors of one method into answers. */
export class ErrorRenderer {
  readonly #exceptions = new Map<string, FieldsRenderer>();
  readonly #options: ErrorOptions;

  constructor(
    { exceptions }: MethodSchema,
    schema: Schema,
    writers: JsonWriters,
    options: ErrorOptions,
  ) {
    this.#options = options;
    for (const { type } of exceptions) {
      if (type.kind === 'struct') {
        const struct = findStruct(schema, type.ref);
        const fields = new FieldsRenderer(struct, writers, options.cookies, 'message');
        this.#exceptions.set(struct.name, fields);
      }
    }
  }

  /** The answer for an error that a call rejected with. @param remark takes what could not be sent as the IDL says */
  render(error: Error, remark: Remark): Answer {
    if (error instanceof BizStatusError) {
      return this.#answer(this.#business(error));
    }
    if (error instanceof ThriftException) {
      return this.#answer(this.#declared(error, remark));
    }
    const status = httpStatusOf(error, this.#options.statuses);
    const code = error instanceof ThriftRpcError ? error.code : 'UNKNOWN';
    const name = STATUS_CODES[status] ?? 'Error';
    return this.#answer({ status, name, members: `"code":${JSON.stringify(code)}` });
  }

  #business(error: BizStatusError): ErrorText {
    const { statusCode: code, extra } = error;
    const { statuses, businessCodes } = this.#options;
    const known = businessCodes.get(code);
    const status = statuses[code] ?? known?.status ?? httpStatusOf(error);
    const detail = error.message === '' ? (known?.message ?? '') : error.message;
    const members = `"code":${code},"message":${JSON.stringify(detail)},"extra":${JSON.stringify(extra)}`;
    return { status, name: error.name, members, detail };
  }

  #declared(error: ThriftException, remark: Remark): ErrorText {
    const { name, message: detail } = error;
    const fields = this.#exceptions.get(name);
    const rendered = fields?.render(error, remark);
    const status = rendered?.status ?? httpStatusOf(error, this.#options.statuses);
    const { members = '', headers = [] } = rendered ?? {};
    return { status, name, members, headers, detail, keys: fields?.keys };
  }

  #answer({ status, name, members, headers = [], detail = '', keys }: ErrorText): Answer {
    const { problemDetails } = this.#options;
    const common: Record<string, unknown> = problemDetails
      ? { type: 'about:blank', title: name, status, ...(detail !== '' && { detail }) }
      : { statusCode: status, error: name };
    const head = Object.entries(common)
      .filter(([key]) => keys?.has(key) !== true)
      .map(([key, value]) => `"${key}":${JSON.stringify(value)}`);
    const requestId = currentRequestId();
    const hasRequestId = requestId !== undefined && keys?.has('requestId') !== true;
    const parts = [
      ...head,
      ...(members === '' ? [] : [members]),
      ...(hasRequestId ? [`"requestId":${JSON.stringify(requestId)}`] : []),
    ];
    const body = `{${parts.join(',')}}`;
    const type = problemDetails ? PROBLEM_TYPE : JSON_TYPE;
    return { status, headers: [...headers, ['Content-Type', type]], body };
  }
}

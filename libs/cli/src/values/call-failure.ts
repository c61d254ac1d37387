import { ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import { stringifyJson, valueToJson, type ValueToJsonOptions } from '@nestjs-thrift/codec/json';
import { BizStatusError } from '@nestjs-thrift/transport';
import { exitCodeOf, failureMessage, failureText } from '../connection/failure-message.js';
import { EXIT_CODES } from '../terminal/exit-codes.js';
import { printable } from '../terminal/terminal.js';
import type { CallableMethod } from './method-shapes.js';

/** What came instead of a result. */
export interface CallFailure {
  readonly exitCode: number;
  /** For people. */
  readonly message: string;
  /** For machines: one member, `exception`, `businessStatus` or `error`. */
  readonly outcome: Readonly<Record<string, unknown>>;
}

/** @throws the error itself if it is not one of a call */
export function describeFailure(
  error: unknown,
  { exceptions }: Pick<CallableMethod, 'exceptions'>,
  options: ValueToJsonOptions = {},
): CallFailure {
  if (error instanceof BizStatusError) {
    const { statusCode: code, message, extra } = error;
    const more = Object.keys(extra).length === 0 ? '' : ` ${stringifyJson(extra)}`;
    return {
      exitCode: EXIT_CODES.BUSINESS_STATUS,
      message: `business status ${code}: ${printable(message)}${more}`,
      outcome: { businessStatus: { code, message, extra } },
    };
  }
  if (error instanceof ThriftException) {
    const { name } = error;
    const type = exceptions.get(name);
    const value = type === undefined ? {} : valueToJson(error, type, options);
    return {
      exitCode: EXIT_CODES.EXCEPTION,
      message: `exception ${name} ${stringifyJson(value)}`,
      outcome: { exception: { type: name, value } },
    };
  }
  if (error instanceof ThriftRpcError) {
    return {
      exitCode: exitCodeOf(error),
      message: failureText(error),
      outcome: { error: { code: error.code, message: failureMessage(error) } },
    };
  }
  throw error;
}

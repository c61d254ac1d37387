import { ThriftException, ThriftRpcError } from '@nestjs-thrift/codec';
import type { MethodSchema, Schema } from '@nestjs-thrift/idl';
import { BizStatusError } from '@nestjs-thrift/transport';
import { exitCodeOf, failureMessage } from '../../connection/failure-message.js';
import { CommandFailure, EXIT_CODES } from '../../terminal/exit-codes.js';
import type { CommandIo } from '../../terminal/terminal.js';
import { toJson } from '../../values/to-json.js';
import type { CallCommandOptions, CallTrace } from './call-trace.js';

/** The result on standard output; nothing for a method that returns nothing. */
export function printResult(
  result: unknown,
  { returns }: MethodSchema,
  schema: Schema,
  options: CallCommandOptions,
  trace: CallTrace,
  io: CommandIo,
): void {
  const json = returns === undefined ? null : toJson(result, returns, schema);
  if (options.json) {
    return printLine({ result: json }, trace, io);
  }
  if (returns !== undefined) {
    io.stdout.write(`${JSON.stringify(json, null, 2)}\n`);
  }
}

/** What came instead of a result. @throws CommandFailure always: with an exit code for each kind. */
export function printFailure(
  error: unknown,
  method: MethodSchema,
  schema: Schema,
  options: CallCommandOptions,
  trace: CallTrace,
  io: CommandIo,
): never {
  const { exitCode, message, ...outcome } = describeFailure(error, method, schema);
  if (options.json) {
    printLine(outcome, trace, io);
  }
  throw new CommandFailure(exitCode, message);
}

function describeFailure(error: unknown, { exceptions }: MethodSchema, schema: Schema) {
  if (error instanceof BizStatusError) {
    const { statusCode: code, message, extra } = error;
    return {
      exitCode: EXIT_CODES.BUSINESS_STATUS,
      message: `business status ${code}: ${message}${hasEntries(extra) ? ` ${JSON.stringify(extra)}` : ''}`,
      businessStatus: { code, message, extra },
    };
  }
  if (error instanceof ThriftException) {
    const declared = exceptions.find(
      ({ type }) => type.kind === 'struct' && type.ref.name === error.name,
    );
    const value = declared === undefined ? {} : toJson(error, declared.type, schema);
    return {
      exitCode: EXIT_CODES.EXCEPTION,
      message: `exception ${error.name} ${JSON.stringify(value)}`,
      exception: { type: error.name, value },
    };
  }
  if (error instanceof ThriftRpcError) {
    const { code } = error;
    const message = failureMessage(error);
    return {
      exitCode: exitCodeOf(error),
      message: `${code}: ${message}`,
      error: { code, message },
    };
  }
  throw error;
}

function printLine(
  outcome: object,
  { durationMs, backwardMetadata }: CallTrace,
  io: CommandIo,
): void {
  const line = { ...outcome, durationMs: Math.round(durationMs * 1000) / 1000, backwardMetadata };
  io.stdout.write(`${JSON.stringify(line)}\n`);
}

function hasEntries(record: object): boolean {
  return Object.keys(record).length > 0;
}
